import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { packageVersion } from '../src/version';

const root = join(__dirname, '..', '..', '..');
const name = '@cartwright/embedded-mongodb';
const manifest = read(join(__dirname, '..', 'package.json'));
let folder: string;
let files: string[];
/** The folder of a program that has installed the package. */
let app: string;
let child: ChildProcess | undefined;

function read(file: string): { [field: string]: unknown; dependencies: Record<string, string>; bin: Record<string, string> } {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Packs it as it would be published, and unpacks it where a program would find it, beside the dependencies it asks for and no others. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-package-'));
  execFileSync(process.execPath, [join(root, 'tools', 'package-db.mjs'), join(folder, 'package')], { encoding: 'utf8' });
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: join(folder, 'package'), encoding: 'utf8' });
  const [{ filename, files: listed }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  files = listed.map(({ path }) => path);
  app = join(folder, 'app');
  const installed = join(app, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', installed]);
  for (const dependency of Object.keys(manifest.dependencies))
    symlinkSync(join(root, 'node_modules', dependency), join(app, 'node_modules', dependency));
}, 180_000);

afterEach(() => child?.kill('SIGKILL'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('contains what it runs and what tells of it, and nothing of its tests', () => {
  const others = files.filter((path) => !/^lib\/.*\.(js|d\.ts)$/.test(path));
  expect(others.sort()).toEqual(['COMPATIBILITY.md', 'LICENSE', 'README.md', 'package.json']);
  expect(files.filter((path) => /\.spec\.|torture|test\//.test(path))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['lib/index.js', 'lib/index.d.ts', 'lib/server/program.js', 'lib/server/server-thread.js']));
});

it('imports nothing but itself, Node and the two packages that it names', () => {
  const code = files.filter((path) => path.endsWith('.js')).map((path) => readFileSync(join(app, 'node_modules', name, path), 'utf8'));
  const imported = new Set(code.flatMap((text) => [...text.matchAll(/require\(["']([^"']+)["']\)/g)].map(([, module]) => module!)));
  const foreign = [...imported].filter((module) => !module.startsWith('.') && !module.startsWith('node:'));
  expect(foreign.sort()).toEqual(['bson', 'lmdb']);
});

it('is of the version, the licence and the dependencies of the repository', () => {
  const whole = read(join(root, 'package.json'));
  for (const field of ['version', 'license', 'engines']) expect([field, manifest[field]]).toEqual([field, whole[field]]);
  for (const [dependency, version] of Object.entries(manifest.dependencies)) expect(whole.dependencies[dependency]).toBe(version);
  expect(packageVersion).toBe(manifest['version']);
  expect(readFileSync(join(__dirname, '..', 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
});

const start = `startEmbeddedMongo({ dataDir: 'data' }).then(({ uri }) => console.log(uri));`;

it.each<[string, () => string[]]>([
  ['required', () => ['-e', `const { startEmbeddedMongo } = require('${name}'); ${start}`]],
  ['imported', () => ['--input-type=module', '-e', `import { startEmbeddedMongo } from '${name}'; ${start}`]],
  ['run', () => [join('node_modules', name, manifest.bin['embedded-mongodb']!), '--dbpath', 'data', '--port', '0']],
])('serves drivers when it is %s from another folder', async (_how, args) => {
  child = spawn(process.execPath, args(), { cwd: app, stdio: ['ignore', 'pipe', 'inherit'] });
  const [uri] = (await once(child.stdout!, 'data')) as [Buffer];
  const client = await MongoClient.connect(String(uri).trim());
  try {
    const things = client.db('test').collection('things');
    const { insertedId } = await things.insertOne({ a: 1 });
    expect(await things.findOne({ a: 1 })).toEqual({ _id: insertedId, a: 1 });
    await things.drop();
  } finally {
    await client.close();
  }
  child.kill('SIGTERM');
  await once(child, 'exit');
});
