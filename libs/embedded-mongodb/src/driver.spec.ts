import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decimal128, Double, Int32, Long, MongoClient, ObjectId, Timestamp, type Collection, type Db, type Document, UUID } from 'mongodb';
import { rawCommand } from '../test/raw-command';
import { startEmbeddedMongo, type EmbeddedMongo } from './index';

let dataDir: string;
let server: EmbeddedMongo;
let client: MongoClient;
let db: Db;
let things: Collection<Document>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-'));
  await begin();
});

afterAll(async () => {
  await end();
  rmSync(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  await db.dropDatabase();
});

async function begin(): Promise<void> {
  server = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false, transactionSeconds: 7 });
  client = await MongoClient.connect(server.uri, { monitorCommands: true });
  db = client.db('test');
  things = db.collection('things');
}

async function end(): Promise<void> {
  await client.close();
  await server.stop();
}

/** Sends a command without the driver's own session in it. */
function raw(command: Document): Promise<Document> {
  return rawCommand(server.port, { ...command, $db: 'test' });
}

function stagesOf(plan: Document): string[] {
  return [plan['stage'] as string, ...(plan['inputStage'] ? stagesOf(plan['inputStage'] as Document) : [])];
}

it('refuses a wrong filter where there is no collection, too', async () => {
  const wrong = { a: { $nope: 1 } };
  const refusal = expect.objectContaining({ code: 2 }) as unknown;
  await expect(things.find(wrong).toArray()).rejects.toEqual(refusal);
  await expect(things.countDocuments(wrong)).rejects.toEqual(refusal);
  await expect(things.distinct('a', wrong)).rejects.toEqual(refusal);
  await expect(things.aggregate([{ $match: wrong }]).toArray()).rejects.toEqual(refusal);
});

it('does not do what only a later MongoDB can', async () => {
  await things.insertOne({ n: 1 });
  const sorted = { update: 'things', updates: [{ q: {}, u: { $set: { n: 2 } }, sort: { n: 1 } }] };
  expect(await raw(sorted)).toMatchObject({ ok: 0, code: 40415 });
  expect(await raw({ explain: { find: 'things' }, verbosity: 'everything' })).toMatchObject({ ok: 0, code: 2 });
  expect(await things.countDocuments({ n: 1 })).toBe(1);
});

it('follows the time that a client has heard of, within a year', async () => {
  const now = Math.floor(Date.now() / 1000);
  const ping = (seconds: number): Promise<Document> => raw({ ping: 1, $clusterTime: { clusterTime: new Timestamp({ t: seconds, i: 7 }) } });
  expect(await ping(now + 500_000_000)).toMatchObject({ ok: 0, codeName: 'ClusterTimeFailsRateLimiter' });
  const ahead = new Timestamp({ t: now + 100, i: 7 });
  expect(await ping(now + 100)).toMatchObject({ ok: 1, operationTime: ahead });
  expect(await ping(now)).toMatchObject({ ok: 1, operationTime: ahead });
  expect(await raw({ find: 'things', readConcern: { afterClusterTime: ahead } })).toMatchObject({ ok: 1 });
  expect(await raw({ ping: 1, $clusterTime: { clusterTime: { t: 1 } } })).toMatchObject({ ok: 0, codeName: 'TypeMismatch' });
  // Two events: the collection, and the document.
  await things.insertOne({ n: 1 });
  expect((await raw({ ping: 1 }))['operationTime']).toEqual(new Timestamp({ t: now + 100, i: 9 }));
});

it.each([{ $and: 5 }, { $or: 5 }, { $or: [] }, { $nor: [3] }, { $and: [{ $or: 7 }] }])(
  'refuses the malformed filter %j',
  async (filter) => {
    await things.insertOne({ a: 1 });
    await expect(things.find(filter as Document).toArray()).rejects.toMatchObject({ code: 2 });
  },
);

