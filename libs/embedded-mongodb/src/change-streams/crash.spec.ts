import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { compiledLibrary } from '../../test/compiled';
import { Watcher, type SeenEvent } from '../../test/watcher';

const kills = 6;
const writers = 4;

let dataDir: string;
let library: ReturnType<typeof compiledLibrary>;

beforeAll(() => {
  library = compiledLibrary();
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-streams-crash-'));
});

afterAll(() => {
  library.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<{ child: ChildProcess; client: MongoClient }> {
  const child = fork(join(library.folder, 'server', 'server-thread.js'), [JSON.stringify({ dataDir })], { execArgv: [] });
  const [report] = (await once(child, 'message')) as [{ uri: string }];
  const client = new MongoClient(report.uri, { retryWrites: false, retryReads: false, serverSelectionTimeoutMS: 500 });
  return { child, client };
}

/** Writes plainly and in transactions until the server is gone, and notes what was acknowledged. */
async function write(client: MongoClient, writer: string, acknowledged: string[]): Promise<void> {
  const pieces = client.db('crash').collection<{ _id: string }>('pieces');
  try {
    for (let step = 0; ; step++) {
      const _id = `${writer}-${step}`;
      await pieces.insertOne({ _id });
      acknowledged.push(`insert ${_id}`);
      await client.withSession(async (session) => {
        session.startTransaction();
        await pieces.updateOne({ _id }, { $set: { n: 1 } }, { session });
        await pieces.insertOne({ _id: `${_id}-pair` }, { session });
        await session.commitTransaction();
      });
      acknowledged.push(`update ${_id}`, `insert ${_id}-pair`);
    }
  } catch {
    // The server is gone; what was not acknowledged may have happened or not.
  }
}

/** Follows the stream until the server is gone. */
async function follow(client: MongoClient, resumeAfter: unknown, events: SeenEvent[]): Promise<unknown> {
  let token = resumeAfter;
  try {
    const stream = await Watcher.open({ db: client.db('crash'), on: 'pieces' }, token ? { resumeAfter: token } : {});
    for (;;) {
      events.push(...stream.seen.splice(0));
      token = stream.token;
      await stream.more(1000, 5);
    }
  } catch {
    return token;
  }
}

it(`after kill -9 a stream goes on behind the last event seen: each acknowledged change once, ${kills} times`, async () => {
  const [acknowledged, events]: [string[], SeenEvent[]] = [[], []];
  let token: unknown;
  for (let round = 0; round < kills; round++) {
    const { child, client } = await start();
    token ??= (await Watcher.open({ db: client.db('crash'), on: 'pieces' })).token;
    const following = follow(client, token, events);
    const writing = Array.from({ length: writers }, (_, writer) => write(client, `${round}-${writer}`, acknowledged));
    // On a busy machine a fixed time may pass before anything is acknowledged.
    const enough = acknowledged.length + writers + 1;
    while (acknowledged.length < enough) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
    child.kill('SIGKILL');
    await Promise.all([once(child, 'exit'), ...writing]);
    token = await following;
    await client.close();
  }
  const { child, client } = await start();
  events.push(...(await (await Watcher.open({ db: client.db('crash'), on: 'pieces' }, { resumeAfter: token })).all()));
  const stored = new Set((await client.db('crash').collection('pieces').find().toArray()).map(({ _id }) => String(_id)));
  await client.close();
  child.kill();
  await once(child, 'exit');

  const told = events.map(({ operationType, documentKey }) => `${operationType} ${documentKey._id}`);
  expect(acknowledged.length).toBeGreaterThan(kills * writers);
  expect(new Set(told).size).toBe(told.length);
  expect(acknowledged.filter((change) => !told.includes(change))).toEqual([]);
  // And nothing that did not happen.
  expect(told.filter((change) => !stored.has(change.split(' ')[1]!))).toEqual([]);
  expect([...stored].filter((id) => !told.includes(`insert ${id}`))).toEqual([]);
  expect(events.map(({ _id }) => _id._data)).toEqual(events.map(({ _id }) => _id._data).sort());
}, 60_000);
