import { isDocument, type Document } from '../bson/document';
import { findDocuments, findNothing, type Query } from '../execution/find-documents';
import { rangeOfId } from '../storage/collection';
import { collationOption, findCollection, hintOption, toNumber, type CommandContext } from './command';
import { forEach } from './give-way';
import { letOption } from './let-option';

/** What a driver's `countDocuments` asks. */
export interface Counting {
  readonly filter: Document;
  readonly skip: number;
  /** 0: no limit. */
  readonly limit: number;
}

/**
 * Recognises the pipeline that drivers send for `countDocuments`: `$match`, maybe `$skip` and `$limit`, and a `$group` that adds ones.
 * Counting needs no document decoded, so it does not go the way of other pipelines.
 */
export function readCounting(pipeline: unknown): Counting | undefined {
  if (!Array.isArray(pipeline)) return undefined;
  const stages = [...(pipeline as Document[])];
  if (!isGroupOfOnes(stages.pop())) return undefined;
  const take = (name: string): unknown => (isOnly(stages[0], name) ? stages.shift()![name] : undefined);
  const filter = take('$match');
  const skip = take('$skip');
  const limit = take('$limit');
  const plain = typeof filter === 'object' && filter !== null && stages.length === 0;
  return plain ? { filter: filter as Document, skip: toNumber(skip) ?? 0, limit: toNumber(limit) ?? 0 } : undefined;
}

/** The number of matching documents. Without a filter it is known without looking. */
export async function countMatching(context: CommandContext, { filter, skip, limit }: Counting): Promise<number> {
  const { body, engine, view } = context;
  const collection = findCollection(context);
  const query: Query = {
    filter,
    skip,
    limit,
    hint: hintOption(body),
    collation: collationOption(body, collection),
    variables: letOption(body, context.now),
  };
  if (!collection) return findNothing(query).length;
  if (isKnown(query, context)) {
    const { start, end } = rangeOfId(collection.id);
    collection.size ??= engine.environment.count(engine.environment.data, start, end);
    const left = Math.max(0, collection.size - skip);
    return limit > 0 ? Math.min(limit, left) : left;
  }
  let n = 0;
  await forEach(context, findDocuments({ view, collection, work: engine.work }, query), () => n++);
  return n;
}

/** Whether the collection's own number of documents is the answer. A hint may mean an index that holds only some. */
export function isKnown({ filter, hint }: Query, { view, engine }: CommandContext): boolean {
  return Object.keys(filter).length === 0 && hint === undefined && view === engine.current;
}

function isGroupOfOnes(stage: Document | undefined): boolean {
  if (!isOnly(stage, '$group')) return false;
  const group = stage!['$group'];
  if (!isDocument(group)) return false;
  const { _id: id, n } = group;
  return Object.keys(group).length === 2 && id === 1 && isOnly(n as Document | undefined, '$sum') && (n as Document)['$sum'] === 1;
}

function isOnly(stage: Document | undefined, name: string): boolean {
  return typeof stage === 'object' && stage !== null && Object.keys(stage).length === 1 && name in stage;
}