describe('storing', () => {
  it('keeps the types of numbers as they were inserted', async () => {
    await things.insertOne({
      double: new Double(5),
      int: new Int32(5),
      long: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('1.10'),
    });
    const [raw] = await things.find({}, { promoteValues: false }).toArray();
    expect(raw).toMatchObject({ double: new Double(5), int: new Int32(5), long: Long.fromString('9007199254740993') });
    expect(String(raw?.['decimal'])).toBe('1.10');
    await things.updateOne({}, { $set: { touched: true } });
    const [again] = await things.find({}, { promoteValues: false }).toArray();
    expect(again).toMatchObject({ double: new Double(5), long: Long.fromString('9007199254740993') });
  });

  it('moves _id to the front and makes one where it is missing', async () => {
    await db.command({ insert: 'things', documents: [{ a: 1, _id: 7 }, { a: 2 }] });
    const [first, second] = await things.find().toArray();
    expect(Object.keys(first!)).toEqual(['_id', 'a']);
    expect(second!['_id']).toBeInstanceOf(ObjectId);
  });

  it('goes on after an error only when it is told that order does not matter', async () => {
    const batch = [{ _id: 1 }, { _id: 1 }, { _id: 2 }] as unknown as Document[];
    await expect(things.insertMany(batch)).rejects.toMatchObject({ code: 11000, insertedCount: 1 });
    await things.deleteMany({});
    await expect(things.insertMany(batch, { ordered: false })).rejects.toMatchObject({ code: 11000, insertedCount: 2 });
  });

  it('takes documents of several megabytes, and refuses those beyond 16', async () => {
    await things.insertOne({ text: 'x'.repeat(9_000_000) });
    await things.insertOne({ text: 'y'.repeat(9_000_000) });
    expect((await things.find().toArray()).map(({ text }) => (text as string).length)).toEqual([9_000_000, 9_000_000]);
    await expect(things.updateOne({}, { $set: { more: 'z'.repeat(9_000_000) } })).rejects.toMatchObject({ code: 10334 });
  });

  it('is still there after a restart, with its indexes', async () => {
    await things.createIndex({ a: 1 }, { unique: true, name: 'by a' });
    await things.insertOne({ a: 1 });
    await end();
    await begin();
    expect(await things.countDocuments()).toBe(1);
    await expect(things.insertOne({ a: 1 })).rejects.toMatchObject({ code: 11000 });
    expect((await things.indexes()).map(({ name }) => name)).toEqual(['_id_', 'by a']);
  });
});

describe('cursors', () => {
  it('bring everything in batches, in order', async () => {
    await things.insertMany(Array.from({ length: 1000 }, (_, n) => ({ n, odd: n % 2 })));
    expect((await things.find().batchSize(37).toArray()).map(({ n }) => n as number)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect((await things.find({ odd: 1 }).sort({ n: -1 }).batchSize(100).toArray()).length).toBe(500);
    expect((await things.aggregate([{ $match: { odd: 0 } }], { batchSize: 10 }).toArray()).length).toBe(500);
  });

  it('are not found once they are killed', async () => {
    await things.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    const { cursor } = await db.command({ find: 'things' });
    await db.command({ killCursors: 'things', cursors: [cursor.id] });
    await expect(db.command({ getMore: cursor.id, collection: 'things' })).rejects.toMatchObject({ code: 43, codeName: 'CursorNotFound' });
  });
});

describe('indexes', () => {
  it('refuse duplicates naming the values, in compound, partial and sparse ones', async () => {
    await things.createIndexes([
      { key: { a: 1, b: -1 }, unique: true },
      { key: { mail: 1 }, unique: true, partialFilterExpression: { mail: { $exists: true } } },
      { key: { code: 1 }, unique: true, sparse: true },
    ]);
    await things.insertMany([
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 2, b: 1, mail: 'x', code: 1 },
    ]);
    await expect(things.insertOne({ a: 1, b: 2 })).rejects.toMatchObject({
      keyValue: { a: 1, b: 2 },
      message: expect.stringContaining('index: a_1_b_-1 dup key: { a: 1, b: 2 }') as string,
    });
    await expect(things.insertOne({ a: 3, mail: 'x' })).rejects.toMatchObject({ keyPattern: { mail: 1 } });
    await expect(things.insertOne({ a: 3, code: new Double(1) })).rejects.toMatchObject({ keyPattern: { code: 1 } });
  });

  it('cannot become unique over duplicates, and then are not there', async () => {
    await things.insertMany([{ a: 1 }, { a: 1 }]);
    await expect(things.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
    expect(await things.indexes()).toHaveLength(1);
  });

  it('hold the same key once in one document, but not in two', async () => {
    await things.createIndex({ 'variants.sku': 1 }, { unique: true });
    await things.insertOne({ variants: [{ sku: 'a' }, { sku: 'a' }, { sku: 'b' }] });
    await expect(things.insertOne({ variants: [{ sku: 'c' }, { sku: 'b' }] })).rejects.toMatchObject({
      code: 11000,
      keyValue: { 'variants.sku': 'b' },
    });
  });

  it('let a unique value go with its document', async () => {
    await things.createIndex({ a: 1 }, { unique: true });
    await things.insertOne({ a: 1 });
    await things.updateOne({ a: 1 }, { $set: { a: 2 } });
    await things.insertOne({ a: 1 });
    await things.deleteOne({ a: 1 });
    await things.insertOne({ a: 1 });
    expect(await things.countDocuments()).toBe(2);
  });

  it('are refused with the same name or key but other options', async () => {
    await things.createIndex({ a: 1 });
    await expect(things.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 86 });
    await expect(things.createIndex({ b: 1 }, { name: 'a_1' })).rejects.toMatchObject({ code: 86 });
    await expect(things.createIndex({ a: 1 }, { name: 'other' })).rejects.toMatchObject({ code: 85 });
    await expect(things.createIndex({ a: '2dsphere' })).rejects.toMatchObject({ code: 67 });
  });

  it('remove what has expired', async () => {
    await things.createIndex({ until: 1 }, { expireAfterSeconds: 0 });
    await things.insertMany([{ until: new Date(Date.now() - 1000) }, { until: new Date(Date.now() + 3_600_000) }, { until: 'never' }]);
    for (let tries = 0; tries < 40 && (await things.countDocuments()) > 2; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await things.countDocuments()).toBe(2);
  });
});

