import { decode } from '../bson/codec';
import { errorCodes, fail, failAt } from '../errors';
import { defaultFirstBatch, takeBatch, type Batch, type Cursor, type ListCursor } from '../execution/cursors';
import { findDocuments, findNothing, type Query } from '../execution/find-documents';
import type { Collection } from '../storage/collection';
import { CursorReply, type Reply } from '../protocol/reply';
import { equalValues } from '../values/compare';
import { encodeValue } from '../indexes/key-string';
import { compileProjection } from '../query/projection';
import { textClauseOf } from '../query/text-clause';
import { valuesAt } from '../values/paths';
import { asksForTextScore, noTextScore, withTextScore } from '../values/text-score';
import {
  collationOption,
  collectionName,
  countOption,
  documentOption,
  findCollection,
  hintOption,
  isTrue,
  toNumber,
  type CommandContext,
  type CommandTable,
} from './command';
import { countMatching } from './counting';
import { encoded } from './statements';
import { watchOn } from './watch';
import { letOption } from './let-option';
import { everyLevel } from './read-concern';

const findOptions = [
  'filter',
  'sort',
  'projection',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'collation',
  'allowDiskUse',
  'let',
  'noCursorTimeout',
  'returnKey',
  'showRecordId',
  'min',
  'max',
  'tailable',
  'awaitData',
  'oplogReplay',
  'allowPartialResults',
];

export const readCommands: CommandTable = {
  find: {
    options: findOptions,
    refused: ['returnKey', 'showRecordId', 'min', 'max', 'tailable', 'awaitData'],
    inTransaction: true,
    takesReadConcern: everyLevel,
    run: find,
  },
  getMore: { options: ['collection', 'batchSize'], inTransaction: true, run: getMore },
  killCursors: { options: ['cursors'], inTransaction: true, run: killCursors },
  count: {
    options: ['query', 'limit', 'skip', 'hint', 'collation', 'fields'],
    takesReadConcern: everyLevel.filter((level) => level !== 'snapshot'),
    run: count,
  },
  distinct: { options: ['key', 'query', 'collation', 'hint'], inTransaction: true, takesReadConcern: everyLevel, run: distinct },
};

/** Reads a find's query out of its command. */
export function findQuery(context: CommandContext, collection: Collection | undefined, body = context.body): Query {
  const limit = toNumber(body['limit']) ?? 0;
  if (limit < 0) throw failAt(51024, `BSON field 'limit' value must be >= 0, actual value '${limit}'`);
  const filter = documentOption(body, 'filter') ?? {};
  const sort = documentOption(body, 'sort');
  if (asksForTextScore([sort, body['projection']]) && textClauseOf(filter) === undefined) throw noTextScore();
  return {
    filter,
    sort,
    skip: countOption(body, 'skip'),
    limit,
    hint: hintOption(body),
    collation: collationOption(body, collection),
    variables: letOption(body, context.now),
    deadline: context.deadline,
  };
}

function find(context: CommandContext): Reply {
  const { body } = context;
  const collection = findCollection(context);
  const query = findQuery(context, collection);
  const documents = collection ? projected(context, collection, query) : [...findNothing(query)].map(({ bytes }) => bytes);
  const batchSize = countOption(body, 'batchSize');
  return openCursor(context, collectionName(context), documents, { batchSize, single: isTrue(body['singleBatch']) });
}

/** The found documents as bytes. Without a projection they are the stored ones, never decoded. */
function* projected(context: CommandContext, collection: Collection, query: Query): Iterable<Buffer> {
  const { view, body } = context;
  const projection = documentOption(body, 'projection');
  const project =
    projection && Object.keys(projection).length > 0
      ? compileProjection(projection, { filter: query.filter, collation: query.collation, variables: query.variables })
      : undefined;
  for (const { bytes, textScore } of findDocuments({ view, collection, work: context.engine.work }, query))
    yield project ? encoded(project(withTextScore(decode(bytes), textScore))) : bytes;
}

/** Sends the first batch, and keeps a cursor for the rest if there is one. */
export function openCursor(
  context: CommandContext,
  name: string,
  documents: Iterable<Buffer>,
  { batchSize, single = false }: { batchSize?: number; single?: boolean },
): CursorReply {
  const namespace = `${context.database}.${name}`;
  const source = { documents: documents[Symbol.iterator](), peeked: undefined as IteratorResult<Buffer> | undefined };
  const first = batchSize === 0 ? { documents: [], exhausted: false } : takeBatch(source, batchSize ?? defaultFirstBatch);
  const id = first.exhausted || single ? 0n : keepCursor(context, { ...source, namespace, batchSize: batchSize ?? 0 });
  return new CursorReply({ field: 'firstBatch', id, namespace, documents: first.documents });
}

