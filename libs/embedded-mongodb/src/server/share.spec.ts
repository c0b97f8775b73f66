import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { compiledLibrary } from '../../test/compiled';
import { shareEmbeddedMongo, type EmbeddedMongoOptions, type SharedMongo } from '../index';

let library: ReturnType<typeof compiledLibrary>;
let root: string;
let children: ChildProcess[] = [];

beforeAll(() => {
  library = compiledLibrary();
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'embedded-share-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

afterAll(() => library.remove());

/** A process that shares the folder, and tells its role whenever that changes. */
async function otherProcess(options: EmbeddedMongoOptions): Promise<{ child: ChildProcess; role: string }> {
  const program = `
    const tell = (share) => process.send({ role: share.role });
    require(process.argv[1]).shareEmbeddedMongo(JSON.parse(process.argv[2])).then((share) => {
      tell(share);
      share.onTakeOver(() => tell(share));
      process.on('message', () => share.stop().then(() => process.exit(0)));
    });`;
  const child = spawn(process.execPath, ['-e', program, join(library.folder, 'index.js'), JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  const [{ role }] = (await once(child, 'message')) as [{ role: string }];
  return { child, role };
}

function takenOver(share: SharedMongo): Promise<void> {
  return new Promise((resolve) => share.onTakeOver(resolve));
}

it.each([
  ['killed', 'a socket', (child: ChildProcess) => child.kill('SIGKILL'), () => ({ socket: join(root, 'db.sock') })],
  ['killed', 'a port', (child: ChildProcess) => child.kill('SIGKILL'), () => ({})],
  ['stopped', 'a socket', (child: ChildProcess) => child.send('stop'), () => ({ socket: join(root, 'db.sock') })],
])('takes over from a process that was %s, at %s, and loses nothing that was acknowledged', async (_how, _where, end, address) => {
  const options = { dataDir: join(root, 'data'), ...address() };
  const host = await otherProcess(options);
  const guest = await shareEmbeddedMongo({ ...options, mode: 'inline' });
  expect([host.role, guest.role]).toEqual(['host', 'guest']);
  const client = await MongoClient.connect(guest.uri);
  const things = client.db('test').collection<{ _id: number }>('things');
  const acknowledged: number[] = [];
  // The driver sends a write again once; it may meet the end of the host twice.
  const insertUntil = async (over: () => boolean): Promise<void> => {
    for (let _id = 0; !over(); _id++) {
      await things.insertOne({ _id }).then(
        () => acknowledged.push(_id),
        () => new Promise((resolve) => setTimeout(resolve, 50)),
      );
    }
  };
  let isOver = false;
  const takeOver = takenOver(guest);
  const writing = insertUntil(() => isOver);
  const reach = async (count: number): Promise<void> => {
    while (acknowledged.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await reach(10);
  end(host.child);
  await takeOver;
  expect(guest.role).toBe('host');
  await reach(acknowledged.length + 10);
  isOver = true;
  await writing;
  const found = new Set((await things.find().toArray()).map(({ _id }) => _id));
  expect(acknowledged.filter((_id) => !found.has(_id))).toEqual([]);
  await client.close();
  await guest.stop();
});

it('takes over a folder whose server process was left alone by a parent that was killed', async () => {
  const options = { dataDir: join(root, 'data'), mode: 'process' as const };
  const parent = await otherProcess(options);
  const guest = await shareEmbeddedMongo({ ...options, mode: 'inline' });
  const client = await MongoClient.connect(guest.uri);
  await client.db('test').collection<{ _id: number }>('things').insertOne({ _id: 1 });
  const takeOver = takenOver(guest);
  // Only the parent: its child, the server, then sees that nobody is left to serve.
  parent.child.kill('SIGKILL');
  await takeOver;
  expect(await client.db('test').collection<{ _id: number }>('things').findOne({ _id: 1 })).toEqual({ _id: 1 });
  await client.close();
  await guest.stop();
});

it('leaves one host when several guests could take over', async () => {
  const options = { dataDir: join(root, 'data'), socket: join(root, 'db.sock') };
  const host = await otherProcess(options);
  const [second, third] = [await otherProcess(options), await otherProcess(options)];
  expect([second.role, third.role]).toEqual(['guest', 'guest']);
  const guest = await shareEmbeddedMongo({ ...options, mode: 'inline' });
  const first = Promise.race([takenOver(guest), once(second.child, 'message'), once(third.child, 'message')]);
  host.child.kill('SIGKILL');
  await first;
  const client = await MongoClient.connect(guest.uri);
  expect(await client.db('test').command({ ping: 1 })).toMatchObject({ ok: 1 });
  await client.close();
  await guest.stop();
});

it('ends with the reason when there is no server and none can be started', async () => {
  const options = { dataDir: join(root, 'data') };
  const host = await otherProcess(options);
  const guest = await shareEmbeddedMongo({ ...options, mode: 'inline' });
  const reason = new Promise((resolve) => guest.onExit(resolve));
  rmSync(join(root, 'data', 'data.mdb'));
  host.child.kill('SIGKILL');
  expect(await reason).toMatchObject({ name: 'DataFolderRefused', message: expect.stringContaining('data.mdb is missing') as string });
});

it('stops to wait when a guest is stopped', async () => {
  const options = { dataDir: join(root, 'data') };
  const host = await otherProcess(options);
  const guest = await shareEmbeddedMongo({ ...options, mode: 'inline' });
  await guest.stop();
  host.child.kill('SIGKILL');
  await once(host.child, 'exit');
  const next = await shareEmbeddedMongo({ ...options, mode: 'inline', durable: false });
  expect(next.role).toBe('host');
  await next.stop();
});
