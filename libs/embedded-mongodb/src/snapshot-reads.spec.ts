import { Timestamp, type Collection, type Document } from 'mongodb';
import { servedDatabase } from '../test/served-database';

const served = servedDatabase();

interface Thing {
  _id: number;
  n: number;
}

function things(): Collection<Thing> {
  return served.db.collection('things');
}

beforeEach(() => things().insertMany([1, 2, 3].map((_id) => ({ _id, n: 10 }))));

function find(atClusterTime?: unknown, options: Document = {}): Promise<Document> {
  return served.raw({
    find: 'things',
    ...options,
    readConcern: { level: 'snapshot', ...(atClusterTime !== undefined && { atClusterTime }) },
  });
}

/** The documents of a reply's first batch, and the time it was read at. */
function seen({ cursor }: Document): { numbers: number[]; time: Timestamp; id: bigint } {
  const { firstBatch, atClusterTime, id } = cursor as { firstBatch: Thing[]; atClusterTime: Timestamp; id: bigint };
  return { numbers: firstBatch.map(({ n }) => n), time: atClusterTime, id };
}

it('lets a session see one moment, whatever is written meanwhile, in every way of reading', async () => {
  const session = served.client.startSession({ snapshot: true });
  expect(await things().find({}, { session }).toArray()).toHaveLength(3);
  await things().updateOne({ _id: 1 }, { $set: { n: 11 } });
  await things().deleteOne({ _id: 2 });
  await things().insertMany([4, 5].map((_id) => ({ _id, n: 14 })));
  await things().createIndex({ n: 1 });
  expect(await things().find({ n: 10 }, { session }).toArray()).toHaveLength(3);
  expect(
    await things()
      .find({ n: { $gt: 10 } }, { session })
      .sort({ n: -1 })
      .toArray(),
  ).toEqual([]);
  await expect(things().find({ n: 10 }, { session }).hint('n_1').toArray()).rejects.toMatchObject({ code: 2 });
  expect(await things().findOne({ _id: 2 }, { session })).toEqual({ _id: 2, n: 10 });
  expect(await things().distinct('n', {}, { session })).toEqual([10]);
  expect(await things().countDocuments({}, { session })).toBe(3);
  expect(
    await things()
      .aggregate([{ $group: { _id: null, sum: { $sum: '$n' } } }], { session })
      .toArray(),
  ).toEqual([{ _id: null, sum: 30 }]);
  expect(await things().find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 1, n: 11 },
    { _id: 3, n: 10 },
    { _id: 4, n: 14 },
    { _id: 5, n: 14 },
  ]);
  await session.endSession();
});

it('answers at which time it has read, and reads there again', async () => {
  const first = seen(await find());
  await things().updateOne({ _id: 1 }, { $set: { n: 11 } });
  const second = seen(await find());
  expect(second.time.greaterThan(first.time)).toBe(true);
  expect(seen(await find(first.time))).toMatchObject({ numbers: [10, 10, 10], time: first.time });
  expect(seen(await find(second.time))).toMatchObject({ numbers: [11, 10, 10], time: second.time });
});

it('reads on from the moment at which its cursor began', async () => {
  const { id, numbers } = seen(await find(undefined, { batchSize: 1 }));
  await things().updateMany({}, { $set: { n: 20 } });
  const { cursor } = (await served.raw({ getMore: id, collection: 'things' })) as { cursor: { nextBatch: Thing[] } };
  expect([...numbers, ...cursor.nextBatch.map(({ n }) => n)]).toEqual([10, 10, 10]);
});

it('reads at a time of which nobody has read before only if nothing has happened since', async () => {
  await things().insertOne({ _id: 4, n: 10 });
  const { operationTime: now } = await served.raw({ ping: 1 });
  expect(seen(await find(now))).toMatchObject({ numbers: [10, 10, 10, 10], time: now as Timestamp });
  await things().insertOne({ _id: 5, n: 10 });
  const { operationTime: between } = await served.raw({ ping: 1 });
  await things().insertOne({ _id: 6, n: 10 });
  expect(await find(between)).toMatchObject({ ok: 0, code: 239, codeName: 'SnapshotTooOld' });
  expect(seen(await find(now))).toMatchObject({ numbers: [10, 10, 10, 10] });
});

it('does not read what has another name, or is gone, since', async () => {
  const { time } = seen(await find());
  await things().rename('others');
  expect(await find(time)).toMatchObject({ ok: 0, codeName: 'SnapshotUnavailable' });
  expect(seen(await find()).numbers).toEqual([]);
});

it('keeps the last 32 moments', async () => {
  const times: Timestamp[] = [];
  for (let n = 0; n < 33; n++) {
    times.push(seen(await find()).time);
    await things().updateOne({ _id: 1 }, { $set: { n } });
  }
  expect(await find(times[0])).toMatchObject({ ok: 0, codeName: 'SnapshotTooOld' });
  expect(seen(await find(times[10])).numbers).toEqual([9, 10, 10]);
});

it.each([
  [{ insert: 'things', documents: [{ _id: 9 }] }],
  [{ update: 'things', updates: [{ q: {}, u: { $set: { n: 0 } } }] }],
  [{ delete: 'things', deletes: [{ q: {}, limit: 0 }] }],
  [{ findAndModify: 'things', query: {}, remove: true }],
  [{ count: 'things' }],
  [{ listCollections: 1 }],
  [{ listIndexes: 'things' }],
  [{ ping: 1 }],
])('does not do %j in a snapshot', async (command) => {
  expect(await served.raw({ ...command, readConcern: { level: 'snapshot' } })).toMatchObject({ ok: 0, codeName: 'InvalidOptions' });
  expect(await things().countDocuments()).toBe(3);
});

it('starts a transaction with the read concern of its first statement only', async () => {
  const session = served.client.startSession();
  session.startTransaction({ readConcern: { level: 'snapshot' } });
  expect(await things().countDocuments({}, { session })).toBe(3);
  await session.commitTransaction();
  await session.endSession();
});
