import type { Document } from 'mongodb';
import { RawSession, TestServer } from '../../test/test-server';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server.stop());

beforeEach(async () => {
  await server.send({ drop: 'accounts' });
  await server.send({ createIndexes: 'accounts', indexes: [{ key: { code: 1 }, name: 'code_1', unique: true, sparse: true }] });
  await server.send({ insert: 'accounts', documents: [{ _id: 1, code: 'a' }, { _id: 2, code: 'b' }, { _id: 3 }] });
});

afterEach(() => server.engine.sessions.abortAll());

const insert = (...documents: Document[]): Document => ({ insert: 'accounts', documents });
const set = (_id: number, fields: Document): Document => ({ update: 'accounts', updates: [{ q: { _id }, u: { $set: fields } }] });
const unset = (_id: number): Document => ({ update: 'accounts', updates: [{ q: { _id }, u: { $unset: { code: 1 } } }] });
const remove = (_id: number): Document => ({ delete: 'accounts', deletes: [{ q: { _id }, limit: 1 }] });
const find = (filter: Document = {}, more: Document = {}): Document => ({ find: 'accounts', filter, ...more });

const duplicate = { writeErrors: [{ code: 11000 }] };
const conflict = { code: 112, errorLabels: ['TransientTransactionError'] };

/** A transaction that has its snapshot already. */
async function begun(): Promise<RawSession> {
  const session = new RawSession(server).begin();
  await session.send(find({ _id: 0 }));
  return session;
}

async function ids(filter: Document = {}): Promise<unknown[]> {
  const { cursor } = await server.send(find(filter, { sort: { _id: 1 } }));
  return (cursor as { firstBatch: Document[] }).firstBatch.map(({ _id }) => _id as unknown);
}

async function waits(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => false), new Promise<true>((resolve) => setTimeout(() => resolve(true), 60))]);
}

describe('a unique key', () => {
  it('goes to the first of two transactions that insert it', async () => {
    const [first, second] = [await begun(), await begun()];
    expect(await first.send(insert({ _id: 8, code: 'x' }))).toMatchObject({ n: 1 });
    expect(await second.send(insert({ _id: 9, code: 'x' }))).toMatchObject(conflict);
    expect(await first.commit()).toMatchObject({ ok: 1 });
    expect(await ids({ code: 'x' })).toEqual([8]);
  });

  it('cannot be had by a transaction older than the commit that took it, nor than the one that took it and let it go', async () => {
    const [first, second] = [await begun(), await begun()];
    await server.send(insert({ _id: 8, code: 'x' }));
    expect(await first.send(insert({ _id: 9, code: 'x' }))).toMatchObject(conflict);
    await server.send(remove(8));
    expect(await second.send(insert({ _id: 9, code: 'x' }))).toMatchObject(conflict);
    expect(await (await begun()).send(insert({ _id: 9, code: 'x' }))).toMatchObject({ n: 1 });
  });

  it('is still taken for a transaction that sees its holder, though a later commit removed that', async () => {
    const mine = await begun();
    await server.send(remove(1));
    expect(await mine.send(insert({ _id: 9, code: 'a' }))).toMatchObject(duplicate);
  });

  it('is free again within the transaction that removed, changed or inserted and removed its holder', async () => {
    const mine = await begun();
    for (const command of [
      remove(1),
      insert({ _id: 8, code: 'a' }),
      unset(2),
      set(3, { code: 'b' }),
      insert({ _id: 9, code: 'x' }),
      remove(9),
    ])
      expect(await mine.send(command)).toMatchObject({ n: 1 });
    expect(await mine.send(insert({ _id: 10, code: 'x' }))).toMatchObject({ n: 1 });
    expect(await mine.commit()).toMatchObject({ ok: 1 });
    expect(await ids({ code: 'a' })).toEqual([8]);
    expect(await ids({ code: 'b' })).toEqual([3]);
    expect(await ids({ code: 'x' })).toEqual([10]);
  });

  it('makes a plain write wait for the transaction that is about to take it, and refuses it after the commit', async () => {
    const mine = await begun();
    await mine.send(set(3, { code: 'x' }));
    const waiting = server.send(insert({ _id: 9, code: 'x' }));
    expect(await waits(waiting)).toBe(true);
    await mine.commit();
    expect(await waiting).toMatchObject(duplicate);
  });

  it('is free for who waited when the transaction that held it aborts', async () => {
    const mine = await begun();
    await mine.send(insert({ _id: 8, code: 'x' }));
    const waiting = server.send(insert({ _id: 9, code: 'x' }));
    expect(await waits(waiting)).toBe(true);
    await mine.abort();
    expect(await waiting).toMatchObject({ n: 1 });
    expect(await ids({ code: 'x' })).toEqual([9]);
  });

  it('moved by a transaction leaves its old holder to nobody until the commit', async () => {
    const mine = await begun();
    await mine.send(unset(1));
    await mine.send(set(3, { code: 'a' }));
    const waiting = server.send(insert({ _id: 9, code: 'a' }));
    expect(await waits(waiting)).toBe(true);
    await mine.abort();
    expect(await waiting).toMatchObject(duplicate);
    expect(await ids({ code: 'a' })).toEqual([1]);
  });

  it('lets an upsert that waited find what was inserted meanwhile', async () => {
    const mine = await begun();
    await mine.send(insert({ _id: 8, code: 'x' }));
    const upsert = { findAndModify: 'accounts', query: { code: 'x' }, update: { $set: { seen: true } }, upsert: true, new: true };
    const waiting = server.send(upsert);
    expect(await waits(waiting)).toBe(true);
    await mine.commit();
    expect(await waiting).toMatchObject({ value: { _id: 8, seen: true }, lastErrorObject: { updatedExisting: true } });
  });
});

