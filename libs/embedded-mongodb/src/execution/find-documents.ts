import { ObjectId } from 'bson';
import { decodeFields, decode, type Document } from '../bson/codec';
import { compileFilter, rootFields } from '../query/matcher';
import { sortDocuments } from '../values/sort';
import { sameCollation, type Collation } from '../values/collation';
import { isCut } from '../indexes/key-string';
import { readSearch, textClauseOf } from '../query/text-clause';
import type { TextSearch } from '../text/search';
import { withTextScore } from '../values/text-score';
import { textQueryOf } from './text-query';
import type { IndexPlan, Question } from './index-plan';
import { plan, type Plan } from './planner';
import type { Collection } from '../storage/collection';
import type { KeyRange, StoredDocument, View } from '../storage/view';
import { Deadline } from './deadline';

/** What to find. */
export interface Query extends Question {
  readonly filter: Document;
  readonly sort?: Document;
  readonly skip?: number;
  /** 0 or absent: all. */
  readonly limit?: number;
  readonly collation?: Collation;
  readonly variables?: Document;
  readonly deadline?: Deadline;
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
}

/** The answer where there is no collection: nothing, but a filter that is wrong is still refused. */
export function findNothing(query: Query): Iterable<FoundDocument> {
  checkFilter(query);
  const clause = textClauseOf(query.filter);
  if (clause !== undefined) readSearch(clause, 'english');
  return [];
}

function checkFilter({ filter, collation, variables }: Query): void {
  compileFilter(filter, { collation, variables, text: () => false });
}

/** Finds, sorts, skips and limits. Whatever the index says, each document is held against the filter. */
export function findDocuments(place: Place, query: Query, work = place.work ?? new Work()): Iterable<FoundDocument> {
  const direct = byId(place, query, work);
  if (direct !== undefined) return direct;
  // A filter that is wrong is refused before the planner reads it.
  checkFilter(query);
  return runPlan(place, query, plan(place.view, place.collection, query), work);
}

function runPlan(place: Place, query: Query, chosen: Plan, work: Work): Iterable<FoundDocument> {
  const matching = matches(place, query, chosen, work);
  if (chosen.sorted) return slice(matching, query.skip ?? 0, query.limit ?? 0);
  return slice(sorted(matching, query), query.skip ?? 0, query.limit ?? 0);
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

function* matches(place: Place, query: Query, chosen: Plan, work: Work): Iterable<FoundDocument> {
  const text = textQueryOf(place.collection, query.filter);
  if (text) {
    yield* textMatches(place, query, { chosen, work, search: text.search });
    return;
  }
  const accepts = acceptance(query);
  const deadline = query.deadline ?? new Deadline(0);
  for (const stored of candidates(place, chosen, work, deadline)) {
    work.documentsExamined++;
    if (accepts(stored.bytes)) yield stored;
  }
}

/** As `matches`, and each document with how well it matched. */
function* textMatches(
  place: Place,
  { filter, collation, variables, deadline = new Deadline(0) }: Query,
  { chosen, work, search }: { chosen: Plan; work: Work; search: TextSearch },
): Iterable<FoundDocument> {
  const predicate = compileFilter(filter, { collation, variables, text: (document) => search.matches(document) });
  for (const stored of candidates(place, chosen, work, deadline)) {
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

function candidates(place: Place, chosen: Plan, work: Work, deadline: Deadline): Iterable<StoredDocument> {
  switch (chosen.kind) {
    case 'COLLSCAN':
      work.scans++;
      return allRecords(place, chosen.reverse, deadline);
    case 'IXSCAN':
      return fetched(place, [chosen], work, deadline);
    case 'OR':
      return fetched(place, chosen.branches, work, deadline);
  }
}

function* allRecords({ view, collection }: Place, reverse: boolean, deadline: Deadline): Iterable<StoredDocument> {
  for (const stored of view.records(collection, reverse)) {
    deadline.check();
    yield stored;
  }
}

function* fetched(place: Place, plans: readonly IndexPlan[], work: Work, deadline: Deadline): Iterable<StoredDocument> {
  const { index: first } = plans[0]!;
  // One document may have several keys in range, and one key, if it was cut, may lie in several ranges.
  const once = plans.length > 1 || first.multikey !== 0 || first.text !== undefined || first.hasCutKeys;
  const seen = new Set<number>();
  for (const { index, ranges, reverse } of plans) {
    for (const range of ordered(ranges, reverse)) {
      for (const { record } of place.view.entries(place.collection, index, range, reverse)) {
        work.keysExamined++;
        deadline.check();
        if (once) {
          if (seen.has(record)) continue;
          seen.add(record);
        }
        const bytes = place.view.get(place.collection, record);
        if (bytes) yield { record, bytes };
      }
    }
  }
}

function ordered(ranges: readonly KeyRange[], reverse: boolean): readonly KeyRange[] {
  return reverse ? ranges.toReversed() : ranges;
}

/** Sorts in memory, on the fields that the order names. */
function sorted(matching: Iterable<FoundDocument>, { sort, collation, skip, limit }: Query): Iterable<FoundDocument> {
  if (!sort || Object.keys(sort).length === 0) return matching;
  const roots = new Set(Object.keys(sort).map((path) => path.split('.', 1)[0]!));
  const origin = new WeakMap<Document, FoundDocument>();
  const documents = function* (): Iterable<Document> {
    for (const stored of matching) {
      const document = withTextScore(decodeFields(stored.bytes, roots), stored.textScore);
      origin.set(document, stored);
      yield document;
    }
  };
  const options = { collation, limit: limit ? limit + (skip ?? 0) : undefined };
  return sortDocuments(documents(), sort, options).map((document) => origin.get(document)!);
}

function* slice<T>(items: Iterable<T>, skip: number, limit: number): Iterable<T> {
  let position = 0;
  const end = limit > 0 ? skip + limit : Infinity;
  for (const item of items) {
    if (position++ < skip) continue;
    yield item;
    if (position >= end) return;
  }
}
