import type { Timestamp } from 'bson';
import { decode, type Document } from '../bson/codec';
import { errorCodes, fail, failAt } from '../errors';
import { defaultFirstBatch, takeBatch, type Batch, type Cursor, type Cursors, type ListCursor } from '../execution/cursors';
import { findDocuments, findNothing, type Query } from '../execution/find-documents';
import { isEmpty } from '../execution/index-plan';
import type { Window } from '../execution/index-window';
import type { Collection } from '../storage/collection';
import { CursorReply, type Reply } from '../protocol/reply';
import { equalValues } from '../values/compare';
import { encodeValue } from '../indexes/key-string';
import { textClauseOf } from '../query/text-clause';
import type { Paced } from '../values/breath';
import { valuesAt } from '../values/paths';
import { asksForTextScore, noTextScore } from '../values/text-score';
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
import { readOn } from './tail';
import { isTailable, openTailable } from './tailable';
import { foundDocuments } from './find-output';
import { forEach, giveWay } from './give-way';
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
    window: windowOption(body),
    collation: collationOption(body, collection),
    variables: letOption(body, context.now),
  };
}

/** Errors: 51173 for one without a hint that says of which index. */
function windowOption(body: Document): Window | undefined {
  const [min, max] = [documentOption(body, 'min'), documentOption(body, 'max')];
  if (isEmpty(min) && isEmpty(max)) return undefined;
  if (hintOption(body) === undefined) throw failAt(51173, 'When using min()/max() a hint of which index to use must be provided');
  return { min: isEmpty(min) ? undefined : min, max: isEmpty(max) ? undefined : max };
}

async function find(context: CommandContext): Promise<Reply> {
  const { body } = context;
  const collection = findCollection(context);
  const query = findQuery(context, collection);
  if (isTailable(context, query)) return openTailable(context, collectionName(context), { collection, query });
  const documents = foundDocuments(context, collection, query);
  const batchSize = countOption(body, 'batchSize');
  return openCursor(context, collectionName(context), documents, { batchSize, single: isTrue(body['singleBatch']), most: query.limit });
}

/** Sends the first batch, and keeps a cursor for the rest if there is one. */
export async function openCursor(
  context: CommandContext,
  name: string,
  documents: Paced<Buffer>,
  { batchSize, single = false, most }: { batchSize?: number; single?: boolean; most?: number },
): Promise<CursorReply> {
  const namespace = `${context.database}.${name}`;
  const source = { documents: documents[Symbol.iterator](), left: Array.isArray(documents) ? documents.length : most || Infinity };
  const first =
    batchSize === 0 ? { documents: [], exhausted: false } : await takeBatch(source, batchSize ?? defaultFirstBatch, () => giveWay(context));
  const id = first.exhausted || single ? 0n : keepCursor(context, { ...source, namespace, batchSize: batchSize ?? 0 });
  return new CursorReply({ field: 'firstBatch', id, namespace, documents: first.documents, atClusterTime: snapshotTime(context) });
}

/** Of a read from a snapshot outside of transactions: at which time its client may read on. */
function snapshotTime({ readConcern, transaction }: CommandContext): Timestamp | undefined {
  return transaction ? undefined : readConcern.atClusterTime;
}

function keepCursor(
  { engine, deadline, session, transaction, view }: CommandContext,
  cursor: Omit<ListCursor, 'id' | 'lastUsed' | 'session' | 'transaction' | 'view' | 'deadline' | 'busy'>,
): bigint {
  const { id } = engine.cursors.add<ListCursor>({ ...cursor, session, transaction, view, deadline, busy: false });
  deadline.pause();
  if (transaction) void transaction.ended.then(() => engine.cursors.kill(id));
  return id;
}