describe('a plain write', () => {
  it('keeps what it has done before it meets a lock, waits, and goes on', async () => {
    const mine = await begun();
    await mine.send(set(2, { n: 1 }));
    const updates = [1, 2, 3].map((_id) => ({ q: { _id }, u: { $set: { n: 7 } } }));
    const waiting = server.send({ update: 'accounts', updates });
    expect(await waits(waiting)).toBe(true);
    expect(await ids({ n: 7 })).toEqual([1]);
    await mine.commit();
    expect(await waiting).toMatchObject({ n: 3, nModified: 3 });
    expect(await ids({ n: 7 })).toEqual([1, 2, 3]);
  });

  it('changes none of many documents while one of them is held', async () => {
    const mine = await begun();
    await mine.send(set(2, { n: 1 }));
    const waiting = server.send({ delete: 'accounts', deletes: [{ q: {}, limit: 0 }] });
    expect(await waits(waiting)).toBe(true);
    expect(await ids()).toEqual([1, 2, 3]);
    await mine.abort();
    expect(await waiting).toMatchObject({ n: 3 });
  });

  it('gives up waiting when its time is up: 50, with nothing done', async () => {
    const mine = await begun();
    await mine.send(set(2, { n: 1 }));
    expect(await server.send({ ...set(2, { n: 2 }), maxTimeMS: 40 })).toMatchObject({ code: 50, codeName: 'MaxTimeMSExpired' });
    expect(await server.send({ drop: 'accounts', maxTimeMS: 40 })).toMatchObject({ code: 50 });
    await mine.commit();
    expect(await ids({ n: 1 })).toEqual([2]);
  });

  it('does not hold up anybody while it waits', async () => {
    const mine = await begun();
    await mine.send(set(2, { n: 1 }));
    const waiting = server.send(set(2, { n: 2 }));
    expect(await waits(waiting)).toBe(true);
    expect(await server.send(set(1, { n: 2 }))).toMatchObject({ n: 1 });
    await mine.abort();
    expect(await waiting).toMatchObject({ n: 1 });
  });
});

