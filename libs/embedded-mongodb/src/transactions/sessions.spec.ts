import { Binary } from 'mongodb';
import { RawSession, TestServer } from '../../test/test-server';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server.stop());

beforeEach(async () => {
  await server.send({ drop: 'accounts' });
  await server.send({ createIndexes: 'accounts', indexes: [{ key: { code: 1 }, name: 'code_1', unique: true, sparse: true }] });
  await server.send({ insert: 'accounts', documents: Array.from({ length: 5 }, (_, _id) => ({ _id, balance: 100 })) });
});

/** Nothing that a test has begun may leave anything behind. */
afterEach(async () => {
  const { engine } = server;
  engine.sessions.abortAll();
  await server.send({ insert: 'others', documents: [{}] });
  expect(engine.sessions.openTransactions).toBe(0);
  for (const { locks, keyLocks, users, marks, keyMarks, wanted } of engine.catalog.all()) {
    expect({ locks: locks.size, keys: keyLocks.size, users: users.size, marks: marks.size, keyMarks: keyMarks.size, wanted }).toEqual({
      locks: 0,
      keys: 0,
      users: 0,
      marks: 0,
      keyMarks: 0,
      wanted: 0,
    });
  }
});

const add = (id: number, by = 1): object => ({ update: 'accounts', updates: [{ q: { _id: id }, u: { $inc: { balance: by } } }] });
const get = (id: number): object => ({ find: 'accounts', filter: { _id: id } });

function session(): RawSession {
  return new RawSession(server);
}

async function balance(id: number): Promise<unknown> {
  const { cursor } = await server.send(get(id));
  return (cursor as { firstBatch: { balance: number }[] }).firstBatch[0]?.balance;
}

async function settled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 60))]);
}

describe('a transaction', () => {
  it('is committed once, however often and by how many connections it is asked to', async () => {
    const mine = session().begin();
    await mine.send(add(1));
    const replies = await Promise.all([mine.commit(), mine.commit(), mine.commit()]);
    expect(replies).toEqual(Array(3).fill(expect.objectContaining({ ok: 1 })));
    expect(await mine.commit()).toMatchObject({ ok: 1 });
    await server.restart();
    expect(await mine.commit()).toMatchObject({ ok: 1 });
    expect(await balance(1)).toBe(101);
  });

  it('that has only read is committed as often as one likes, too', async () => {
    const mine = session().begin();
    await mine.send(get(1));
    expect(await mine.commit()).toMatchObject({ ok: 1 });
    await server.send({ killSessions: [mine.lsid], $db: 'admin' });
    expect(await mine.commit()).toMatchObject({ ok: 1 });
  });

  it('is gone after an abort: 251 for whatever follows', async () => {
    const mine = session().begin();
    await mine.send(add(1));
    expect(await mine.abort()).toMatchObject({ ok: 1 });
    for (const reply of [await mine.abort(), await mine.commit(), await mine.send(get(1))])
      expect(reply).toMatchObject({ ok: 0, code: 251, codeName: 'NoSuchTransaction' });
    expect(await balance(1)).toBe(100);
  });

  it('takes no statement and no abort after its commit: 256', async () => {
    const mine = session().begin();
    await mine.send(add(1));
    await mine.commit();
    expect(await mine.send(get(1))).toMatchObject({ code: 256, codeName: 'TransactionCommitted' });
    expect(await mine.abort()).toMatchObject({ code: 256 });
  });

  it('does not begin twice, nor with a number from before', async () => {
    const mine = session().at(4).begin();
    await mine.send(get(1));
    expect(await mine.at(4).begin().at(5).send(get(1))).toMatchObject({ code: 50911 });
    expect(await mine.at(2).begin().send(get(1))).toMatchObject({ code: 225, codeName: 'TransactionTooOld' });
    // Neither has hurt the one that runs.
    expect(await mine.at(5).commit()).toMatchObject({ ok: 1 });
  });

  it("ends when its session's next one begins", async () => {
    const mine = session().begin();
    await mine.send(add(1));
    const waiting = server.send(add(1, 10));
    expect(await settled(waiting)).toBe(false);
    await mine.begin().send(get(2));
    expect(await waiting).toMatchObject({ n: 1 });
    await mine.commit();
    expect(await balance(1)).toBe(110);
  });

  it('lives for the time that the server grants, and then lets everybody go on', async () => {
    expect(await server.send({ setParameter: 1, transactionLifetimeLimitSeconds: 2, $db: 'admin' })).toMatchObject({ ok: 1, was: 60 });
    const mine = session().begin();
    await mine.send(add(1));
    const waiting = server.send(add(1, 10));
    server.engine.sessions.sweep(Date.now() + 1900);
    expect(await settled(waiting)).toBe(false);
    server.engine.sessions.sweep(Date.now() + 2100);
    expect(await waiting).toMatchObject({ n: 1 });
    expect(await mine.commit()).toMatchObject({ code: 251 });
    expect(await server.send({ getParameter: 1, transactionLifetimeLimitSeconds: 1, $db: 'admin' })).toMatchObject({
      transactionLifetimeLimitSeconds: 2,
    });
    await server.send({ setParameter: 1, transactionLifetimeLimitSeconds: 60, $db: 'admin' });
  });

  it('may hold more than 16 MB and thousands of documents', async () => {
    const mine = session().begin();
    for (let i = 0; i < 20; i++) {
      const documents = Array.from({ length: 100 }, (_, k) => ({ _id: `${i}-${k}`, text: 'x'.repeat(10_000) }));
      expect(await mine.send({ insert: 'accounts', documents })).toMatchObject({ n: 100 });
    }
    expect(await mine.send({ update: 'accounts', updates: [{ q: {}, u: { $set: { seen: true } }, multi: true }] })).toMatchObject({
      nModified: 2005,
    });
    expect(await mine.commit()).toMatchObject({ ok: 1 });
    expect(await server.send({ count: 'accounts', query: { seen: true } })).toMatchObject({ n: 2005 });
  });
});