async function getMore(context: CommandContext): Promise<Reply> {
  const { engine, body, database } = context;
  const id = BigInt(body['getMore'] as bigint | number);
  const cursor = engine.cursors.get(id);
  const namespace = `${database}.${collectionName(context, body['collection'])}`;
  if (cursor.namespace !== namespace)
    throw fail(
      'Unauthorized',
      `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
    );
  checkOwner(context, cursor);
  // A cursor that waits for nothing could not do anything with it.
  if (toNumber(body['maxTimeMS']) !== undefined && !cursor.tail?.awaitsData)
    throw fail('BadValue', 'cannot set maxTimeMS on getMore command for a non-awaitData cursor');
  failIfAsked(context, cursor);
  if (cursor.tail) return readOn(context, cursor);
  const batch = await nextBatch(context, cursor);
  return new CursorReply({ field: 'nextBatch', id: batch.exhausted ? 0n : id, namespace, documents: batch.documents });
}

/** A cursor belongs to the session and the transaction that opened it. Errors: 50736 to 50741. */
function checkOwner({ session, transaction }: CommandContext, { id, ...cursor }: Cursor): void {
  const refuse = (code: number, why: string): Error => failAt(code, `Cannot run getMore on cursor ${id}, ${why}`);
  if (session && !cursor.session) throw refuse(50736, 'which was not created in a session, in a session');
  if (!session && cursor.session) throw refuse(50737, 'which was created in a session, without an lsid');
  if (session !== cursor.session) throw refuse(50738, 'which was created in another session');
  if (transaction && !cursor.transaction) throw refuse(50739, 'which was not created in a transaction, in a transaction');
  if (!transaction && cursor.transaction) throw refuse(50740, 'which was created in a transaction, without a txnNumber');
  if (transaction !== cursor.transaction) throw refuse(50741, 'which was created in another transaction');
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

/** A cursor that has come to its end or failed is gone. Errors: 143 while another command reads it, 237 when it is killed meanwhile. */
async function nextBatch(context: CommandContext, cursor: ListCursor): Promise<Batch> {
  const { cursors } = context.engine;
  const { deadline, view } = cursor;
  const size = countOption(context.body, 'batchSize') ?? 0;
  if (cursor.busy) throw fail('CursorInUse', `cursor id ${cursor.id} is already in use`);
  cursor.busy = true;
  deadline.resume();
  let exhausted = true;
  try {
    const batch = await takeBatch(cursor, size, () => giveWay({ ...context, deadline, view })?.then(() => checkThere(cursors, cursor)));
    ({ exhausted } = batch);
    return batch;
  } finally {
    cursor.busy = false;
    deadline.pause();
    if (exhausted) cursors.kill(cursor.id);
  }
}

function checkThere(cursors: Cursors, cursor: ListCursor): void {
  if (!cursors.has(cursor)) throw fail('CursorKilled', 'operation was interrupted');
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

async function count(context: CommandContext): Promise<Reply> {
  const { body } = context;
  const filter = documentOption(body, 'query') ?? {};
  // A negative limit means the same as a positive one.
  const limit = Math.abs(toNumber(body['limit']) ?? 0);
  return { n: await countMatching(context, { filter, skip: countOption(body, 'skip') ?? 0, limit }) };
}

async function distinct(context: CommandContext): Promise<Reply> {
  const { body, view } = context;
  const collection = findCollection(context);
  const key = body['key'];
  if (typeof key !== 'string') throw fail('TypeMismatch', "BSON field 'distinct.key' is the wrong type, expected type 'string'");
  const collation = collationOption(body, collection);
  const query = { filter: documentOption(body, 'query') ?? {}, collation, hint: hintOption(body) };
  const values = new Map<string, unknown[]>();
  await forEach(
    context,
    collection ? findDocuments({ view, collection, work: context.engine.work }, query) : findNothing(query),
    ({ bytes }) => {
      for (const value of valuesAt(decode(bytes), key).flatMap((found) => (Array.isArray(found) ? (found as unknown[]) : [found]))) {
        const bucket = encodeValue(collation && typeof value === 'string' ? collation.key(value) : value).toString('latin1');
        const known = values.get(bucket);
        if (!known) values.set(bucket, [value]);
        else if (!known.some((other) => equalValues(other, value, collation))) known.push(value);
      }
    },
  );
  const atClusterTime = snapshotTime(context);
  return { values: [...values.values()].flat(), ...(atClusterTime && { atClusterTime }) };
}
