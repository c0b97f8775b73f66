import type { Document } from '../bson/document';
import { getField, isDocument } from '../bson/document';
import { toNumber, wholeOf } from '../bson/numbers';
import { isNumeric } from '../bson/types';
import { fail, failAt, MongoError } from '../errors';
import { breath, gathered, mapped, sliced, strideLength, type Breath, type Paced } from './breath';
import type { Collation } from './collation';
import { compareValues } from './compare';
import { splitFieldPath } from './field-path';
import { keyTuples } from './paths';
import { checkMeta, textScoreOf } from './text-score';

/** A sort specification taken apart: makes each document's key and compares keys. */
export interface SortOrder {
  key(document: Document): unknown[];
  compareKeys(a: unknown[], b: unknown[]): number;
}

/** Compiles a sort specification to a comparison of documents. Errors: 15974, 15975 (direction), 16410 (paths), 2 BadValue. */
export function compileSort(sort: Document, collation?: Collation): (a: Document, b: Document) => number {
  const { key, compareKeys } = compileSortOrder(sort, collation);
  return (a, b) => compareKeys(key(a), key(b));
}

/**
 * The order of array elements by their fields, as `$sortArray` and `$push` have it: a path leads through documents only, an array at its
 * end is compared as a whole, and elements that are no documents have no fields.
 */
export function compileElementOrder(sort: Document, collation?: Collation): (a: unknown, b: unknown) => number {
  const fields = Object.entries(sort).map(([path, direction]) => ({ path: path.split('.'), sign: toNumber(direction) }));
  const at = (element: unknown, path: readonly string[]): unknown =>
    path.reduce<unknown>((value, name) => (isDocument(value) ? getField(value, name) : undefined), element) ?? null;
  return (a, b) => {
    for (const { path, sign } of fields) {
      const order = compareValues(at(a, path), at(b, path), collation);
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}

interface SortEntry<T> {
  readonly key: unknown[];
  readonly item: T;
}

type EntryOrder<T> = (a: SortEntry<T>, b: SortEntry<T>) => number;

/** So many are sorted at once, which takes some milliseconds; what there is more is merged. */
const longestRun = 2048;

/** Sorts documents stably, each document's sort key being made once; `limit` keeps only the first so many while reading. */
export function sortDocuments(
  documents: Paced<Document>,
  sort: Document,
  { collation, limit }: { collation?: Collation; limit?: number } = {},
): Paced<Document> {
  const { key, compareKeys } = compileSortOrder(sort, collation);
  return sortItems(documents, { key, compareKeys }, limit);
}

/** The same for anything that has a sort key. */
export function* sortItems<T>(
  items: Paced<T>,
  { key, compareKeys }: { key: (item: T) => unknown[]; compareKeys: SortOrder['compareKeys'] },
  limit = Infinity,
): Generator<T | Breath> {
  const order: EntryOrder<T> = (a, b) => compareKeys(a.key, b.key);
  // Twice the limit (and some) is kept before cutting back, so that each document costs little whatever the limit.
  const room = limit * 2 + 100;
  let runs: SortEntry<T>[][] = [];
  let run: SortEntry<T>[] = [];
  for (const item of items) {
    if (item === breath) {
      yield breath;
      continue;
    }
    run.push({ key: key(item), item });
    if (run.length < Math.min(room, longestRun)) continue;
    runs.push(run.sort(order));
    run = [];
    if (runs.reduce((kept, { length }) => kept + length, 0) >= room) runs = [yield* gathered(sliced(merged(runs, order), 0, limit))];
  }
  runs.push(run.sort(order));
  yield* mapped(sliced(merged(runs, order), 0, limit), ({ item }) => item);
}

/** Sorted runs as one; of equals, those of an earlier run come first. */
function* merged<T>(runs: readonly SortEntry<T>[][], order: EntryOrder<T>): Generator<SortEntry<T> | Breath> {
  let step = 0;
  for (const entry of mergedTree(runs, order)) {
    if (++step % strideLength === 0) yield breath;
    yield entry;
  }
}

function mergedTree<T>(runs: readonly SortEntry<T>[][], order: EntryOrder<T>): Iterable<SortEntry<T>> {
  if (runs.length === 1) return runs[0]!;
  const half = runs.length >> 1;
  return mergedPair(mergedTree(runs.slice(0, half), order), mergedTree(runs.slice(half), order), order);
}

function* mergedPair<T>(front: Iterable<SortEntry<T>>, back: Iterable<SortEntry<T>>, order: EntryOrder<T>): Generator<SortEntry<T>> {
  const later = back[Symbol.iterator]();
  let next = later.next();
  for (const entry of front) {
    for (; !next.done && order(next.value, entry) < 0; next = later.next()) yield next.value;
    yield entry;
  }
  for (; !next.done; next = later.next()) yield next.value;
}

export function compileSortOrder(sort: Document, collation?: Collation): SortOrder {
  const fields = Object.entries(sort).map(([path, direction]) => ({
    path: splitFieldPath(path),
    sign: directionOf(path, direction),
    isScore: isDocument(direction),
  }));
  const paths = fields.filter(({ isScore }) => !isScore).map(({ path }) => path);
  const scores = fields.flatMap(({ isScore }, position) => (isScore ? [position] : []));
  const signs = fields.map(({ sign }) => sign);
  const compareKeys = (a: unknown[], b: unknown[]): number => {
    for (let i = 0; i < signs.length; i++) {
      const order = compareValues(a[i], b[i], collation);
      if (order !== 0) return order * signs[i]!;
    }
    return 0;
  };
  // The document stands where the first of its tuples in this order would.
  const key = (document: Document): unknown[] => {
    const tuples = tuplesOf(document, paths);
    for (const position of scores) for (const tuple of tuples) tuple.splice(position, 0, textScoreOf(document));
    return tuples.length === 1 ? tuples[0]! : tuples.reduce((first, tuple) => (compareKeys(tuple, first) < 0 ? tuple : first));
  };
  return { key, compareKeys };
}

function tuplesOf(document: Document, paths: string[][]): unknown[][] {
  try {
    return keyTuples(document, paths);
  } catch (error) {
    if (error instanceof MongoError && error.code === 171) throw fail('BadValue', 'cannot sort with keys that are parallel arrays');
    throw error;
  }
}

function directionOf(path: string, direction: unknown): 1 | -1 {
  if (isDocument(direction)) {
    if ('$meta' in direction) {
      checkMeta(direction['$meta']);
      return -1;
    }
    throw fail('BadValue', `Illegal key in $sort specification: ${path}: ${JSON.stringify(direction)}`);
  }
  if (!isNumeric(direction)) throw failAt(15974, `Illegal key in $sort specification: ${path}: ${String(direction)}`);
  const number = wholeOf(direction);
  if (number !== 1 && number !== -1) throw failAt(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  return number;
}
