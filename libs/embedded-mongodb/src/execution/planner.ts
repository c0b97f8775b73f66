import type { Document } from '../bson/codec';
import { isDocument } from '../bson/document';
import { fail, failAt } from '../errors';
import type { Index } from '../indexes/index-definition';
import { wordsField } from '../indexes/text-index';
import type { Collection } from '../storage/collection';
import type { View } from '../storage/view';
import { conjunctionOf, excludesMissing, type Condition, type Conjunction } from './conditions';
import { bestOf, indexPlan, isEmpty, narrowest, wholeIndex, type IndexPlan, type Question } from './index-plan';
import { windowOf } from './index-window';
import { impliesPartialFilter } from './partial-filter';
import { textQueryOf, type TextQuery } from './text-query';

/** How to get at the documents. */
export type Plan =
  | { readonly kind: 'COLLSCAN'; readonly reverse: boolean; readonly sorted: boolean }
  | IndexPlan
  | { readonly kind: 'OR'; readonly branches: readonly IndexPlan[]; readonly sorted: false };

/** Chooses the plan that ties most fields, then one that also sorts. Errors: 2 for a hint that names no index, 27 and 291 for a `$text`. */
export function plan(view: View, collection: Collection, question: Question): Plan {
  const { sort } = question;
  const natural = naturalDirection(question);
  if (natural !== undefined && question.window) throw failAt(51174, 'The index chosen is not compatible with min/max');
  const text = textQueryOf(collection, question.filter);
  if (text && natural !== undefined) throw fail('BadValue', 'text expression not allowed with $natural sort order');
  if (text && question.hint !== undefined) throw fail('BadValue', 'text and hint not allowed in same query');
  if (natural !== undefined) return { kind: 'COLLSCAN', reverse: natural < 0, sorted: sort?.['$natural'] !== undefined || isEmpty(sort) };
  const conjunction = conjunctionOf(question.filter);
  const usable = usableIndexes(view, collection, conjunction, question);
  if (text) return view.knows(text.index) ? textPlan(text, usable, question) : scan(question);
  if (question.hint !== undefined) return hinted(view, collection, conjunction, question);
  const best = bestOf(usable.map((index) => indexPlan(index, conjunction, question)));
  if (best && (best.equalities > 0 || best.ranged)) return best;
  const either = alternativesPlan(usable, conjunction, question);
  return either ?? best ?? scan(question);
}

function scan({ sort }: Question): Plan {
  return { kind: 'COLLSCAN', reverse: false, sorted: isEmpty(sort) };
}

/** The plan for a `$text`: alone with other demands, or in an `$or` whose other branches have indexes, too. Errors: 291. */
function textPlan(text: TextQuery, usable: readonly Index[], question: Question): Plan {
  const { filter, sort } = question;
  if (demandsText(filter)) {
    const found = wordsPlan(text, conjunctionOf(filter), question);
    return found ? { ...found, sorted: isEmpty(sort) } : scan(question);
  }
  const branches = conjunctionOf(filter).alternatives.find((some) => some.some(demandsText)) ?? [];
  const plans = branches.map((branch) => {
    const conjunction = conjunctionOf(branch);
    return demandsText(branch) ? wordsPlan(text, conjunction, question) : narrowest(usable, conjunction, question);
  });
  if (plans.length === 0 || plans.includes(undefined))
    throw noPlan('Failed to produce a solution for TEXT under OR - other non-TEXT clauses under OR have to be indexed as well.');
  return { kind: 'OR', branches: plans as IndexPlan[], sorted: false };
}

function demandsText(filter: Document): boolean {
  const { $and: parts } = filter;
  return '$text' in filter || (Array.isArray(parts) && parts.some((part) => isDocument(part) && demandsText(part)));
}

/** The keys of the wanted words, behind the values of the fields before them. Errors: 291 where those are not all given. */
function wordsPlan({ index, search }: TextQuery, conjunction: Conjunction, question: Question): IndexPlan | undefined {
  const before = index.fields.slice(0, index.fields.indexOf(wordsField));
  const partial = index.spec.partialFilterExpression;
  const given = before.every((field) => conjunction.byPath.get(field)?.some(({ operator }) => operator === '$eq'));
  if (!given || (partial && !impliesPartialFilter(conjunction, partial, { query: question.collation })))
    throw noPlan(
      'failed to use text index to satisfy $text query (if text index is compound, are equality predicates given for all prefix fields?)',
    );
  const words: Condition = { operator: '$in', value: search.indexed };
  const byPath = new Map([...conjunction.byPath, [wordsField, [words]] as const]);
  const found = indexPlan(index, { byPath, alternatives: [] }, { ...question, sort: undefined });
  return found && found.equalities > before.length ? found : undefined;
}

function noPlan(reason: string): Error {
  return fail('NoQueryExecutionPlans', `error processing query: planner returned error :: caused by :: ${reason}`);
}

function naturalDirection({ sort, hint }: Question): number | undefined {
  const direction = sort?.['$natural'] ?? (hint as Document | undefined)?.['$natural'];
  return direction === undefined ? undefined : Number(direction);
}

function usableIndexes(view: View, collection: Collection, conjunction: Conjunction, { hint, collation }: Question): Index[] {
  return collection.indexes.filter((index) => {
    if (index.text || !view.knows(index) || (index.spec.hidden && hint === undefined)) return false;
    const partial = index.spec.partialFilterExpression;
    if (partial && !impliesPartialFilter(conjunction, partial, { index: index.collation, query: collation })) return false;
    return !index.spec.sparse || index.fields.some((field) => conjunction.byPath.get(field)?.some(excludesMissing));
  });
}

/** A hint may name an index that holds only some of the documents; MongoDB then answers from those. */
function hinted(view: View, collection: Collection, conjunction: Conjunction, question: Question): Plan {
  const index = indexOfHint(collection, question.hint);
  // A snapshot from before an index was built has no keys in it.
  if (!index || !view.knows(index))
    throw fail(
      'BadValue',
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  const { window } = question;
  if (window) return { ...fullScan(index, question), ranges: [windowOf(index, window)], ranged: true };
  return indexPlan(index, conjunction, question) ?? fullScan(index, question);
}

/** Finds the index a hint means, by name or by key pattern. */
export function indexOfHint(collection: Collection, hint: unknown): Index | undefined {
  if (typeof hint === 'string') return collection.indexes.find(({ spec }) => spec.name === hint);
  const wanted = JSON.stringify(Object.entries(hint as Document).map(([field, direction]) => [field, Number(direction)]));
  return collection.indexes.find(({ spec }) => JSON.stringify(Object.entries(spec.key)) === wanted);
}

function fullScan(index: Index, { sort }: Question): IndexPlan {
  return {
    kind: 'IXSCAN',
    index,
    ranges: [wholeIndex(index)],
    reverse: false,
    sorted: isEmpty(sort),
    equalities: 0,
    ranged: false,
    bounds: [],
  };
}

function alternativesPlan(usable: readonly Index[], conjunction: Conjunction, question: Question): Plan | undefined {
  for (const branches of conjunction.alternatives) {
    const plans = branches.map((branch) => narrowest(usable, conjunctionOf(branch), question));
    if (!plans.includes(undefined)) {
      return { kind: 'OR', branches: plans as IndexPlan[], sorted: false };
    }
  }
  return undefined;
}
