import { ListOrder, type Slice } from '@cartwright/platform';
import type { ProductFilter } from '../model/product-query';
import { wordsAsked } from '../model/search-words';
import { filterOf } from './product-filter';

type Stage = Record<string, unknown>;

/** The most relevant first; of equals the newest. */
const bestFirst = new ListOrder(-1, { relevance: 'number', createdAt: 'instant', _id: 'id' });

/**
 * The part of what a search finds, as stages of an aggregation: what is found has to be looked at as a whole to be sorted, in whatever order, so it costs what any other order of a
 * search does. `hidden` are the fields that are left out.
 */
export function mostRelevant(
  filter: ProductFilter & { readonly q: string },
  slice: Slice,
  hidden: Readonly<Record<string, 0>>,
): { readonly part: RelevantPart; readonly stages: Stage[] } {
  const part = bestFirst.part(slice);
  const { skip, limit, sort } = part;
  const found = [{ $match: filterOf(filter) }, { $addFields: { relevance: relevanceTo(filter.q) } }, { $match: part.of({}) }];
  return { part, stages: [...found, { $sort: sort }, { $skip: skip }, { $limit: limit }, { $project: hidden }] };
}

type RelevantPart = ReturnType<ListOrder['part']>;

/** Each word that begins one of the name counts two, one of the brand one; those of the category and of SKUs, which whatever is found has, nothing. */
function relevanceTo(question: string): Stage {
  return {
    $add: wordsAsked(question).map((word) => ({ $cond: [begins('$nameKey', word), 2, { $cond: [begins('$brandKey', word), 1, 0] }] })),
  };
}

/** Words are letters and digits only, so that one stands in an expression as it is. */
function begins(text: string, word: string): Stage {
  return { $regexMatch: { input: text, regex: `(?:^|[^\\p{L}\\p{N}])${word}` } };
}
