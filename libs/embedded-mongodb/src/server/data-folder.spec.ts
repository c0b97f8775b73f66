import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { compiledLibrary } from '../../test/compiled';
import { DataFolderBusy, DataFolderRefused, startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from '../index';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-folder-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

it('tells a second server where the first one is', async () => {
  const first = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
  const second = startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
  await expect(second).rejects.toBeInstanceOf(DataFolderBusy);
  await expect(second).rejects.toMatchObject({ uri: first.uri });
  await first.stop();
  const third = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
  await third.stop();
});

it.each([
  ['of a newer version', 'embedded-mongodb.json', '{"format":99}', /newer version/],
  ['whose description is damaged', 'embedded-mongodb.json', '{"for', /damaged/],
  ['of something else', 'data.mdb', 'not ours', /not this server's/],
])('refuses a folder %s', async (_what, file, content, message) => {
  writeFileSync(join(dataDir, file), content);
  const started = startEmbeddedMongo({ dataDir, mode: 'inline' });
  await expect(started).rejects.toBeInstanceOf(DataFolderRefused);
  await expect(started).rejects.toThrow(message);
});

it('refuses a folder whose data is foreign or cut off', async () => {
  const data = join(dataDir, 'data.mdb');
  const server = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
  const client = await MongoClient.connect(server.uri);
  const things = client.db('test').collection('things');
  const documents = (): { text: string }[] => Array.from({ length: 500 }, () => ({ text: 'x'.repeat(500) }));
  for (let round = 0; round < 3; round++) await things.insertMany(documents());
  await client.close();
  await server.stop();
  truncateSync(data, 40_960);
  await expect(startEmbeddedMongo({ dataDir, mode: 'inline' })).rejects.toThrow(/cut off/);
  writeFileSync(data, Buffer.alloc(65_536, 7));
  await expect(startEmbeddedMongo({ dataDir, mode: 'inline' })).rejects.toThrow(/damaged/);
});

it('takes the place of a socket that a killed server left, but not of one that somebody listens at', async () => {
  const socket = join(dataDir, 'db.sock');
  const program = `require('net').createServer().listen(${JSON.stringify(socket)}, () => console.log('listening'))`;
  const other = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  const options = { dataDir: join(dataDir, 'data'), mode: 'inline', durable: false, socket } as const;
  await expect(startEmbeddedMongo(options)).rejects.toThrow('EADDRINUSE');
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(existsSync(socket)).toBe(true);
  const server = await startEmbeddedMongo(options);
  const client = await MongoClient.connect(server.uri);
  expect(await client.db('test').command({ ping: 1 })).toMatchObject({ ok: 1 });
  await client.close();
  await server.stop();
});

describe('in a thread or a process of its own', () => {
  let library: ReturnType<typeof compiledLibrary>;
  let start: (options: EmbeddedMongoOptions) => Promise<EmbeddedMongo>;

  beforeAll(() => {
    library = compiledLibrary();
    // Jest's own `require` would transform and mock; these files are to run as they are.
    start = jest.requireActual<{ startEmbeddedMongo: typeof start }>(join(library.folder, 'server', 'start.js')).startEmbeddedMongo;
  });

  afterAll(() => library.remove());

  it.each(['thread', 'process'] as const)('a %s serves, says that the folder is busy, and stops', async (mode) => {
    const server = await start({ dataDir, mode, durable: false });
    const client = await MongoClient.connect(server.uri);
    await client.db('test').collection('things').insertOne({ a: 1 });
    await expect(start({ dataDir, mode })).rejects.toMatchObject({ name: 'DataFolderBusy', uri: server.uri });
    await client.close();
    const reasons: (Error | undefined)[] = [];
    server.onExit((reason) => reasons.push(reason));
    await server.stop();
    await server.stop();
    expect(reasons).toEqual([undefined]);
  });

  it('a folder whose server was killed is taken over at once', async () => {
    const child = fork(join(library.folder, 'server', 'server-thread.js'), [JSON.stringify({ dataDir })], { execArgv: [] });
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const server = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
    await server.stop();
  });
});
