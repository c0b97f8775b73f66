import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Collection } from 'mongodb';
import { compiledLibrary } from '../test/compiled';

interface Piece {
  _id: string;
  writer: number;
  round: number;
  counter: number;
}

interface Ledger {
  /** Acknowledged inserts. */
  readonly inserted: Set<string>;
  /** Acknowledged increments, by piece. */
  readonly counters: Map<string, number>;
  /** Acknowledged transactions: both halves must be there. */
  readonly pairs: Set<string>;
  readonly removed: Set<string>;
}

const kills = 20;
const writers = 6;

describe('after kill -9 under load', () => {
  let dataDir: string;
  let library: ReturnType<typeof compiledLibrary>;

  beforeAll(() => {
    library = compiledLibrary();
    dataDir = mkdtempSync(join(tmpdir(), 'embedded-crash-'));
  });

  afterAll(() => {
    library.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`keeps every acknowledged write, ${kills} times, and its indexes equal its documents`, async () => {
    const ledger: Ledger = { inserted: new Set(), counters: new Map(), pairs: new Set(), removed: new Set() };
    for (let round = 0; round < kills; round++) await crashOnce(round, ledger);
    const { child, uri } = await start();
    await verify(uri, ledger);
    child.kill();
    await once(child, 'exit');
    expect(ledger.inserted.size).toBeGreaterThan(kills);
    expect(ledger.pairs.size).toBeGreaterThan(kills);
  }, 90_000);

  async function start(): Promise<{ child: ChildProcess; uri: string }> {
    const child = fork(join(library.folder, 'server', 'server-thread.js'), [JSON.stringify({ dataDir })], { execArgv: [] });
    const started = once(child, 'message') as Promise<[{ kind: string; uri: string }]>;
    const [report] = await Promise.race([started, once(child, 'exit').then(() => [{ kind: 'ended', uri: '' }])]);
    expect(report?.kind).toBe('ready');
    return { child, uri: report.uri };
  }

  async function crashOnce(round: number, ledger: Ledger): Promise<void> {
    const { child, uri } = await start();
    const client = new MongoClient(uri, { retryWrites: false, serverSelectionTimeoutMS: 500 });
    const pieces = client.db('crash').collection<Piece>('pieces');
    await pieces.createIndexes([{ key: { writer: 1, round: -1 } }, { key: { counter: 1 } }]);
    if (round % 4 === 3) await verifyOn(pieces, ledger);
    const work = Array.from({ length: writers }, (_, writer) => write(client, pieces, writer, round, ledger));
    await new Promise((resolve) => setTimeout(resolve, 60 + Math.random() * 150));
    child.kill('SIGKILL');
    await Promise.all([once(child, 'exit'), ...work]);
    await client.close();
  }
});

/** Writes until the server is gone, and notes what was acknowledged. */
async function write(client: MongoClient, pieces: Collection<Piece>, writer: number, round: number, ledger: Ledger): Promise<void> {
  try {
    for (let step = 0; ; step++) {
      const id = `${round}-${writer}-${step}`;
      await pieces.insertOne({ _id: id, writer, round, counter: 0 });
      ledger.inserted.add(id);
      await pieces.updateOne({ _id: id }, { $inc: { counter: 1 } });
      ledger.counters.set(id, 1);
      if (step % 3 === 0) await pair(client, pieces, id, writer, round, ledger);
      if (step % 5 === 0) {
        ledger.inserted.delete(id);
        ledger.counters.delete(id);
        await pieces.deleteOne({ _id: id });
        ledger.removed.add(id);
      }
    }
  } catch {
    // The server is gone; what was not acknowledged may be there or not.
  }
}

async function pair(
  client: MongoClient,
  pieces: Collection<Piece>,
  id: string,
  writer: number,
  round: number,
  ledger: Ledger,
): Promise<void> {
  const session = client.startSession();
  try {
    session.startTransaction();
    await pieces.insertOne({ _id: `${id}-left`, writer, round, counter: -1 }, { session });
    await pieces.insertOne({ _id: `${id}-right`, writer, round, counter: -1 }, { session });
    await session.commitTransaction();
    ledger.pairs.add(id);
  } finally {
    await session.endSession();
  }
}

async function verify(uri: string, ledger: Ledger): Promise<void> {
  const client = new MongoClient(uri);
  await verifyOn(client.db('crash').collection<Piece>('pieces'), ledger);
  await client.close();
}

async function verifyOn(pieces: Collection<Piece>, ledger: Ledger): Promise<void> {
  const all = await pieces.find().toArray();
  const byId = new Map(all.map((piece) => [piece._id, piece]));
  expect([...ledger.inserted].filter((id) => !byId.has(id))).toEqual([]);
  expect([...ledger.counters].filter(([id, counter]) => byId.get(id)?.counter !== counter)).toEqual([]);
  expect([...ledger.removed].filter((id) => byId.has(id))).toEqual([]);
  expect([...ledger.pairs].filter((id) => !byId.has(`${id}-left`) || !byId.has(`${id}-right`))).toEqual([]);
  const halves = all.filter(({ counter }) => counter === -1);
  expect(
    halves.filter(({ _id }) => !byId.has(_id.endsWith('-left') ? _id.replace(/left$/, 'right') : _id.replace(/right$/, 'left'))),
  ).toEqual([]);
  await verifyIndexes(pieces, all);
}

/** Reads through each index and compares with the documents. */
async function verifyIndexes(pieces: Collection<Piece>, all: Piece[]): Promise<void> {
  const ids = (found: Piece[]): string[] => found.map(({ _id }) => _id).sort();
  for (const hint of ['_id_', 'writer_1_round_-1', 'counter_1']) {
    expect(ids(await pieces.find({}, { hint }).toArray())).toEqual(ids(all));
  }
  for (let writer = 0; writer < writers; writer++) {
    expect(ids(await pieces.find({ writer }).toArray())).toEqual(ids(all.filter((piece) => piece.writer === writer)));
  }
}
