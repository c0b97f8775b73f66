import { folded } from '../model/slug';
import type { FacetName, Facets, ProductFilter } from '../model/product-query';
import { filterOf, singleVariantFilter } from './product-filter';

type Stage = Record<string, unknown>;

/** Answers an aggregation over all products. */
export type Aggregate = (stages: readonly Stage[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Values of a facet that are told, the most frequent first; nobody reads a longer list. */
const mostValues = 100;

const mostFirst: readonly Stage[] = [{ $sort: { count: -1, _id: 1 } }, { $limit: mostValues }];

/** Each facet that was asked for, by one aggregation of the products that all filters but its own let through; options by one for each that was chosen, beside. */
export async function facetsOf(aggregate: Aggregate, names: readonly FacetName[], filter: ProductFilter): Promise<Facets> {
  const counted = await Promise.all(names.map(async (name) => [name, await counters[name](aggregate, filter)] as const));
  return Object.fromEntries(counted);
}

const counters: { readonly [Name in FacetName]: (aggregate: Aggregate, filter: ProductFilter) => Promise<Facets[Name]> } = {
  brand: async (aggregate, filter) => {
    const group = { $group: { _id: '$brandKey', value: { $first: '$brand' }, count: { $sum: 1 } } };
    const rows = await aggregate([{ $match: filterOf({ ...filter, brand: undefined }) }, group, ...mostFirst]);
    return rows.map(({ value, count }) => ({ value: String(value), count: Number(count) }));
  },

  // Their names are the store's of categories to tell: only the id stands here.
  category: async (aggregate, filter) => {
    const group = { $group: { _id: '$categoryIds', count: { $sum: 1 } } };
    const rows = await aggregate([
      { $match: filterOf({ ...filter, category: undefined }) },
      { $unwind: '$categoryIds' },
      group,
      ...mostFirst,
    ]);
    return rows.map(({ _id, count }) => ({ id: String(_id), name: '', slug: '', count: Number(count) }));
  },

  price: async (aggregate, filter) => {
    const asked = { ...filter, minPrice: undefined, maxPrice: undefined };
    const ofProduct = {
      _id: '$_id',
      currency: { $first: '$currency' },
      min: { $min: '$variants.price' },
      max: { $max: '$variants.price' },
    };
    const ofCurrency = { _id: '$currency', min: { $min: '$min' }, max: { $max: '$max' }, count: { $sum: 1 } };
    const rows = await aggregate([
      ...variantsOf(asked, { 'variants.price': { $gte: 0 } }),
      { $group: ofProduct },
      { $group: ofCurrency },
      ...mostFirst,
    ]);
    return rows.map(({ _id, min, max, count }) => ({ currency: String(_id), min: Number(min), max: Number(max), count: Number(count) }));
  },

  options: async (aggregate, filter) => {
    const chosen = Object.keys(filter.options ?? {});
    const others = choices(aggregate, filter, { $nin: chosen.map(keyPrefix) });
    const own = chosen.map((name) => choices(aggregate, { ...filter, options: without(filter.options, name) }, keyPrefix(name)));
    return (await Promise.all([...own, others])).flat();
  },
};

/** The variants that fulfil all that is asked of one, each with its product. */
function variantsOf(filter: ProductFilter, beside: Stage = {}): Stage[] {
  return [{ $match: filterOf(filter) }, { $unwind: '$variants' }, { $match: { ...singleVariantFilter(filter), ...beside } }];
}

type OptionFacet = NonNullable<Facets['options']>[number];

/** The values of the options whose folded name is `named`, in how many products each. */
async function choices(aggregate: Aggregate, filter: ProductFilter, named: unknown): Promise<OptionFacet[]> {
  const key = { $arrayElemAt: ['$variants.keys', '$place'] };
  const split = { $split: [key, '='] };
  const rows = await aggregate([
    ...variantsOf(filter),
    { $unwind: { path: '$variants.options', includeArrayIndex: 'place' } },
    { $project: { key, option: { $arrayElemAt: [split, 0] }, choice: '$variants.options' } },
    { $match: { option: named } },
    { $group: { _id: { product: '$_id', key: '$key' }, option: { $first: '$option' }, choice: { $first: '$choice' } } },
    { $group: { _id: '$_id.key', option: { $first: '$option' }, choice: { $first: '$choice' }, count: { $sum: 1 } } },
    ...mostFirst,
  ]);
  const byOption = new Map<string, { name: string; values: { value: string; count: number }[] }>();
  for (const row of rows) {
    const { name, value } = row['choice'] as { name: string; value: string };
    const option = String(row['option']);
    const facet = byOption.get(option) ?? { name, values: [] };
    byOption.set(option, facet);
    facet.values.push({ value, count: Number(row['count']) });
  }
  return [...byOption.values()];
}

function keyPrefix(name: string): string {
  return folded(name).split('=')[0] ?? '';
}

function without(options: ProductFilter['options'], name: string): ProductFilter['options'] {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([other]) => other !== name));
}