describe('explain', () => {
  it('shows scan, index, sort and what was examined', async () => {
    await things.insertMany(Array.from({ length: 100 }, (_, n) => ({ n, group: n % 10 })));
    await things.createIndex({ group: 1, n: -1 });
    const byIndex = await things.find({ group: 3 }).sort({ n: 1 }).limit(5).explain('executionStats');
    expect(stagesOf(byIndex['queryPlanner'].winningPlan)).toEqual(['LIMIT', 'FETCH', 'IXSCAN']);
    expect(byIndex['queryPlanner'].winningPlan.inputStage.inputStage).toMatchObject({ indexName: 'group_1_n_-1', direction: 'backward' });
    expect(byIndex['executionStats']).toMatchObject({ nReturned: 5, totalKeysExamined: 5, totalDocsExamined: 5 });
    const byScan = await things
      .find({ n: { $gt: 50 } })
      .sort({ n: 1 })
      .explain('executionStats');
    expect(stagesOf(byScan['queryPlanner'].winningPlan)).toEqual(['SORT', 'COLLSCAN']);
    expect(byScan['executionStats']).toMatchObject({ nReturned: 49, totalDocsExamined: 100 });
  });

  it('explains updates, deletes and pipelines', async () => {
    await things.createIndex({ a: 1 });
    await things.insertOne({ a: 1 });
    const explained = await db.command({
      explain: { update: 'things', updates: [{ q: { a: 1 }, u: { $set: { b: 1 } } }] },
      verbosity: 'queryPlanner',
    });
    expect(stagesOf(explained['queryPlanner'].winningPlan)).toEqual(['UPDATE', 'FETCH', 'IXSCAN']);
    expect(await things.countDocuments({ b: 1 })).toBe(0);
    const pipeline = await things.aggregate([{ $match: { a: 1 } }, { $group: { _id: '$a' } }]).explain('queryPlanner');
    expect(stagesOf(pipeline['stages'][0].$cursor.queryPlanner.winningPlan)).toEqual(['FETCH', 'IXSCAN']);
  });
});

describe('retryable writes', () => {
  it('are carried out once, however often they are sent, also after a restart', async () => {
    const lsid = { id: new UUID() };
    const command = { insert: 'things', documents: [{ a: 1 }], lsid, txnNumber: Long.fromNumber(1) };
    const counter = { update: 'things', updates: [{ q: { a: 1 }, u: { $inc: { n: 1 } } }], lsid, txnNumber: Long.fromNumber(2) };
    expect(await raw(command)).toMatchObject({ n: 1 });
    expect(await raw(command)).toMatchObject({ n: 1 });
    expect(await raw(counter)).toMatchObject({ n: 1, nModified: 1 });
    await end();
    await begin();
    expect(await raw(counter)).toMatchObject({ n: 1, nModified: 1 });
    expect(await things.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ a: 1, n: 1 }]);
    expect(await raw(command)).toMatchObject({ code: 225, codeName: 'TransactionTooOld' });
  });

  it('survive a connection that drops after the failpoint', async () => {
    await client
      .db('admin')
      .command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data: { failCommands: ['insert'], closeConnection: true } });
    await things.insertOne({ a: 1 });
    expect(await things.countDocuments()).toBe(1);
  });
});

