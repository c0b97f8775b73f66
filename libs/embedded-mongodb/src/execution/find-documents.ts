import { ObjectId, UUID } from 'bson';
import { decodeFields, decode, type Document } from '../bson/codec';
import { compileFilter, rootFields } from '../query/matcher';
import { atOnce, breath, sliced, strideLength, type Breath, type Paced } from '../values/breath';
import { compileSortOrder, sortItems } from '../values/sort';
import { sameCollation, type Collation } from '../values/collation';
import { fail } from '../errors';
import type { Index } from '../indexes/index-definition';
import { isCut } from '../indexes/key-string';
import { readSearch, textClauseOf } from '../query/text-clause';
import type { TextSearch } from '../text/search';
import { withTextScore } from '../values/text-score';
import { textQueryOf } from './text-query';
import type { IndexPlan, Question } from './index-plan';
import { plan, type Plan } from './planner';
import type { Collection } from '../storage/collection';
import type { KeyRange, StoredDocument, View } from '../storage/view';
import type { Deadline } from './deadline';

/** What to find. */
export interface Query extends Question {
  readonly filter: Document;
  readonly sort?: Document;
  readonly skip?: number;
  /** 0 or absent: all. */
  readonly limit?: number;
  readonly collation?: Collation;
  readonly variables?: Document;
}

/** A document that matches. */
export interface FoundDocument extends StoredDocument {
  /** How well, if it was searched by `$text`. */
  readonly textScore?: number;
}

/** What a search cost, for `explain`. */
export class Work {
  keysExamined = 0;
  documentsExamined = 0;
  /** Searches without an index. */
  scans = 0;
}

/** Where to search. */
export interface Place {
  readonly view: View;
  readonly collection: Collection;
  /** Where the cost is added up. */
  readonly work?: Work;
  /** When to give up where there is no pause. */
  readonly deadline?: Deadline;
}

/** The answer where there is no collection: nothing, but a filter or a sort that is wrong is still refused. */
export function findNothing(query: Query): FoundDocument[] {
  checkQuery(query);
  const clause = textClauseOf(query.filter);
  if (clause !== undefined) readSearch(clause, 'english');
  return [];
}

function checkQuery({ filter, sort, collation, variables }: Query): void {
  compileFilter(filter, { collation, variables, text: () => false });
  if (sort && sort['$natural'] === undefined) compileSortOrder(sort, collation);
}

/** As `findDocuments`, without a pause: for where none is possible, as inside a write. Errors: 50. */
export function findAtOnce(place: Place, query: Query): Iterable<FoundDocument> {
  return atOnce(findDocuments(place, query), () => place.deadline?.check());
}

/**
 * Finds, sorts, skips and limits. Whatever the index says, each document is held against the filter. Between two results, and at a breath,
 * whoever reads may stop for as long as he likes. Errors: 175 when what is read has gone meanwhile.
 */
export function findDocuments(place: Place, query: Query, work = place.work ?? new Work()): Paced<FoundDocument> {
  const direct = byId(place, query, work);
  if (direct !== undefined) return direct;
  // What is wrong is refused before the planner reads it.
  checkQuery(query);
  return runPlan(place, query, plan(place.view, place.collection, query), work);
}

function runPlan(place: Place, query: Query, chosen: Plan, work: Work): Paced<FoundDocument> {
  const matching = matches(place, query, chosen, work);
  return sliced(chosen.sorted ? matching : sorted(matching, query), query.skip ?? 0, query.limit || Infinity);
}

/** `{ _id: x }` alone is one lookup in the primary index, whose key is equal exactly when the value is. */
function byId({ view, collection }: Place, query: Query, work: Work): StoredDocument[] | undefined {
  const key = keyOfId(collection, query);
  if (!key) return undefined;
  const record = view.lookup(collection, collection.primary, key);
  const bytes = record === undefined ? undefined : view.get(collection, record);
  if (!bytes) return [];
  work.keysExamined++;
  work.documentsExamined++;
  return [{ record: record!, bytes }];
}

/** Whether a query is answered by one lookup in the primary index. */
export function isDirect(collection: Collection, query: Query): boolean {
  return keyOfId(collection, query) !== undefined;
}

function keyOfId({ primary }: Collection, { filter, collation, hint, skip, variables }: Query): Buffer | undefined {
  const names = Object.keys(filter);
  if (names.length !== 1 || names[0] !== '_id' || hint !== undefined || skip || variables) return undefined;
  const value = filter['_id'];
  if (!isDirectId(value)) return undefined;
  if (typeof value === 'string' && !sameCollation(collation, primary.collation)) return undefined;
  const key = primary.key([value]);
  return isCut(key) ? undefined : key;
}

function isDirectId(value: unknown): boolean {
  if (typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value))) return true;
  return value instanceof ObjectId;
}

