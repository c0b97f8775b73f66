import type { Collection, Document } from 'mongodb';
import { servedDatabase } from '../test/served-database';
import { typesOf, Watcher } from '../test/watcher';

const served = servedDatabase();

interface Line {
  _id: number;
  text?: string;
  n?: number;
}

function log(): Collection<Line> {
  return served.db.collection<Line>('log');
}

async function capped(options: { size: number; max?: number }, ...ids: number[]): Promise<void> {
  await served.db.createCollection('log', { capped: true, ...options });
  if (ids.length > 0) await log().insertMany(ids.map((_id) => ({ _id })));
}

function ids(documents: Document[]): unknown[] {
  return documents.map(({ _id }) => _id as unknown);
}

async function kept(): Promise<unknown[]> {
  return ids(await log().find().toArray());
}

describe('create', () => {
  it('keeps and lists what makes a collection capped, and calls the same options the same', async () => {
    await capped({ size: 1000, max: 5 });
    const [listed] = await served.db.listCollections({ name: 'log' }).toArray();
    expect(listed).toMatchObject({ options: { capped: true, size: 1000, max: 5 } });
    expect(await log().isCapped()).toBe(true);
    await expect(served.db.command({ create: 'log', capped: true, size: 1000, max: 5 })).resolves.toMatchObject({ ok: 1 });
    await expect(served.db.command({ create: 'log', capped: true, size: 1001, max: 5 })).rejects.toMatchObject({ code: 48 });
  });

  it.each([
    [{ capped: true }, 72, "the 'size' field is required when 'capped' is true"],
    [{ capped: true, max: 5 }, 72, "the 'size' field is required when 'capped' is true"],
    [{ size: 5 }, 72, "the 'capped' field needs to be true when either the 'size' or 'max' fields are present"],
    [{ capped: false, max: 5 }, 72, "the 'capped' field needs to be true when either the 'size' or 'max' fields are present"],
    [{ capped: true, size: 0 }, 51024, "BSON field 'size' value must be >= 1, actual value '0'"],
    [{ capped: true, size: -500 }, 51024, "BSON field 'size' value must be >= 1, actual value '-500'"],
    [{ capped: true, size: 'big' }, 14, "BSON field 'create.size' is the wrong type 'string'"],
    [{ capped: true, size: 5, max: 'many' }, 14, "BSON field 'create.max' is the wrong type 'string'"],
    [{ capped: 'yes', size: 5 }, 14, "BSON field 'create.capped' is the wrong type 'string'"],
  ])('refuses %j with %i', async (options, code, message) => {
    const error = await served.db.command({ create: 'log', ...options }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(message);
  });

  it('takes a limit of no documents for none', async () => {
    await capped({ size: 1000, max: 0 }, 1, 2, 3);
    expect(await kept()).toEqual([1, 2, 3]);
  });
});

describe('a full collection', () => {
  it('loses its oldest documents beyond the number it may hold, in the order in which they came', async () => {
    await capped({ size: 10_000, max: 3 }, 5, 3, 9, 1, 7);
    expect(await kept()).toEqual([9, 1, 7]);
    expect(ids(await log().find().sort({ $natural: -1 }).toArray())).toEqual([7, 1, 9]);
    expect(await log().countDocuments()).toBe(3);
    expect(await log().estimatedDocumentCount()).toBe(3);
  });

  it('loses them beyond its size in bytes, but never the newest', async () => {
    // A document of `_id` and a text of n letters takes 25 + n bytes.
    await capped({ size: 100 });
    for (const _id of [1, 2, 3]) await log().insertOne({ _id, text: 'x'.repeat(13) });
    expect(await kept()).toEqual([2, 3]);
    await log().insertOne({ _id: 4, text: 'x'.repeat(200) });
    expect(await kept()).toEqual([4]);
    await log().insertOne({ _id: 5 });
    expect(await kept()).toEqual([5]);
  });

  it('is full after a restart, too', async () => {
    await capped({ size: 100 }, 1, 2, 3, 4);
    await served.restart();
    await log().insertMany([5, 6, 7].map((_id) => ({ _id })));
    // Four documents of 14 bytes were there, and seven fit.
    expect(await kept()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await log().insertOne({ _id: 8 });
    expect(await kept()).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it('takes the lost ones out of its indexes, and lets their unique keys be used again', async () => {
    await capped({ size: 10_000, max: 2 });
    await log().createIndex({ n: 1 }, { unique: true });
    await log().insertMany([1, 2, 3].map((_id) => ({ _id, n: _id })));
    expect(
      await log()
        .find({ n: { $gt: 0 } })
        .hint('n_1')
        .toArray(),
    ).toHaveLength(2);
    await expect(log().insertOne({ _id: 9, n: 2 })).rejects.toMatchObject({ code: 11000 });
    await log().insertOne({ _id: 4, n: 1 });
    expect(await kept()).toEqual([3, 4]);
  });

  it('makes room for what is upserted and merged as well', async () => {
    await capped({ size: 10_000, max: 2 }, 1, 2);
    await log().updateOne({ _id: 3 }, { $set: { n: 1 } }, { upsert: true });
    await log().findOneAndUpdate({ _id: 4 }, { $set: { n: 1 } }, { upsert: true });
    expect(await kept()).toEqual([3, 4]);
    await served.db.collection<Line>('source').insertOne({ _id: 5 });
    await served.db
      .collection('source')
      .aggregate([{ $merge: 'log' }])
      .toArray();
    expect(await kept()).toEqual([4, 5]);
  });

  it('may be updated, even to something larger, and be deleted from', async () => {
    await capped({ size: 100 }, 1, 2, 3);
    await log().updateOne({ _id: 2 }, { $set: { text: 'x'.repeat(100) } });
    expect(await kept()).toEqual([1, 2, 3]);
    await log().insertOne({ _id: 4 });
    expect(await kept()).toEqual([3, 4]);
    await log().deleteOne({ _id: 3 });
    expect(await kept()).toEqual([4]);
  });

  it('tells change streams of what it loses as of deletions', async () => {
    await capped({ size: 10_000, max: 1 }, 1);
    const stream = await Watcher.open({ db: served.db, on: 'log' });
    await log().insertOne({ _id: 2 });
    const events = await stream.all();
    expect(typesOf(events)).toEqual(['insert', 'delete']);
    expect(events[1]!['documentKey']).toEqual({ _id: 1 });
  });
});

it('tells its limits in collStats', async () => {
  await capped({ size: 2048, max: 7 }, 1);
  expect(await served.db.command({ collStats: 'log', scale: 2 })).toMatchObject({ capped: true, max: 7, maxSize: 1024, count: 1 });
  await log().drop();
  await log().insertOne({ _id: 1 });
  expect(await served.db.command({ collStats: 'log' })).toMatchObject({ capped: false });
});

describe('what a capped collection refuses', () => {
  beforeEach(() => capped({ size: 10_000 }, 1));

  it.each([
    ['an insert', { insert: 'log', documents: [{ _id: 2 }] }],
    ['an update', { update: 'log', updates: [{ q: { _id: 1 }, u: { $set: { n: 2 } } }] }],
    ['a delete that finds nothing', { delete: 'log', deletes: [{ q: { _id: 5 }, limit: 1 }] }],
  ])('%s in a transaction', async (_what, command) => {
    const session = served.client.startSession();
    session.startTransaction();
    const reply = await served.db.command(command, { session });
    expect(reply).toMatchObject({ writeErrors: [{ code: 263 }] });
    await session.abortTransaction();
    await session.endSession();
    expect(await log().find().toArray()).toEqual([{ _id: 1 }]);
  });

  it('reading from a snapshot', async () => {
    const session = served.client.startSession({ snapshot: true });
    await expect(log().find({}, { session }).toArray()).rejects.toMatchObject({ code: 246 });
    await session.endSession();
  });

  it('an index that expires, and the output of $out', async () => {
    await expect(log().createIndex({ n: 1 }, { expireAfterSeconds: 5 })).rejects.toMatchObject({ code: 67 });
    await expect(
      log()
        .aggregate([{ $out: 'log' }])
        .toArray(),
    ).rejects.toMatchObject({ code: 17152 });
  });
});

describe('a tailable cursor', () => {
  async function find(options: Document = {}): Promise<{ id: bigint; firstBatch: Document[] }> {
    return cursorOf(await served.raw({ find: 'log', tailable: true, ...options })) as { id: bigint; firstBatch: Document[] };
  }

  function getMore(id: bigint, options: Document = {}): Promise<Document> {
    return served.raw({ getMore: id, collection: 'log', ...options });
  }

  async function next(id: bigint, options: Document = {}): Promise<{ id: bigint; nextBatch: Document[] }> {
    return cursorOf(await getMore(id, options)) as { id: bigint; nextBatch: Document[] };
  }

  function cursorOf(reply: Document): Document {
    expect(reply).toMatchObject({ ok: 1 });
    const cursor = reply['cursor'] as Document;
    return { ...cursor, id: BigInt(String(cursor['id'])) };
  }

  it('stays open at the end and reads on from there, in natural order and filtered', async () => {
    await capped({ size: 10_000 }, 3, 1, 2);
    const { id, firstBatch } = await find({ filter: { _id: { $ne: 1 } } });
    expect(ids(firstBatch)).toEqual([3, 2]);
    expect(await next(id)).toMatchObject({ id, nextBatch: [] });
    await log().insertMany([1.5, 9, 4].map((_id) => ({ _id })));
    await log().insertOne({ _id: 8, n: 1 });
    expect(ids((await next(id, { batchSize: 3 })).nextBatch)).toEqual([1.5, 9, 4]);
    expect((await next(id)).nextBatch).toEqual([{ _id: 8, n: 1 }]);
    expect(await next(id)).toMatchObject({ id, nextBatch: [] });
  });

  it('honours batch sizes, skip, limit and projection', async () => {
    await capped({ size: 10_000 });
    await log().insertMany([1, 2, 3, 4].map((_id) => ({ _id, n: _id })));
    const { id, firstBatch } = await find({ batchSize: 1, skip: 1, limit: 4, projection: { n: 1, _id: 0 } });
    expect(firstBatch).toEqual([{ n: 2 }]);
    expect((await next(id, { batchSize: 1 })).nextBatch).toEqual([{ n: 3 }]);
    expect((await next(id)).nextBatch).toEqual([{ n: 4 }]);
    await log().insertMany([5, 6].map((_id) => ({ _id, n: _id })));
    expect(await next(id)).toMatchObject({ id: 0n, nextBatch: [{ n: 5 }] });
    expect(await getMore(id)).toMatchObject({ code: 43 });
  });

  it('is none on a collection that is empty or missing', async () => {
    expect(await find()).toMatchObject({ id: 0n, firstBatch: [] });
    await capped({ size: 10_000 });
    expect(await find()).toMatchObject({ id: 0n, firstBatch: [] });
  });

  it('is told at once of what comes while it waits, and of nothing when its time is over', async () => {
    await capped({ size: 10_000 }, 1);
    const { id } = await find({ awaitData: true });
    const startedAt = performance.now();
    expect(await next(id, { maxTimeMS: 60 })).toMatchObject({ id, nextBatch: [] });
    expect(performance.now() - startedAt).toBeGreaterThan(50);
    const coming = next(id, { maxTimeMS: 60_000 });
    await served.db.collection<Line>('other').insertOne({ _id: 1 });
    await log().insertOne({ _id: 2 });
    expect((await coming).nextBatch).toEqual([{ _id: 2 }]);
  });

  it('does not wait where it was not opened to await data, and is not told how long to', async () => {
    await capped({ size: 10_000 }, 1);
    const { id } = await find();
    expect(await getMore(id, { maxTimeMS: 100 })).toMatchObject({ code: 2 });
    expect(await next(id)).toMatchObject({ id, nextBatch: [] });
  });

  it.each([
    ['has been pushed out', () => log().insertMany([4, 5, 6].map((_id) => ({ _id })))],
    ['has been deleted', () => log().deleteOne({ _id: 3 })],
  ])('ends when the document that it read last %s', async (_what, change) => {
    await capped({ size: 10_000, max: 3 }, 1, 2, 3);
    const { id } = await find();
    await change();
    expect(await getMore(id)).toMatchObject({ code: 136, codeName: 'CappedPositionLost' });
    expect(await getMore(id)).toMatchObject({ code: 43 });
  });

  it('ends when its collection is dropped, waiting or not', async () => {
    await capped({ size: 10_000 }, 1);
    const [waiting, idle] = [await find({ awaitData: true }), await find()];
    const answer = getMore(waiting.id, { maxTimeMS: 60_000 });
    await log().drop();
    expect([237, 43]).toContain((await answer)['code']);
    expect(await getMore(idle.id)).toMatchObject({ code: 43 });
  });

  it.each([
    [{ awaitData: true, tailable: false }, 9],
    [{ singleBatch: true }, 9],
    [{ sort: { $natural: -1 } }, 2],
    [{ sort: { _id: 1 } }, 2],
    [{ filter: { _id: { $foo: 1 } } }, 2],
  ])('refuses %j with %i', async (options, code) => {
    await capped({ size: 10_000 }, 1);
    expect(await served.raw({ find: 'log', tailable: true, ...options })).toMatchObject({ code });
  });

  it('is refused on a collection that is not capped, and in a transaction', async () => {
    await log().insertOne({ _id: 1 });
    expect(await served.raw({ find: 'log', tailable: true })).toMatchObject({ code: 2, codeName: 'BadValue' });
    await served.client.withSession(async (session) => {
      session.startTransaction();
      await expect(served.db.command({ find: 'log', tailable: true }, { session })).rejects.toMatchObject({ code: 72 });
    });
  });

  it('works through the driver', async () => {
    await capped({ size: 10_000 }, 1, 2);
    const cursor = log().find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 10 });
    expect(await cursor.next()).toEqual({ _id: 1 });
    expect(await cursor.next()).toEqual({ _id: 2 });
    expect(await cursor.tryNext()).toBeNull();
    await log().insertOne({ _id: 3 });
    expect(await cursor.next()).toEqual({ _id: 3 });
    await cursor.close();
  });
});
