import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MongoClient } from 'mongodb';
import { compiledLibrary } from '../../test/compiled';

let library: ReturnType<typeof compiledLibrary>;
let root: string;
let children: ChildProcess[] = [];
let clients: MongoClient[] = [];

beforeAll(() => {
  library = compiledLibrary();
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'embedded-program-'));
  children = [];
  clients = [];
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

afterAll(() => library.remove());

interface End {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts the program; `end` tells how it went. */
function program(...args: string[]): { child: ChildProcess; ready: Promise<string>; end: Promise<End> } {
  const child = spawn(process.execPath, [join(library.folder, 'server', 'program.js'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const ready = once(child.stdout, 'data').then(([line]) => String(line).trimEnd());
  const end = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(([[code], output, errors]) => ({
    code: code as number | null,
    output,
    errors,
  }));
  return { child, ready, end };
}

async function connected(uri: string): Promise<MongoClient> {
  const client = await MongoClient.connect(uri);
  clients.push(client);
  return client;
}

const dbpath = (): string => join(root, 'data');

it.each(['SIGINT', 'SIGTERM'] as const)('prints where it is, keeps what drivers write, and ends with 0 at %s', async (signal) => {
  for (const expected of [1, 2]) {
    const { child, ready, end } = program('--dbpath', dbpath(), '--port', '0');
    const uri = await ready;
    expect(uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/\?replicaSet=rs0&directConnection=true$/);
    const client = await connected(uri);
    await client.db('test').collection('things').insertOne({});
    expect(await client.db('test').collection('things').countDocuments()).toBe(expected);
    child.kill(signal);
    expect(await end).toEqual({ code: 0, output: `${uri}\n`, errors: '' });
  }
});

it('listens on a Unix socket, whose file is gone when it has stopped', async () => {
  const socket = join(root, 'db.sock');
  const { child, ready, end } = program('--dbpath', dbpath(), '--socket', socket);
  const client = await connected(await ready);
  expect(await client.db('test').command({ ping: 1 })).toMatchObject({ ok: 1 });
  expect(existsSync(socket)).toBe(true);
  child.kill('SIGTERM');
  expect(await end).toMatchObject({ code: 0 });
  expect(existsSync(socket)).toBe(false);
});

it.each(['--socket', '--port'])('starts again after kill -9, at the same %s, with all that was acknowledged', async (option) => {
  const first = program('--dbpath', dbpath(), option, option === '--port' ? '0' : join(root, 'db.sock'));
  const uri = await first.ready;
  const client = await connected(uri);
  await client.db('test').collection<{ _id: number }>('things').insertOne({ _id: 1 });
  first.child.kill('SIGKILL');
  await first.end;
  const second = program('--dbpath', dbpath(), option, option === '--port' ? new URL(uri).port : join(root, 'db.sock'));
  expect(await second.ready).toBe(uri);
  expect(await client.db('test').collection<{ _id: number }>('things').findOne({ _id: 1 })).toEqual({ _id: 1 });
});

/** Whether somebody listens; 127.0.0.2 is this machine too (on Linux), but not the address that the program takes by itself. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

it('is reached at 127.0.0.1 alone, unless another address is named, which it warns of', async () => {
  const closed = program('--dbpath', dbpath(), '--port', '0');
  const { port } = new URL(await closed.ready);
  expect([await answers('127.0.0.1', Number(port)), await answers('127.0.0.2', Number(port))]).toEqual([true, false]);
  const exposed = program('--dbpath', join(root, 'other'), '--port', '0', '--exposed', '0.0.0.0');
  const open = new URL(await exposed.ready);
  expect(await answers('127.0.0.2', Number(open.port))).toBe(true);
  exposed.child.kill('SIGTERM');
  expect(await exposed.end).toMatchObject({
    code: 0,
    errors: expect.stringMatching(/WARNING: exposed at 0\.0\.0\.0\. There are no users, no passwords and no encryption/) as string,
  });
});

it.each<[string, string[], RegExp]>([
  ['nothing', [], /--dbpath is missing/],
  ['an unknown option', ['--dbpath', 'x', '--auth'], /Unknown option '--auth'/],
  ['a port that is none', ['--dbpath', 'x', '--port', '70000'], /--port must be a number from 0 to 65535, not '70000'/],
  ['a socket and a port', ['--dbpath', 'x', '--port', '1', '--socket', 'y'], /--socket goes with neither/],
  ['a word too many', ['--dbpath', 'x', 'y'], /Unexpected argument 'y'/],
])('refuses %s with 2 and points to the help', async (_what, args, message) => {
  const { code, output, errors } = await program(...args).end;
  expect([code, output]).toEqual([2, '']);
  expect(errors).toMatch(message);
  expect(errors).toContain('See --help.');
});

it.each(['--help', '--version'])('answers %s and ends with 0', async (option) => {
  const expected = option === '--help' ? /--dbpath <folder>.*--exposed <address>.*Ends with 0/s : /^\d+\.\d+\.\d+\n$/;
  expect(await program(option).end).toEqual({ code: 0, errors: '', output: expect.stringMatching(expected) as string });
});

it('ends with 3 and tells the address when another server uses the folder', async () => {
  const uri = await program('--dbpath', dbpath(), '--port', '0').ready;
  const { code, errors } = await program('--dbpath', dbpath(), '--port', '0').end;
  expect(code).toBe(3);
  expect(errors).toContain(`is in use by a running server at ${uri}.`);
});

it.each<[string, string, string, RegExp]>([
  ['of a newer version', 'embedded-mongodb.json', '{"format":99}', /newer version \(format 99/],
  ['of another program', 'data.mdb', 'x', /not this server's; take another folder/],
  ['with a torn description', 'embedded-mongodb.json', '{"for', /embedded-mongodb\.json is damaged/],
  ['without its data', 'embedded-mongodb.json', '{"format":1}', /data\.mdb is missing; put back a copy/],
])('ends with 4 at a folder %s, and says what to do', async (_what, file, content, message) => {
  writeFileSync(join(root, file), content);
  const { code, output, errors } = await program('--dbpath', root, '--port', '0').end;
  expect([code, output]).toEqual([4, '']);
  expect(errors).toMatch(message);
});

it('ends with 5 when its port is taken or its address is not of this machine', async () => {
  const { port } = new URL(await program('--dbpath', dbpath(), '--port', '0').ready);
  const taken = await program('--dbpath', join(root, 'other'), '--port', port).end;
  expect(taken).toMatchObject({ code: 5, errors: expect.stringContaining('EADDRINUSE') as string });
  const elsewhere = await program('--dbpath', join(root, 'other'), '--port', '0', '--exposed', '203.0.113.1').end;
  expect(elsewhere).toMatchObject({ code: 5, errors: expect.stringContaining('EADDRNOTAVAIL') as string });
});
