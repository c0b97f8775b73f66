import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MongoClient, type Document } from 'mongodb';
import { compiledLibrary } from '../../test/compiled';
import { RawConnection } from '../../test/raw-connection';
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

it.each<[string, RegExp, (folder: string) => void]>([
  ['of a newer version', /newer version \(format 99, this one knows 1\); use that version/, describedAs('{"format":99}')],
  ['whose description is damaged', /embedded-mongodb\.json is damaged; if nothing else is, its content is/, describedAs('{"for')],
  ['whose description says nothing', /embedded-mongodb\.json is damaged/, describedAs('{}')],
  ['whose description is a folder', /EISDIR/, (folder) => mkdirSync(join(folder, 'embedded-mongodb.json'))],
  [
    'with a data file of another program',
    /not this server's; take another folder/,
    (folder) => writeFileSync(join(folder, 'data.mdb'), 'x'),
  ],
  ['whose data file is missing', /data\.mdb is missing; put back a copy/, describedAs('{"format":1}')],
  ['that is a file', /is a file, not a folder/, beAFile],
  ['on a disk without room', /no space is left on its disk; make room/, haveNoRoom],
])('refuses a folder %s', async (_what, message, arrange) => {
  arrange(dataDir);
  const started = startEmbeddedMongo({ dataDir, mode: 'inline' });
  await expect(started).rejects.toBeInstanceOf(DataFolderRefused);
  await expect(started).rejects.toThrow(message);
  await expect(started).rejects.toThrow(dataDir);
});

it('refuses a folder below a file', async () => {
  beAFile(dataDir);
  await expect(startEmbeddedMongo({ dataDir: join(dataDir, 'data'), mode: 'inline' })).rejects.toThrow(/a part of its path is a file/);
});

it('starts anew where the very first start was cut short, because nothing was acknowledged then', async () => {
  writeFileSync(join(dataDir, 'embedded-mongodb.json'), '{"format":1,"fresh":true}');
  writeFileSync(join(dataDir, 'data.mdb'), Buffer.alloc(5000));
  const server = await startEmbeddedMongo({ dataDir, mode: 'inline' });
  await server.stop();
  expect(readFileSync(join(dataDir, 'embedded-mongodb.json'), 'utf8')).toBe('{"format":1}');
});

function describedAs(content: string): (folder: string) => void {
  return (folder) => writeFileSync(join(folder, 'embedded-mongodb.json'), content);
}

function beAFile(folder: string): void {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
}

/** The first file that a server writes leads to a device that is always full. */
function haveNoRoom(folder: string): void {
  symlinkSync('/dev/full', join(folder, 'embedded-mongodb.json.new'));
}

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

  it('a folder that this user may not write to is refused', async () => {
    await (await start({ dataDir })).stop();
    chmodSync(dataDir, 0o555);
    // The superuser may write everywhere; it asks as nobody.
    const uid = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const child = fork(join(library.folder, 'server', 'server-thread.js'), [JSON.stringify({ dataDir })], { execArgv: [], ...uid });
    const [report] = (await once(child, 'message')) as [{ kind: string; message: string }];
    expect(report).toMatchObject({ kind: 'refused', message: expect.stringMatching(/this user may not write to it; change/) as string });
    chmodSync(dataDir, 0o755);
  });

  it('a server that can no longer write stops and says why; what it acknowledged is there after the next start', async () => {
    const program = `ulimit -f 2000; exec "${process.execPath}" "$0" "$1"`;
    const child = spawn('sh', ['-c', program, join(library.folder, 'server', 'server-thread.js'), JSON.stringify({ dataDir })], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const exit = once(child, 'exit');
    const [ready] = (await once(child, 'message')) as [{ kind: string; port: number }];
    const failed = once(child, 'message') as Promise<[{ kind: string; message: string }]>;
    const connection = await RawConnection.to(ready.port);
    let acknowledged = 0;
    // The refusal, unless the process that ends takes the connection with it before that is sent.
    let refusal: Document | undefined = { ok: 1 };
    while (refusal?.['ok'] === 1) {
      const insert = { insert: 'things', documents: [{ _id: acknowledged, text: 'x'.repeat(5000) }] };
      refusal = await connection.send('test', insert).catch(() => undefined);
      if (refusal?.['ok'] === 1) acknowledged++;
    }
    if (refusal) expect(refusal).toMatchObject({ code: 91, codeName: 'ShutdownInProgress' });
    expect((await failed)[0]).toMatchObject({ kind: 'failed', message: expect.stringMatching(/cannot write .*see to the disk/) as string });
    expect(await exit).toEqual([1, null]);
    const server = await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false });
    const again = await RawConnection.to(server.port);
    expect(await again.send('test', { count: 'things', query: {} })).toMatchObject({ n: acknowledged });
    expect(await again.send('test', { insert: 'things', documents: [{ _id: acknowledged }] })).toMatchObject({ ok: 1, n: 1 });
    await server.stop();
    expect(acknowledged).toBeGreaterThan(20);
  });

  it.each<[string, (child: ChildProcess) => void]>([
    ['when its parent is gone', (child) => child.disconnect()],
    ['at SIGTERM while its parent goes', (child) => child.kill('SIGTERM') && child.disconnect()],
    ['at SIGTERM', (child) => child.kill('SIGTERM')],
  ])('a process stops %s, without a complaint', async (_when, end) => {
    const entry = join(library.folder, 'server', 'server-thread.js');
    const child = fork(entry, [JSON.stringify({ dataDir })], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const [exit, errors] = [once(child, 'exit'), text(child.stderr!)];
    await once(child, 'message');
    end(child);
    expect([await exit, await errors]).toEqual([[0, null], '']);
    await (await startEmbeddedMongo({ dataDir, mode: 'inline', durable: false })).stop();
  });

  it('a process whose parent goes while it starts does not stay behind', async () => {
    const child = fork(join(library.folder, 'server', 'server-thread.js'), [JSON.stringify({ dataDir })], { execArgv: [] });
    const exit = once(child, 'exit');
    child.disconnect();
    expect(await exit).toEqual([0, null]);
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