describe('the catalogue', () => {
  it.each([
    ['drop', { drop: 'accounts' }],
    ['dropIndexes', { dropIndexes: 'accounts', index: 'code_1' }],
    ['renameCollection', { renameCollection: 'bank.accounts', to: 'bank.others', dropTarget: true, $db: 'admin' }],
    ['dropDatabase', { dropDatabase: 1 }],
  ])('is not changed by %s before the transactions that have read there end; new ones try again later', async (_name, command) => {
    const mine = await begun();
    const waiting = server.send(command);
    expect(await waits(waiting)).toBe(true);
    expect(await new RawSession(server).begin().send(find())).toMatchObject({ code: 24, errorLabels: ['TransientTransactionError'] });
    expect((await mine.send(find({ code: 'a' }))) as { cursor: Document }).toMatchObject({ cursor: { firstBatch: [{ _id: 1 }] } });
    await mine.commit();
    expect(await waiting).toMatchObject({ ok: 1 });
    expect(await new RawSession(server).begin().send(find())).toMatchObject({ ok: 1 });
  });

  it('has gone on when a transaction with an older snapshot asks for a dropped or renamed collection: 246', async () => {
    await server.send({ insert: 'others', documents: [{ _id: 1 }] });
    const early = async (): Promise<RawSession> => {
      const session = new RawSession(server).begin();
      await session.send({ find: 'others' });
      return session;
    };
    const [reader, writer, joiner] = [await early(), await early(), await early()];
    await server.send({ drop: 'accounts' });
    await server.send(insert({ _id: 5 }));
    const unavailable = { code: 246, codeName: 'SnapshotUnavailable', errorLabels: ['TransientTransactionError'] };
    expect(await reader.send(find())).toMatchObject(unavailable);
    expect(await writer.send(insert({ _id: 6 }))).toMatchObject(unavailable);
    const pipeline = [{ $lookup: { from: 'accounts', localField: '_id', foreignField: '_id', as: 'found' } }];
    expect(await joiner.send({ aggregate: 'others', pipeline, cursor: {} })).toMatchObject(unavailable);
  });

  it('takes a new index while a transaction reads, which goes on without it', async () => {
    const mine = await begun();
    await server.send({ createIndexes: 'accounts', indexes: [{ key: { n: 1 }, name: 'n_1', unique: true, sparse: true }] });
    await server.send(set(1, { n: 5 }));
    expect(await mine.send(find({ n: 5 }))).toMatchObject({ cursor: { firstBatch: [] } });
    expect(await mine.send(set(3, { n: 5 }))).toMatchObject(conflict);
    const other = await begun();
    expect(await other.send(set(3, { n: 6 }))).toMatchObject({ n: 1 });
    expect(await other.commit()).toMatchObject({ ok: 1 });
    expect(await server.send(set(2, { n: 6 }))).toMatchObject(duplicate);
  });

  it('waits with $out for the transactions that have changed its target', async () => {
    await server.send({ insert: 'source', documents: [{ _id: 7 }] });
    const mine = await begun();
    await mine.send(set(3, { n: 5 }));
    const waiting = server.send({ aggregate: 'source', pipeline: [{ $out: 'accounts' }], cursor: {} });
    expect(await waits(waiting)).toBe(true);
    expect(await mine.commit()).toMatchObject({ ok: 1 });
    expect(await waiting).toMatchObject({ ok: 1 });
    expect(await ids()).toEqual([7]);
  });

  it('waits with a new index for the transactions that have changed the collection', async () => {
    const mine = await begun();
    await mine.send(set(3, { n: 5 }));
    const waiting = server.send({ createIndexes: 'accounts', indexes: [{ key: { n: 1 }, name: 'n_1' }] });
    expect(await waits(waiting)).toBe(true);
    await mine.commit();
    expect(await waiting).toMatchObject({ numIndexesAfter: 3 });
    expect(await server.send(find({ n: 5 }, { hint: 'n_1' }))).toMatchObject({ cursor: { firstBatch: [{ _id: 3 }] } });
  });
});

describe('a cursor in a transaction', () => {
  const more = (id: unknown): Document => ({ getMore: id, collection: 'accounts', batchSize: 1 });
  const opened = async (session: RawSession): Promise<unknown> => {
    const { cursor } = await session.send(find({}, { batchSize: 1, sort: { _id: 1 } }));
    return (cursor as Document)['id'];
  };

  it('reads on in its snapshot, whatever is committed meanwhile', async () => {
    const mine = await begun();
    const id = await opened(mine);
    await server.send({ delete: 'accounts', deletes: [{ q: {}, limit: 0 }] });
    expect(await mine.send(more(id))).toMatchObject({ cursor: { nextBatch: [{ _id: 2, code: 'b' }] } });
    expect(await mine.send(more(id))).toMatchObject({ cursor: { nextBatch: [{ _id: 3 }] } });
    expect(await mine.send(more(id))).toMatchObject({ cursor: { nextBatch: [], id: 0 } });
  });

  it("answers nobody else's getMore, and nobody's after the end", async () => {
    const mine = await begun();
    const id = await opened(mine);
    expect(await server.send(more(id))).toMatchObject({ code: 50737 });
    expect(await (await begun()).send(more(id))).toMatchObject({ code: 50738 });
    await mine.commit();
    expect(await server.send(more(id))).toMatchObject({ code: 43, codeName: 'CursorNotFound' });
    expect(server.engine.cursors.size).toBe(0);
  });
});