function keepCursor(
  { engine, deadline, transaction }: CommandContext,
  cursor: Pick<ListCursor, 'documents' | 'namespace' | 'batchSize'> & { peeked: IteratorResult<Buffer> | undefined },
): bigint {
  const { id } = engine.cursors.add<ListCursor>({ ...cursor, transaction, deadline });
  deadline.pause();
  if (transaction) void transaction.ended.then(() => engine.cursors.kill(id));
  return id;
}

function getMore(context: CommandContext): Reply | Promise<Reply> {
  const { engine, body, database, transaction } = context;
  const id = BigInt(body['getMore'] as bigint | number);
  const cursor = engine.cursors.get(id);
  const namespace = `${database}.${collectionName(context, body['collection'])}`;
  if (cursor.namespace !== namespace)
    throw fail(
      'Unauthorized',
      `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
    );
  if (cursor.transaction !== transaction)
    throw failAt(50738, `Cannot run getMore on cursor ${id}, which was not created in this transaction`);
  failIfAsked(context, cursor);
  if (cursor.tail) return watchOn(context, cursor);
  const batch = nextBatch(context, cursor);
  return new CursorReply({ field: 'nextBatch', id: batch.exhausted ? 0n : id, namespace, documents: batch.documents });
}

/** A cursor whose reading fails is gone. Errors: what the fail point asks for. */
function failIfAsked({ engine }: CommandContext, { id, namespace }: Cursor): void {
  const fault = engine.failPoints.hit('failGetMoreAfterCursorCheckout', (data) =>
    [undefined, namespace].includes(data['namespace'] as string),
  );
  if (!fault) return;
  engine.cursors.kill(id);
  throw failAt(Number(fault['errorCode'] ?? errorCodes.InternalError), "Hit the 'failGetMoreAfterCursorCheckout' failpoint");
}

/** A cursor that has come to its end or failed is gone. */
function nextBatch({ engine, body }: CommandContext, cursor: ListCursor): Batch {
  let exhausted = true;
  cursor.deadline.resume();
  try {
    const batch = takeBatch(cursor, countOption(body, 'batchSize') ?? 0);
    ({ exhausted } = batch);
    return batch;
  } finally {
    cursor.deadline.pause();
    if (exhausted) engine.cursors.kill(cursor.id);
  }
}

function killCursors({ engine, body }: CommandContext): Reply {
  const cursorsKilled: bigint[] = [];
  const cursorsNotFound: bigint[] = [];
  for (const value of body['cursors'] as (bigint | number)[]) {
    const id = BigInt(value);
    (engine.cursors.kill(id) ? cursorsKilled : cursorsNotFound).push(id);
  }
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
}

function count(context: CommandContext): Reply {
  const { body } = context;
  const filter = documentOption(body, 'query') ?? {};
  // A negative limit means the same as a positive one.
  const limit = Math.abs(toNumber(body['limit']) ?? 0);
  return { n: countMatching(context, { filter, skip: countOption(body, 'skip') ?? 0, limit }) };
}

function distinct(context: CommandContext): Reply {
  const { body, view } = context;
  const collection = findCollection(context);
  const key = body['key'];
  if (typeof key !== 'string') throw fail('TypeMismatch', "BSON field 'distinct.key' is the wrong type, expected type 'string'");
  const collation = collationOption(body, collection);
  const query = { filter: documentOption(body, 'query') ?? {}, collation, hint: hintOption(body), deadline: context.deadline };
  const values = new Map<string, unknown[]>();
  for (const { bytes } of collection ? findDocuments({ view, collection, work: context.engine.work }, query) : findNothing(query)) {
    for (const value of valuesAt(decode(bytes), key).flatMap((found) => (Array.isArray(found) ? (found as unknown[]) : [found]))) {
      const bucket = encodeValue(collation && typeof value === 'string' ? collation.key(value) : value).toString('latin1');
      const known = values.get(bucket);
      if (!known) values.set(bucket, [value]);
      else if (!known.some((other) => equalValues(other, value, collation))) known.push(value);
    }
  }
  return { values: [...values.values()].flat() };
}
