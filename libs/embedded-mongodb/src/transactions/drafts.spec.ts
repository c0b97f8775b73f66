import type { ClientSession, Collection, Document } from 'mongodb';
import { servedDatabase } from '../../test/served-database';
import { typesOf, Watcher } from '../../test/watcher';

const served = servedDatabase();

interface Thing {
  _id: number;
  n?: number;
  tags?: unknown;
}

function things(): Collection<Thing> {
  return served.db.collection<Thing>('things');
}

async function names(): Promise<string[]> {
  const listed = await served.db.listCollections({}, { nameOnly: true }).toArray();
  return listed.map(({ name }) => name);
}

const sessions: ClientSession[] = [];

function begin(): ClientSession {
  const session = served.client.startSession();
  session.startTransaction();
  sessions.push(session);
  return session;
}

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.endSession()));
});

const conflict = expect.objectContaining({ code: 112, errorLabels: ['TransientTransactionError'] }) as unknown;
const refusal = expect.objectContaining({ code: 263, codeName: 'OperationNotSupportedInTransaction' }) as unknown;

describe.each<[string, (session: ClientSession) => Promise<unknown>]>([
  ['an insert', (session) => things().insertOne({ _id: 1 }, { session })],
  ['an upsert', (session) => things().updateOne({ _id: 1 }, { $set: { n: 1 } }, { upsert: true, session })],
  ['create', (session) => served.db.command({ create: 'things' }, { session })],
  ['createIndexes', (session) => things().createIndex({ n: 1 }, { session })],
])('a collection made in a transaction by %s', (_how, make) => {
  it('is not there for anybody else before the commit', async () => {
    const session = begin();
    await make(session);
    expect(await names()).toEqual([]);
    expect(await things().countDocuments()).toBe(0);
    await session.commitTransaction();
    expect(await names()).toEqual(['things']);
  });

  it('has never been there after an abort', async () => {
    const session = begin();
    await make(session);
    await session.abortTransaction();
    expect(await names()).toEqual([]);
    await things().insertOne({ _id: 1, n: 5 });
    expect(await things().find().toArray()).toEqual([{ _id: 1, n: 5 }]);
    expect(await things().indexes()).toHaveLength(1);
  });

  it('gives way to one of the same name that came first', async () => {
    const session = begin();
    await make(session);
    await things().insertOne({ _id: 9 });
    await expect(session.commitTransaction()).rejects.toEqual(conflict);
    expect(await things().find().toArray()).toEqual([{ _id: 9 }]);
  });
});

it('reads what it has put into its own collection, in every way of reading', async () => {
  const session = begin();
  await things().insertMany(
    [
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ],
    { session },
  );
  await served.db.collection<Thing>('others').insertOne({ _id: 7, n: 2 }, { session });
  expect(await things().find({ n: 2 }, { session }).toArray()).toEqual([{ _id: 2, n: 2 }]);
  expect(await things().distinct('n', {}, { session })).toEqual([1, 2]);
  expect(await things().countDocuments({}, { session })).toBe(2);
  const $lookup = { from: 'things', localField: 'n', foreignField: 'n', as: 'found' };
  expect(await served.db.collection('others').aggregate([{ $lookup }], { session }).toArray()).toEqual([
    { _id: 7, n: 2, found: [{ _id: 2, n: 2 }] },
  ]);
});

it('lets the first of two transactions to commit make the collection; the other one may try again', async () => {
  const [first, second] = [begin(), begin()];
  await things().insertOne({ _id: 1 }, { session: first });
  await things().insertOne({ _id: 2 }, { session: second });
  await first.commitTransaction();
  await expect(second.commitTransaction()).rejects.toEqual(conflict);
  await second.withTransaction(() => things().insertOne({ _id: 2 }, { session: second }));
  expect(await things().find().toArray()).toEqual([{ _id: 1 }, { _id: 2 }]);
});

it('has its collection, indexes and documents after a restart', async () => {
  const session = begin();
  await things().createIndexes([{ key: { n: 1 }, unique: true }, { key: { tags: 1 } }], { session });
  await things().insertMany(
    [
      { _id: 1, n: 1, tags: [1, 2] },
      { _id: 2, n: 2, tags: 3 },
    ],
    { session },
  );
  expect(
    await things()
      .find({ n: { $gt: 1 } }, { session, hint: 'n_1' })
      .toArray(),
  ).toEqual([{ _id: 2, n: 2, tags: 3 }]);
  await session.commitTransaction();
  await served.restart();
  expect((await things().indexes()).map(({ name }) => name)).toEqual(['_id_', 'n_1', 'tags_1']);
  expect(
    await things()
      .find({ tags: { $gt: 0 } })
      .hint('tags_1')
      .toArray(),
  ).toHaveLength(2);
  await expect(things().insertOne({ _id: 3, n: 2 })).rejects.toMatchObject({ code: 11000 });
});

it('holds a unique index of its own against its own writes', async () => {
  const session = begin();
  await things().createIndex({ n: 1 }, { unique: true, session });
  await things().insertOne({ _id: 1, n: 1 }, { session });
  await expect(things().insertOne({ _id: 2, n: 1 }, { session })).rejects.toMatchObject({ code: 11000 });
});

it('makes indexes only on a collection of its own that is empty; those that are there already are no trouble', async () => {
  await things().createIndex({ n: 1 });
  const session = begin();
  expect(await things().createIndex({ n: 1 }, { session })).toBe('n_1');
  await expect(things().createIndex({ tags: 1 }, { session })).rejects.toEqual(refusal);
  const other = begin();
  const others = served.db.collection<Thing>('others');
  await others.insertOne({ _id: 1 }, { session: other });
  await expect(others.createIndex({ n: 1 }, { session: other })).rejects.toEqual(refusal);
});

it('does not write to a capped collection of its own either', async () => {
  const session = begin();
  await served.db.command({ create: 'things', capped: true, size: 1000 }, { session });
  expect(await served.db.command({ insert: 'things', documents: [{ _id: 1 }] }, { session })).toMatchObject({
    writeErrors: [{ code: 263 }],
  });
});

it('is told to change streams as collection, indexes and documents, in this order', async () => {
  const stream = await Watcher.open({ db: served.db, on: 1 }, { showExpandedEvents: true });
  const session = begin();
  await things().createIndex({ n: 1 }, { session });
  await things().insertOne({ _id: 1 }, { session });
  expect(await stream.all()).toEqual([]);
  await session.commitTransaction();
  expect(typesOf(await stream.all())).toEqual(['create', 'createIndexes', 'insert']);
});

describe('what an index knows of its keys after a restart', () => {
  beforeEach(async () => {
    await things().createIndex({ tags: 1 });
    await things().insertOne({ _id: 1, tags: 5 });
  });

  const found = (): Promise<Document[]> =>
    things()
      .find({ tags: { $gt: 0 } })
      .hint('tags_1')
      .toArray();

  it('is what a transaction has brought', async () => {
    await served.client.withSession((session) => session.withTransaction(() => things().insertOne({ _id: 2, tags: [1, 9] }, { session })));
    await served.restart();
    expect(await found()).toHaveLength(2);
  });

  it('is what a write has brought while a transaction was about to bring the same, and did not', async () => {
    const session = begin();
    await things().insertOne({ _id: 2, tags: [1, 9] }, { session });
    await things().insertOne({ _id: 3, tags: [1, 9] });
    await session.abortTransaction();
    await served.restart();
    expect(await found()).toHaveLength(2);
  });
});
