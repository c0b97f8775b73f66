import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

const root = join(__dirname, '../../..');
const name = '@cartwright/sdk';
let folder: string;
let packed: { filename: string; size: number; unpackedSize: number; files: { path: string }[] };
/** The folder of a program that has installed the package. */
let app: string;

/** Packs it as it would be published, and unpacks it where a program would find it, beside the one dependency it asks for. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sdk-package-'));
  execFileSync(process.execPath, [join(root, 'tools/build-sdk.mjs'), join(folder, 'package')]);
  const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: join(folder, 'package'), encoding: 'utf8' });
  [packed] = JSON.parse(output) as [typeof packed];
  app = join(folder, 'app');
  mkdirSync(join(app, 'node_modules', name), { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '--strip-components=1', '-C', join(app, 'node_modules', name)]);
  symlinkSync(join(root, 'node_modules/openapi-fetch'), join(app, 'node_modules/openapi-fetch'));
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contents = (path: string): string => readFileSync(join(app, 'node_modules', name, path), 'utf8');

it('contains both kinds of modules with their types, and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths.filter((path) => !/^(esm|cjs)\/[a-z-]+\.(js|d\.ts)$/.test(path)).sort()).toEqual([
    'LICENSE',
    'README.md',
    'esm/package.json',
    'package.json',
  ]);
  const of = (kind: string): string[] =>
    paths.filter((path) => path.startsWith(`${kind}/`) && !path.endsWith('.json')).map((path) => path.slice(4));
  expect(of('esm').sort()).toEqual(of('cjs').sort());
  expect(of('esm')).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'generated.d.ts']));
});

it('is of the version and the licence of the repository, and asks for the one dependency that is tested here', () => {
  const read = (text: string): Record<string, Record<string, string>> => JSON.parse(text) as Record<string, Record<string, string>>;
  const [own, whole] = [read(contents('package.json')), read(readFileSync(join(root, 'package.json'), 'utf8'))];
  for (const field of ['version', 'license', 'engines']) expect([field, own[field]]).toEqual([field, whole[field]]);
  expect(own.dependencies).toEqual({ 'openapi-fetch': whole.devDependencies!['openapi-fetch'] });
  expect(contents('LICENSE')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
});

it('imports nothing but itself and openapi-fetch', () => {
  const code = packed.files.filter(({ path }) => path.endsWith('.js')).map(({ path }) => contents(path));
  const imported = code.flatMap((text) => [...text.matchAll(/(?:require\(|from |import\()["']([^"']+)["']/g)].map(([, module]) => module!));
  expect([...new Set(imported)].filter((module) => !module.startsWith('./'))).toEqual(['openapi-fetch']);
});

it('is small', () => {
  const modules = packed.files.filter(({ path }) => /^esm\/.*\.js$/.test(path)).map(({ path }) => contents(path));
  const carried = modules.join('\n');
  const fetcher = statSync(join(root, 'node_modules/openapi-fetch/dist/index.mjs')).size;
  const sizes = { packed: packed.size, unpacked: packed.unpackedSize, code: carried.length, gzipped: gzipSync(carried).length, fetcher };
  // What a browser loads, neither bundled nor minified, and what npm does.
  expect({ sizes, small: sizes.code < 25_000 && sizes.gzipped < 8_000 && sizes.packed < 100_000 }).toMatchObject({ small: true });
});

const uses = `
const seen = [];
const fetch = async (url, init) => (seen.push([init.method, url]), new Response('{"code":"not_found","status":404}', { status: 404 }));
const shop = new Cartwright({ baseUrl: 'http://shop.example', fetch });
shop.get('/api/cart').catch((error) => console.log(JSON.stringify({ seen, code: isApiError(error, 'not_found') && error.code })));
`;
const done = { seen: [['GET', 'http://shop.example/api/cart']], code: 'not_found' };

it.each([
  ['imported', ['--input-type=module', '-e', `import { Cartwright, isApiError } from '${name}'; ${uses}`]],
  ['required', ['-e', `const { Cartwright, isApiError } = require('${name}'); ${uses}`]],
])('works when it is %s from another folder', (_how, args) => {
  expect(JSON.parse(execFileSync(process.execPath, args, { cwd: app, encoding: 'utf8' }))).toEqual(done);
});

it('works with nothing but what browsers have', async () => {
  const web = {
    AbortController,
    AbortSignal,
    crypto,
    FormData,
    Headers,
    Request,
    Response,
    setTimeout,
    clearTimeout,
    URL,
    URLSearchParams,
  };
  const said = await new Promise<string>((log) => {
    const page = createContext({ ...web, console: { log } });
    page.globalThis = page;
    const loaded = new Map<string, { exports: object }>();
    const load = (path: string): object => {
      const module = loaded.get(path) ?? { exports: {} };
      if (!loaded.has(path)) {
        loaded.set(path, module);
        const inner = (id: string): object => load(id === 'openapi-fetch' ? '../../openapi-fetch/dist/index.cjs' : `cjs/${id.slice(2)}.js`);
        (runInContext(`(function (module, exports, require) {${contents(path)}\n})`, page) as (...args: object[]) => void)(
          module,
          module.exports,
          inner,
        );
      }
      return module.exports;
    };
    page.sdk = load('cjs/index.js');
    runInContext(`const { Cartwright, isApiError } = sdk; ${uses}`, page);
  });
  expect(JSON.parse(said)).toEqual(done);
});

const typed = `
const shop = new Cartwright({ baseUrl: 'http://shop.example' });
export async function story(): Promise<void> {
  const order: Schemas['OrderDto'] = await shop.get('/api/orders/{orderNumber}', { path: { orderNumber: 'A' } });
  const nothing: undefined = await shop.delete('/api/products/{id}', { path: { id: 'p' }, ifMatch: order });
  for await (const { name } of shop.items('/api/products', { query: { inStock: true } })) name.toUpperCase();
  await shop.patch('/api/products/{id}/variants/{variantId}', { path: { id: 'p', variantId: 'v' }, ifMatch: '*', body: { price: 1 } });
  // @ts-expect-error there is no such path
  await shop.get('/api/nothing');
  // @ts-expect-error the path needs its parameter
  await shop.get('/api/orders/{orderNumber}');
  // @ts-expect-error such an edit needs a version
  await shop.patch('/api/products/{id}', { path: { id: 'p' }, body: {} });
  // @ts-expect-error a quantity is a number
  await shop.post('/api/cart/items', { body: { productId: 'p', quantity: '1' } });
  // @ts-expect-error the query has no such parameter
  await shop.get('/api/products', { query: { colour: 'red' } });
  // @ts-expect-error a cart is no list
  shop.items('/api/cart');
  try {
    await shop.get('/api/cart');
  } catch (error) {
    if (isApiError(error, 'out_of_stock')) error.details.items[0]?.available.toFixed();
    // @ts-expect-error the shop has no such code
    if (isApiError(error, 'out_of_luck')) throw error;
  }
  return nothing;
}
`;

it('tells the compiler what the document says, in both kinds of modules', () => {
  const source = `import { Cartwright, isApiError, type Schemas } from '${name}';\n${typed}`;
  for (const kind of ['mts', 'cts']) writeFileSync(join(app, `program.${kind}`), source);
  const compilerOptions = { module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom'], types: [], strict: true, noEmit: true };
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['program.*'] }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  expect(spawnSync(process.execPath, [compiler, '-p', app], { encoding: 'utf8' })).toMatchObject({ stdout: '', status: 0 });
}, 240_000);