describe('killing a session', () => {
  it('takes its transaction back and frees who waits for it', async () => {
    const mine = session().begin();
    await mine.send(add(1));
    const waiting = server.send(add(1, 10));
    expect(await settled(waiting)).toBe(false);
    expect(await server.send({ killSessions: [mine.lsid], $db: 'admin' })).toMatchObject({ ok: 1 });
    expect(await waiting).toMatchObject({ n: 1 });
    expect(await mine.commit()).toMatchObject({ code: 251 });
    expect(await balance(1)).toBe(110);
  });

  it('kills all of them when it names none', async () => {
    const [mine, other] = [session().begin(), session().begin()];
    await Promise.all([mine.send(add(1)), other.send(add(2))]);
    await server.send({ killSessions: [], $db: 'admin' });
    expect([await mine.commit(), await other.commit()]).toEqual(Array(2).fill(expect.objectContaining({ code: 251 })));
  });

  it('leaves nothing behind of a command of it that is just under way', async () => {
    const mine = session().begin();
    // The insert waits for its collection to be made.
    const inserting = mine.send({ insert: 'fresh', documents: [{ _id: 1 }] });
    const killing = new RawSession(server);
    await Promise.all([inserting, ...Array.from({ length: 5 }, () => server.send({ killSessions: [mine.lsid], $db: 'admin' }))]);
    expect(await mine.commit()).toMatchObject({ code: 251 });
    expect(await killing.write({ insert: 'fresh', documents: [{ _id: 1 }] })).toMatchObject({ n: 1 });
    await server.send({ drop: 'fresh' });
  });

  it('keeps the answers to its retryable writes', async () => {
    const mine = session();
    await mine.write(add(1));
    await server.send({ killSessions: [mine.lsid], $db: 'admin' });
    await server.send({ endSessions: [mine.lsid], $db: 'admin' });
    const { size } = server.engine.sessions;
    server.engine.sessions.sweep(Date.now());
    expect(server.engine.sessions.size).toBe(size - 1);
    expect(await mine.write(add(1), 'again')).toMatchObject({ n: 1, nModified: 1 });
    expect(await balance(1)).toBe(101);
  });

  it('wants ids that are some', async () => {
    expect(await server.send({ endSessions: [{ id: 5 }], $db: 'admin' })).toMatchObject({ code: 14 });
    expect(await server.send({ killSessions: [{ id: new Binary(Buffer.alloc(16), 4) }], $db: 'admin' })).toMatchObject({ ok: 1 });
  });
});

describe('a retryable write', () => {
  it('is done once when it comes twice, one after the other, at once, or after a restart', async () => {
    const mine = session();
    const [first, second] = await Promise.all([mine.write(add(1)), mine.write(add(1), 'again')]);
    expect([first, second]).toEqual(Array(2).fill(expect.objectContaining({ n: 1, nModified: 1 })));
    await server.restart();
    expect(await mine.write(add(1), 'again')).toMatchObject({ n: 1, nModified: 1 });
    expect(await balance(1)).toBe(101);
  });

  it('answers a repeated findAndModify with the document of the first time', async () => {
    const mine = session();
    const take = { findAndModify: 'accounts', query: { _id: 2 }, remove: true };
    expect(await mine.write(take)).toMatchObject({ value: { _id: 2, balance: 100 } });
    await server.restart();
    expect(await mine.write(take, 'again')).toMatchObject({ value: { _id: 2, balance: 100 } });
  });

  it('repeats only the statements that were not done', async () => {
    const mine = session();
    const documents = [{ _id: 10 }, { _id: 1 }, { _id: 11 }];
    expect(await mine.write({ insert: 'accounts', documents })).toMatchObject({ n: 1, writeErrors: [{ index: 1, code: 11000 }] });
    await server.send({ delete: 'accounts', deletes: [{ q: { _id: 1 }, limit: 1 }] });
    expect(await mine.write({ insert: 'accounts', documents }, 'again')).toMatchObject({ n: 3 });
  });

  it('is done once when both wait for the same lock', async () => {
    const holder = session().begin();
    await holder.send(add(1, 1000));
    const mine = session();
    const waiting = [mine.write(add(1)), mine.write(add(1), 'again')];
    expect(await settled(Promise.race(waiting))).toBe(false);
    await holder.abort();
    expect(await Promise.all(waiting)).toEqual(Array(2).fill(expect.objectContaining({ n: 1 })));
    expect(await balance(1)).toBe(101);
  });

  it('gives up when the client has gone on with its session while it waited', async () => {
    const holder = session().begin();
    await holder.send(add(1, 1000));
    const mine = session();
    const late = mine.write(add(1));
    expect(await settled(late)).toBe(false);
    const next = mine.write(add(1, 5));
    expect(await settled(next)).toBe(false);
    await holder.abort();
    expect(await late).toMatchObject({ code: 225, codeName: 'TransactionTooOld' });
    // Without a look at the number, the first one's answer would have been taken for the second's.
    expect(await next).toMatchObject({ n: 1 });
    expect(await balance(1)).toBe(105);
  });
});