function* matches(place: Place, query: Query, chosen: Plan, work: Work): Generator<FoundDocument | Breath> {
  const text = textQueryOf(place.collection, query.filter);
  if (text) {
    yield* textMatches(place, query, { chosen, work, search: text.search });
    return;
  }
  const accepts = acceptance(query);
  for (const stored of candidates(place, chosen, work)) {
    if (stored === breath) yield breath;
    else {
      work.documentsExamined++;
      if (accepts(stored.bytes)) yield stored;
    }
  }
}

/** As `matches`, and each document with how well it matched. */
function* textMatches(
  place: Place,
  { filter, collation, variables }: Query,
  { chosen, work, search }: { chosen: Plan; work: Work; search: TextSearch },
): Generator<FoundDocument | Breath> {
  const predicate = compileFilter(filter, { collation, variables, text: (document) => search.matches(document) });
  for (const stored of candidates(place, chosen, work)) {
    if (stored === breath) {
      yield breath;
      continue;
    }
    work.documentsExamined++;
    const document = decode(stored.bytes);
    if (predicate(document)) yield { ...stored, textScore: search.score(document) };
  }
}

/** The filter as a question to stored bytes; only the fields that it names are decoded. */
export function acceptance({ filter, collation, variables }: Query): (bytes: Buffer) => boolean {
  const predicate = compileFilter(filter, { collation, variables });
  if (Object.keys(filter).length === 0) return () => true;
  const roots = rootFields(filter);
  return (bytes) => predicate(roots ? decodeFields(bytes, roots) : decode(bytes));
}

function candidates(place: Place, chosen: Plan, work: Work): Paced<StoredDocument> {
  switch (chosen.kind) {
    case 'COLLSCAN':
      work.scans++;
      return allRecords(place, chosen.reverse);
    case 'IXSCAN':
      return fetched(place, [chosen], work);
    case 'OR':
      return fetched(place, chosen.branches, work);
  }
}

function* allRecords({ view, collection }: Place, reverse: boolean): Generator<StoredDocument | Breath> {
  const check = guard(collection, []);
  let step = 0;
  for (const stored of view.records(collection, reverse)) {
    if (++step % strideLength === 0) yield breath;
    check();
    yield stored;
  }
  check();
}

function* fetched(place: Place, plans: readonly IndexPlan[], work: Work): Generator<StoredDocument | Breath> {
  const check = guard(
    place.collection,
    plans.map(({ index }) => index),
  );
  let step = 0;
  const { index: first } = plans[0]!;
  // One document may have several keys in range, and one key, if it was cut, may lie in several ranges.
  const once = plans.length > 1 || first.multikey !== 0 || first.text !== undefined || first.hasCutKeys;
  const seen = new Set<number>();
  for (const { index, ranges, reverse } of plans) {
    for (const range of ordered(ranges, reverse)) {
      for (const { record } of place.view.entries(place.collection, index, range, reverse)) {
        work.keysExamined++;
        if (++step % strideLength === 0) yield breath;
        check();
        if (once) {
          if (seen.has(record)) continue;
          seen.add(record);
        }
        const bytes = place.view.get(place.collection, record);
        if (bytes) yield { record, bytes };
      }
      check();
    }
  }
}

/** Makes a check of whether what a read began with is still there, for after each pause. Errors: 175. */
export function guard(collection: Collection, indexes: readonly Index[]): () => void {
  const { name, indexes: known } = collection;
  return () => {
    if (collection.isDropped) throw fail('QueryPlanKilled', `collection dropped. UUID ${new UUID(collection.uuid).toString()}`);
    if (collection.name !== name) throw fail('QueryPlanKilled', `collection renamed from '${collection.database}.${name}'`);
    if (collection.indexes === known) return;
    const gone = indexes.find(({ id }) => !collection.indexes.some((other) => other.id === id));
    if (gone) throw fail('QueryPlanKilled', `index '${gone.spec.name}' dropped`);
  };
}

function ordered(ranges: readonly KeyRange[], reverse: boolean): readonly KeyRange[] {
  return reverse ? ranges.toReversed() : ranges;
}

/** Sorts in memory, on the fields that the order names. */
function sorted(matching: Paced<FoundDocument>, { sort, collation, skip, limit }: Query): Paced<FoundDocument> {
  if (!sort || Object.keys(sort).length === 0) return matching;
  const roots = new Set(Object.keys(sort).map((path) => path.split('.', 1)[0]!));
  const { key, compareKeys } = compileSortOrder(sort, collation);
  const keyOf = ({ bytes, textScore }: FoundDocument): unknown[] => key(withTextScore(decodeFields(bytes, roots), textScore));
  return sortItems(matching, { key: keyOf, compareKeys }, limit ? limit + (skip ?? 0) : undefined);
}
