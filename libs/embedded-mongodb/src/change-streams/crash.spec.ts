import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, MongoServerSelectionError } from 'mongodb';
import { compiledLibrary } from '../../test/compiled';
import { Watcher, type SeenEvent } from '../../test/watcher';

const kills = 6;
const writers = 4;

let dataDir: string;
let library: ReturnType<typeof compiledLibrary>;
let server: Server | undefined;

interface Server {
  readonly child: ChildProcess;
  readonly client: MongoClient;
  isKilled: boolean;
}

beforeAll(() => {
  library = compiledLibrary();
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-streams-crash-'));
});

afterAll(async () => {
  await server?.client.close();
  server?.child.kill('SIGKILL');
  library.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Server> {
  const child = fork(join(library.folder, 'server', 'server-thread.js'), [JSON.stringify({ dataDir })], { execArgv: [] });
  const [report] = (await once(child, 'message')) as [{ uri: string }];
  return (server = { child, client: await connected(report.uri), isKilled: false });
}

/** A client that notices soon when its server is gone. Until it knows the server it is patient, however busy the machine is. */
async function connected(uri: string): Promise<MongoClient> {
  for (;;) {
    const client = new MongoClient(uri, { retryWrites: false, retryReads: false, serverSelectionTimeoutMS: 500 });
    try {
      return await client.connect();
    } catch (error) {
      await client.close();
      if (!(error instanceof MongoServerSelectionError)) throw error;
    }
  }
}

async function kill(killed: Server): Promise<void> {
  killed.isKilled = true;
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
}

/** Writes plainly and in transactions until the server is gone, and notes what was acknowledged. */
async function write(to: Server, writer: string, note: (...changes: string[]) => void): Promise<void> {
  const pieces = to.client.db('crash').collection<{ _id: string }>('pieces');
  try {
    for (let step = 0; ; step++) {
      const _id = `${writer}-${step}`;
      await pieces.insertOne({ _id });
      note(`insert ${_id}`);
      await to.client.withSession(async (session) => {
        session.startTransaction();
        await pieces.updateOne({ _id }, { $set: { n: 1 } }, { session });
        await pieces.insertOne({ _id: `${_id}-pair` }, { session });
        await session.commitTransaction();
      });
      note(`update ${_id}`, `insert ${_id}-pair`);
    }
  } catch (error) {
    // What was not acknowledged by a server that is gone may have happened or not.
    if (!to.isKilled) throw error;
  }
}

/** Follows the stream until the server is gone. */
async function follow(from: Server, resumeAfter: unknown, events: SeenEvent[]): Promise<unknown> {
  let token = resumeAfter;
  try {
    const stream = await open(from, token);
    for (;;) {
      events.push(...stream.seen.splice(0));
      token = stream.token;
      await stream.more(1000, 5);
    }
  } catch (error) {
    if (!from.isKilled) throw error;
    return token;
  }
}

function open({ client }: Server, resumeAfter?: unknown): Promise<Watcher> {
  return Watcher.open({ db: client.db('crash'), on: 'pieces' }, resumeAfter === undefined ? {} : { resumeAfter });
}

it(`after kill -9 a stream goes on behind the last event seen: each acknowledged change once, ${kills} times`, async () => {
  const [acknowledged, events]: [string[], SeenEvent[]] = [[], []];
  let token: unknown;
  for (let round = 0; round < kills; round++) {
    const running = await start();
    token ??= (await open(running)).token;
    const enough = acknowledged.length + writers + 1;
    let proceed: () => void;
    const hasWritten = new Promise<void>((resolve) => (proceed = resolve));
    const note = (...changes: string[]): void => {
      if (acknowledged.push(...changes) >= enough) proceed();
    };
    const following = follow(running, token, events);
    const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(running, `${round}-${writer}`, note)));
    // Whoever is refused by a server that runs fails the test, instead of letting it wait for writes that nobody makes any more.
    await Promise.race([hasWritten, writing, following]);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
    await kill(running);
    [token] = await Promise.all([following, writing]);
    await running.client.close();
  }
  const last = await start();
  const pieces = last.client.db('crash').collection<{ _id: string }>('pieces');
  await pieces.insertOne({ _id: 'last' });
  const stream = await open(last, token);
  while (stream.seen.at(-1)?.['documentKey']._id !== 'last') await stream.more(1000);
  events.push(...stream.seen);
  const stored = new Set((await pieces.find().toArray()).map(({ _id }) => _id));

  const told = events.map(({ operationType, documentKey }) => `${operationType} ${documentKey._id}`);
  expect(acknowledged.length).toBeGreaterThan(kills * writers);
  expect(new Set(told).size).toBe(told.length);
  expect(acknowledged.filter((change) => !told.includes(change))).toEqual([]);
  // And nothing that did not happen.
  expect(told.filter((change) => !stored.has(change.split(' ')[1]!))).toEqual([]);
  expect([...stored].filter((id) => !told.includes(`insert ${id}`))).toEqual([]);
  expect(events.map(({ _id }) => _id._data)).toEqual(events.map(({ _id }) => _id._data).sort());
}, 300_000);
