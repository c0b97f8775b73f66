import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type Json } from './support/client';
import { Shop } from './support/shop';
import { announced, complaintsAbout, pattern, printed, snippetsIn, typed } from './support/snippets';

const root = join(__dirname, '../../..');
const guides = ['first-purchase', 'import-catalogue', 'back-office', 'errors'].map((name) => `docs/guides/${name}.md`);
let shop: Shop;

/** One shop with its demonstration data for all documents, in the order in which somebody reads them. */
beforeAll(async () => {
  shop = await Shop.start({ DEMO_DATA: 'true' });
}, 120_000);
afterAll(() => shop.stop());

test('every guide is tried, and is named in the README', () => {
  expect(guides.map((path) => path.replace('docs/guides/', '')).sort()).toEqual(readdirSync(join(root, 'docs/guides')).sort());
  for (const path of guides) {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`(${path})`);
    const languages = [...readFileSync(join(root, path), 'utf8').matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
    expect(languages.filter((language) => !['bash', 'ts', 'text'].includes(language!))).toEqual([]);
  }
});

test("the README's first purchase is paid", async () => {
  const [purchase, ...others] = snippetsIn('README.md', 'bash').filter(({ title }) => title === 'A first purchase');
  const [said] = await typed(shop, [purchase!]);
  expect([said, others]).toEqual([expect.stringContaining('"status":"Processing"'), []]);
}, 60_000);

test.each(guides)(
  '%s: each command prints what stands beneath it, and nothing where nothing does',
  async (path) => {
    const commands = snippetsIn(path, 'bash');
    const said = await typed(shop, commands);
    expect(said).toEqual(commands.map(({ promised = '' }) => expect.stringMatching(pattern(promised))));
    expect(commands.length).toBeGreaterThan(0);
  },
  120_000,
);

const programs = ['libs/sdk/README.md', ...guides].flatMap((path) =>
  snippetsIn(path, 'ts').map((program) => ({ ...program, name: `${path}, ${program.title}` })),
);

test("the SDK's README has an example of each thing that it does", () => {
  const own = programs.filter(({ name }) => name.startsWith('libs/sdk'));
  expect(own.map(({ title }) => title)).toEqual([
    'Buy something',
    'Errors',
    'Repeating',
    'Lists',
    'Sessions',
    'Versions of what is edited',
  ]);
});

test('the programs are what the compiler takes', () => {
  expect(complaintsAbout([{ title: 'a wrong one', code: "import { nothing } from '@cartwright/sdk';" }])).toEqual([
    expect.stringContaining('no exported member'),
  ]);
  expect(complaintsAbout(programs)).toEqual([]);
}, 120_000);

test.each(programs)('$name: what the program prints is what it says', async (program) => {
  expect(announced(program)).not.toEqual([]);
  expect(await printed(shop, program)).toEqual(announced(program));
});

test('a guest buys by what the document has for examples, which Swagger UI fills in', async () => {
  const guest = await Client.guest(shop);
  const document: Json = (await guest.get('/api/openapi.json')).body;
  const example = (path: string): Json => document.paths[path].post.requestBody.content['application/json'].examples.example.value;
  expect(await guest.post('/api/cart/items', example('/api/cart/items'))).toMatchObject({ status: 201, body: { subtotal: 5600 } });
  const placed = await guest.post('/api/orders', example('/api/orders'));
  expect(placed).toMatchObject({ status: 201, body: { totalAmount: 5600 } });
  expect((await guest.get('/api/orders')).body.data).toMatchObject([{ orderNumber: placed.body.orderNumber }]);
  await guest.orderIn(placed.body.orderNumber, 'Processing');
});

test.each(guides)('%s: links lead to operations and documents that are there', async (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const document: Json = (await new Client(shop).get('/api/openapi.json')).body;
  const operations = Object.values<Json>(document.paths).flatMap((methods) => Object.values<Json>(methods));
  const links = operations.flatMap(({ operationId, tags }) => tags.map((tag: string) => `${encodeURIComponent(tag)}/${operationId}`));
  const followed = [...text.matchAll(/\/api\/docs#\/([^)]*)\)/g)].map(([, link]) => link!);
  expect(followed.filter((link) => !links.includes(link))).toEqual([]);
  const files = [...text.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, file]) => file!);
  for (const file of files) expect(readFileSync(join(root, path, '..', file), 'utf8')).not.toBe('');
});
