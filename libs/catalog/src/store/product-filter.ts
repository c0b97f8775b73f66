import { ListOrder } from '@cartwright/platform';
import { mongo } from 'mongoose';
import { brandKeyOf, choiceKey } from '../model/product';
import type { ProductFilter, ProductSort } from '../model/product-query';
import { wordsAsked } from '../model/search-words';

type Filter = Record<string, unknown>;

/**
 * The question as MongoDB asks it. Every value stands where only a value can stand, and the words of a search are letters and digits only, so that
 * nothing of the caller's text is an operator or a pattern.
 */
export function filterOf(question: ProductFilter): Filter {
  const filter = stateFilter(question);
  if (question.category !== undefined) filter['categoryIds'] = new mongo.ObjectId(question.category);
  if (question.brand !== undefined) filter['brandKey'] = brandKeyOf(question.brand);
  if (question.vendor !== undefined) filter['vendor._id'] = new mongo.ObjectId(question.vendor);
  const words = question.q === undefined ? [] : wordsAsked(question.q);
  // A search for signs that no word consists of finds nothing, rather than everything.
  if (question.q !== undefined && words.length === 0) filter['searchWords'] = { $in: [] };
  if (words.length > 0) filter['$and'] = words.map((word) => ({ searchWords: { $regex: `^${word}` } }));
  return { ...filter, ...variantFilter(question) };
}

/** Which index a list that goes on begins in: that of its words, or of what is archived, when it is about these, as few products have them. */
export function beginsIn({ q, backOffice }: ProductFilter): 'order' | 'filter' {
  return q === undefined && !backOffice?.archived ? 'order' : 'filter';
}

const ever = new Date(0);

/** In which state products are. What is archived is not active. */
function stateFilter({ backOffice, q, category, brand, options }: ProductFilter): Filter {
  if (!backOffice) return { isActive: true };
  const { isActive, archived } = backOffice;
  if (archived) return { isActive: isActive ?? false, archivedAt: { $gt: ever } };
  if (isActive !== undefined) return isActive ? { isActive } : { isActive, archivedAt: null };
  // The indexes of what is narrowed begin with the state: either is asked for by name.
  const isNarrowed = [q, category, brand, options].some((wish) => wish !== undefined);
  return { ...(isNarrowed ? { isActive: { $in: [true, false] } } : {}), archivedAt: null };
}

/** The order, made total by the id; each is an index read in one direction. */
const newestFirst = new ListOrder(-1, { createdAt: 'instant', _id: 'id' });
export const orders: Readonly<Record<ProductSort, ListOrder>> = {
  price: new ListOrder(1, { priceAsc: 'number', _id: 'id' }),
  '-price': new ListOrder(-1, { priceDesc: 'number', _id: 'id' }),
  name: new ListOrder(1, { nameKey: 'text', _id: 'id' }),
  '-name': new ListOrder(-1, { nameKey: 'text', _id: 'id' }),
  createdAt: new ListOrder(1, { createdAt: 'instant', _id: 'id' }),
  '-createdAt': newestFirst,
  // Nothing is more relevant than anything else where nothing is searched for; what is found by words is in {@link mostRelevant}.
  relevance: newestFirst,
};

/** What one variant must be, as a filter of variants that stand alone. */
export function singleVariantFilter(question: ProductFilter): Filter {
  return Object.fromEntries(Object.entries(oneVariant(question)).map(([name, condition]) => [`variants.${name}`, condition]));
}

/** Price, stock and options must be those of one variant: "size M below 20, in stock" is not answered by an S below 20. */
function variantFilter(question: ProductFilter): Filter {
  const { inStock } = question;
  const one = oneVariant(question);
  const keys = keysOf(question);
  const none = inStock === false ? { variants: { $not: { $elemMatch: { stock: { $gt: 0 } } } } } : {};
  if (Object.keys(one).length === 0) return none;
  // The first key stands outside as well, where every server finds the index for it.
  const indexed = keys.length > 0 ? { 'variants.keys': keys[0] } : {};
  const both = { variants: { $elemMatch: one }, ...indexed };
  return inStock === false ? { $nor: [{ 'variants.stock': { $gt: 0 } }], ...both } : both;
}

function oneVariant(question: ProductFilter): Filter {
  const { minPrice, maxPrice, inStock } = question;
  const keys = keysOf(question);
  const one: Filter = {};
  if (minPrice !== undefined || maxPrice !== undefined)
    one['price'] = { $gte: minPrice ?? 0, ...(maxPrice === undefined ? {} : { $lte: maxPrice }) };
  if (inStock === true) one['stock'] = { $gt: 0 };
  if (keys.length > 0) one['keys'] = { $all: keys };
  return one;
}

function keysOf({ options }: ProductFilter): string[] {
  return Object.entries(options ?? {}).map(([name, value]) => choiceKey({ name, value }));
}
