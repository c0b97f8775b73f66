import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Long, MongoClient, UUID, type ClientSession, type Collection, type Document } from 'mongodb';
import { rawCommand } from '../../test/raw-command';
import { startEmbeddedMongo, type EmbeddedMongo } from '../index';

let dataDir: string;
let server: EmbeddedMongo;
let client: MongoClient;
let accounts: Collection<{ _id: number; balance: number; code?: string }>;
const sessions: ClientSession[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-'));
  server = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
  client = await MongoClient.connect(server.uri);
});

afterAll(async () => {
  await client.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  accounts = client.db('bank').collection('accounts');
  await accounts.drop();
  await accounts.createIndex({ code: 1 }, { unique: true, sparse: true });
  await accounts.insertMany(Array.from({ length: 5 }, (_, _id) => ({ _id, balance: 100 })));
});

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.endSession()));
});

function begin(): ClientSession {
  const session = client.startSession();
  session.startTransaction();
  sessions.push(session);
  return session;
}

const conflict = expect.objectContaining({ code: 112, codeName: 'WriteConflict', errorLabels: ['TransientTransactionError'] }) as unknown;

it('finds its own writes by index, however many, moved keys and freed ones included', async () => {
  const session = begin();
  const codes = async (filter: Document): Promise<unknown[]> =>
    (await accounts.find(filter, { session }).hint('code_1').sort({ code: -1 }).toArray()).map(({ code }) => code as unknown);
  await accounts.updateOne({ _id: 1 }, { $set: { code: 'a' } });
  await accounts.updateOne({ _id: 2 }, { $set: { code: 'c' } }, { session });
  await accounts.updateOne({ _id: 2 }, { $set: { code: 'b' } }, { session });
  await accounts.insertOne({ _id: 6, balance: 0, code: 'c' }, { session });
  await accounts.deleteOne({ _id: 6 }, { session });
  await accounts.insertOne({ _id: 7, balance: 0, code: 'c' }, { session });
  await accounts.updateOne({ _id: 7 }, { $set: { balance: 2 } }, { session });
  expect(await codes({ code: { $gte: 'b' } })).toEqual(['c', 'b']);
  expect(await accounts.findOne({ code: 'c' }, { session })).toEqual({ _id: 7, balance: 2, code: 'c' });
  await expect(accounts.insertOne({ _id: 8, balance: 0, code: 'b' }, { session })).rejects.toMatchObject({ code: 11000 });
});

it('reads by index as fast after a thousand writes as after one', async () => {
  const [small, large] = [begin(), begin()];
  await accounts.insertOne({ _id: 1000, balance: 0, code: 'small' }, { session: small });
  await accounts.insertMany(
    Array.from({ length: 1000 }, (_, i) => ({ _id: 2000 + i, balance: 0, code: `c${i}` })),
    { session: large },
  );
  const [short, long]: [number[], number[]] = [[], []];
  const read = async (code: string, session: ClientSession, times: number[]): Promise<void> => {
    const began = performance.now();
    expect(await accounts.countDocuments({ code }, { session })).toBe(1);
    times.push(performance.now() - began);
  };
  // By turns, so that whatever else keeps the machine busy slows both alike.
  for (let i = 0; i < 101; i++) {
    await read('small', small, short);
    await read(`c${i * 9}`, large, long);
  }
  const median = (times: number[]): number => times.sort((a, b) => a - b)[50]!;
  // Looking through all own writes for every read takes more than ten times as long.
  expect(median(long) / median(short)).toBeLessThan(4);
});

it('reads what was there when it began, and its own changes', async () => {
  const session = begin();
  expect(await accounts.findOne({ _id: 1 }, { session })).toMatchObject({ balance: 100 });
  await accounts.updateOne({ _id: 2 }, { $set: { balance: 7 } });
  expect(await accounts.findOne({ _id: 2 }, { session })).toMatchObject({ balance: 100 });
  await accounts.updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session });
  await accounts.deleteOne({ _id: 3 }, { session });
  await accounts.insertOne({ _id: 9, balance: 1 }, { session });
  expect(
    (
      await accounts
        .find({ balance: { $ne: 100 } }, { session })
        .sort({ _id: 1 })
        .toArray()
    ).map(({ _id }) => _id),
  ).toEqual([1, 9]);
  expect(await accounts.countDocuments({}, { session })).toBe(5);
  expect(await accounts.distinct('balance', {}, { session })).toEqual([100, 101, 1]);
  await session.commitTransaction();
  expect((await accounts.find().toArray()).map(({ _id, balance }) => [_id, balance])).toEqual([
    [0, 100],
    [1, 101],
    [2, 7],
    [4, 100],
    [9, 1],
  ]);
});

it('loses against whoever changed the document first, committed or not', async () => {
  const [first, second, third] = [begin(), begin(), begin()];
  await accounts.findOne({ _id: 1 }, { session: third });
  await accounts.findOne({ _id: 1 }, { session: second });
  await accounts.updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session: first });
  await expect(accounts.updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session: second })).rejects.toEqual(conflict);
  await first.commitTransaction();
  await expect(accounts.updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session: third })).rejects.toEqual(conflict);
});