describe('refusals', () => {
  it.each([
    ['an unknown command', { frobnicate: 1 }, 59, 'CommandNotFound'],
    ['an unknown option', { find: 'things', frobnicate: 1 }, 40415, 'Location40415'],
    ['an option that is not supported', { create: 'log', clusteredIndex: { key: { _id: 1 }, unique: true } }, 238, 'NotImplemented'],
    ['map-reduce', { mapReduce: 'things' }, 59, 'CommandNotFound'],
    ['a time-series collection', { create: 'log', timeseries: { timeField: 'at' } }, 238, 'NotImplemented'],
    ['an empty collection name', { find: '' }, 73, 'InvalidNamespace'],
    ['a negative skip', { find: 'things', skip: -1 }, 51024, 'Location51024'],
  ])('answer %s with the code that MongoDB gives', async (_what, command, code, codeName) => {
    await expect(db.command(command as Document)).rejects.toMatchObject({ code, codeName });
  });

  it('end a scan that takes longer than it may', async () => {
    await things.insertMany(Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(50) })));
    await expect(things.find({ text: /y$/ }).maxTimeMS(1).toArray()).rejects.toMatchObject({ code: 50 });
  });
});

describe('pipelines', () => {
  it('write their output into a collection, replacing or merging', async () => {
    await things.insertMany([
      { kind: 'a', n: 1 },
      { kind: 'a', n: 2 },
      { kind: 'b', n: 5 },
    ]);
    const grouped = { $group: { _id: '$kind', total: { $sum: '$n' } } };
    await things.aggregate([grouped, { $out: 'totals' }]).toArray();
    const totals = db.collection<{ _id: string; total: number; seen?: boolean }>('totals');
    expect(await totals.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', total: 3 },
      { _id: 'b', total: 5 },
    ]);
    await totals.updateOne({ _id: 'a' }, { $set: { seen: true } });
    await things.insertOne({ kind: 'c', n: 7 });
    await things.aggregate([grouped, { $merge: { into: 'totals' } }]).toArray();
    expect(await totals.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', total: 3, seen: true },
      { _id: 'b', total: 5 },
      { _id: 'c', total: 7 },
    ]);
  });

  it('merge only where one document is meant, and say which one was in the way', async () => {
    await things.insertMany([
      { _id: 1 as never, code: 'a', n: 1 },
      { _id: 2 as never, n: 2 },
    ]);
    const merge = (options: Document): Promise<Document[]> => things.aggregate([{ $merge: { into: 'totals', ...options } }]).toArray();
    await merge({ whenMatched: 'fail' });
    await expect(merge({ whenMatched: 'fail' })).rejects.toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } });
    await expect(merge({ whenMatched: 'fail', whenNotMatched: 'discard' })).rejects.toMatchObject({ code: 51181 });
    await expect(merge({ on: 'code' })).rejects.toMatchObject({ code: 51183 });
    await db.collection('totals').createIndex({ code: 1 }, { unique: true, partialFilterExpression: { code: 'a' }, name: 'partial' });
    await expect(merge({ on: 'code' })).rejects.toMatchObject({ code: 51183 });
    await db.collection('totals').createIndex({ code: 1 }, { unique: true, name: 'whole' });
    await expect(merge({ on: 'code' })).rejects.toMatchObject({ code: 51132 });
    const sum = [{ $set: { n: { $add: ['$n', '$$new.n', '$$more'] } } }];
    await merge({ let: { more: { $multiply: ['$n', 10] } }, whenMatched: sum });
    expect(await db.collection('totals').find().sort({ _id: 1 }).toArray()).toMatchObject([{ n: 12 }, { n: 24 }]);
    const linearizable = { readConcern: { level: 'linearizable' as const } };
    await expect(things.aggregate([{ $out: 'totals' }], linearizable).toArray()).rejects.toMatchObject({ code: 72 });
  });

  it('join by index, inside a transaction too', async () => {
    await things.insertMany([{ sku: 'x' }, { sku: 'y' }]);
    const stock = db.collection('stock');
    await stock.createIndex({ sku: 1 });
    await stock.insertMany([
      { sku: 'x', n: 1 },
      { sku: 'y', n: 2 },
    ]);
    const join = [
      { $sort: { sku: 1 } },
      { $lookup: { from: 'stock', localField: 'sku', foreignField: 'sku', as: 'stock' } },
      { $project: { _id: 0, n: { $first: '$stock.n' } } },
    ];
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await stock.updateOne({ sku: 'x' }, { $inc: { n: 10 } }, { session });
        expect(await things.aggregate(join, { session }).toArray()).toEqual([{ n: 11 }, { n: 2 }]);
      }),
    );
    expect(await things.aggregate(join).toArray()).toEqual([{ n: 11 }, { n: 2 }]);
  });
});

it('gives transactions up after the time that it was started with', async () => {
  const told: unknown = await client.db('admin').command({ getParameter: 1, transactionLifetimeLimitSeconds: 1 });
  expect(told).toMatchObject({ transactionLifetimeLimitSeconds: 7 });
});