it('loses against a plain write that came after its snapshot', async () => {
  const session = begin();
  await accounts.findOne({ _id: 1 }, { session });
  await accounts.updateOne({ _id: 1 }, { $inc: { balance: 1 } });
  await expect(accounts.updateOne({ _id: 1 }, { $inc: { balance: 1 } }, { session })).rejects.toEqual(conflict);
  await expect(accounts.findOne({ _id: 1 }, { session })).rejects.toMatchObject({ code: 251, codeName: 'NoSuchTransaction' });
});

it('begins anew when its first statement meets a lock, for its client has seen nothing yet', async () => {
  const [first, second] = [begin(), begin()];
  await accounts.updateOne({ _id: 1 }, { $inc: { balance: -60 } }, { session: first });
  const waiting = accounts.findOneAndUpdate({ _id: 1, balance: { $gte: 60 } }, { $inc: { balance: -60 } }, { session: second });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await first.commitTransaction();
  expect(await waiting).toBeNull();
  await second.commitTransaction();
  expect(await accounts.findOne({ _id: 1 })).toMatchObject({ balance: 40 });
});

it('makes a plain writer wait, who then sees what it did', async () => {
  const session = begin();
  await accounts.updateOne({ _id: 1 }, { $set: { balance: 10 } }, { session });
  let done = false;
  const waiting = accounts.findOneAndUpdate({ _id: 1, balance: { $gte: 100 } }, { $inc: { balance: -100 } }).finally(() => (done = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(done).toBe(false);
  await session.commitTransaction();
  expect(await waiting).toBeNull();
  expect(await accounts.findOne({ _id: 1 })).toMatchObject({ balance: 10 });
});

it('holds a unique key until it ends, for transactions and plain writers', async () => {
  const [first, second] = [begin(), begin()];
  await accounts.findOne({ _id: 0 }, { session: second });
  await accounts.insertOne({ _id: 10, balance: 0, code: 'x' }, { session: first });
  await expect(accounts.insertOne({ _id: 11, balance: 0, code: 'x' }, { session: second })).rejects.toEqual(conflict);
  const waiting = accounts.insertOne({ _id: 12, balance: 0, code: 'x' });
  await first.abortTransaction();
  await waiting;
  await expect(accounts.insertOne({ _id: 13, balance: 0, code: 'x' }, { session: begin() })).rejects.toMatchObject({
    code: 11000,
    keyValue: { code: 'x' },
  });
});

it('may move a unique key from one document to another, in either order of ids', async () => {
  await accounts.updateOne({ _id: 1 }, { $set: { code: 'a' } });
  const session = begin();
  await accounts.updateOne({ _id: 1 }, { $unset: { code: 1 } }, { session });
  await accounts.updateOne({ _id: 0 }, { $set: { code: 'a' } }, { session });
  await expect(accounts.countDocuments({ code: 'a' }, { session })).resolves.toBe(1);
  await session.commitTransaction();
  expect(await accounts.findOne({ code: 'a' })).toMatchObject({ _id: 0 });
});

it('answers a repeated commit as the first, an unknown number with 251, and too late an abort with 256', async () => {
  const lsid = { id: new UUID() };
  const transaction = { lsid, txnNumber: Long.fromNumber(5), autocommit: false };
  const send = (command: Document): Promise<Document> =>
    rawCommand(server.port, { ...command, ...transaction, $db: command['insert'] ? 'bank' : 'admin' });
  expect(await send({ insert: 'accounts', documents: [{ _id: 77, balance: 1 }], startTransaction: true })).toMatchObject({ ok: 1, n: 1 });
  expect(await send({ commitTransaction: 1 })).toMatchObject({ ok: 1 });
  expect(await send({ commitTransaction: 1 })).toMatchObject({ ok: 1 });
  expect(await send({ abortTransaction: 1 })).toMatchObject({ ok: 0, code: 256, codeName: 'TransactionCommitted' });
  expect(
    await rawCommand(server.port, { commitTransaction: 1, ...transaction, txnNumber: Long.fromNumber(6), $db: 'admin' }),
  ).toMatchObject({ code: 251 });
  expect(await accounts.countDocuments({ _id: 77 })).toBe(1);
});

it('cannot run what a transaction cannot hold', async () => {
  await expect(client.db('bank').command({ count: 'accounts' }, { session: begin() })).rejects.toMatchObject({ code: 263 });
  await expect(client.db('bank').command({ drop: 'accounts' }, { session: begin() })).rejects.toMatchObject({ code: 263 });
});

it('keeps the sum of all accounts through transfers and plain writes at once', async () => {
  const transfer = async (): Promise<void> => {
    const [from, to] = [Math.floor(Math.random() * 5), Math.floor(Math.random() * 5)];
    await client.withSession((session) =>
      session.withTransaction(async () => {
        const source = await accounts.findOne({ _id: from }, { session });
        if (source!.balance < 10) return;
        await accounts.updateOne({ _id: from }, { $set: { balance: source!.balance - 10 } }, { session });
        await accounts.updateOne({ _id: to }, { $inc: { balance: 10 } }, { session });
      }),
    );
  };
  const pay = async (): Promise<void> => void (await accounts.updateOne({ _id: Math.floor(Math.random() * 5) }, { $inc: { balance: 1 } }));
  await Promise.all([...Array.from({ length: 60 }, transfer), ...Array.from({ length: 60 }, pay)]);
  const total = (await accounts.find().toArray()).reduce((sum, { balance }) => sum + balance, 0);
  // A transfer to itself sets and then increments: it leaves the balance as it was.
  expect(total).toBe(560);
});
