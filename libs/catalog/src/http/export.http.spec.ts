import { get } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandBus } from '@nestjs/cqrs';
import { ReserveStock } from '@cartwright/inventory';
import { bearer } from '../../../platform/src/testing/test-callers';
import { ImportCatalog, type ImportReport, type ImportSettings } from '../contract/import-catalog';
import { ProductStore } from '../store/product.store';
import { aCategory, admin, aProduct, startCatalog, type CatalogApp } from '../testing/catalog-app';

const lines = [
  {
    externalId: 't1',
    type: 'configurable',
    name: 'Tee & co',
    description: '<p>Soft</p>',
    brand: null,
    categoryPath: ['Apparel', 'Tops'],
    categoryPaths: [['Apparel', 'Tops'], ['New']],
    images: ['https://cdn.example/t.jpg'],
    options: [{ name: 'Size', values: ['S', 'M'] }],
    attributes: { 'a.b': [1, { $c: null }] },
    variants: [
      {
        name: 'Small',
        barcode: '4006381333931',
        sku: 'T-S',
        options: { Size: 'S' },
        price: 900,
        currency: 'EUR',
        stock: 3,
        images: ['/s.jpg'],
      },
      { sku: 'T-M', options: { Size: 'M' }, price: null, currency: 'EUR', stock: 0, images: [] },
    ],
    source: { dataset: 'made up' },
  },
  {
    externalId: 'u1',
    name: 'Umbrella',
    description: null,
    brand: 'Fern',
    categoryPath: [],
    images: [],
    options: [],
    variants: [{ sku: 'U', options: {}, price: 100, currency: 'EUR', stock: 7, images: [] }],
    isActive: false,
  },
];

let shop: CatalogApp;
beforeEach(async () => {
  shop = await startCatalog();
});
afterEach(() => shop.stop());

async function exported(from: CatalogApp, type = 'application/x-ndjson', accept = '*/*'): Promise<string> {
  const response = await fetch(`${from.url}/api/products/export`, { headers: { authorization: bearer(admin), accept } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
  expect(response.headers.get('vary')).toBe('Authorization, Accept');
  return response.text();
}
const linesIn = (ndjson: string): object[] =>
  ndjson
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as object);
const take = (into: CatalogApp, ndjson: string, settings: Partial<ImportSettings> = {}): Promise<ImportReport> => {
  const source = { stream: Readable.from([Buffer.from(ndjson)], { objectMode: false }) };
  return into.app.get(CommandBus).execute(new ImportCatalog({ source, ...settings }));
};
const all = (from: CatalogApp) => from.app.get(ProductStore).after(undefined, 100);

test('what was imported is exported as it came, and brings the same into another shop', async () => {
  await take(shop, lines.map((line) => JSON.stringify(line)).join('\n'));
  const first = await exported(shop);
  expect(linesIn(first)).toEqual(lines);
  const other = await startCatalog();
  expect(await take(other, first)).toMatchObject({ created: 2, refused: 0 });
  expect(await exported(other)).toBe(first);
  await other.stop();
});

test('what is exported changes nothing when it is imported again, however it was made', async () => {
  await take(shop, lines.map((line) => JSON.stringify(line)).join('\n'));
  const tea = await aCategory(shop, 'Tea  &amp; more');
  const odd = { name: 'R&amp;D  mug\n2', brand: 'A  B', description: ' a\tb ', sku: 'MUG  1', images: ['/a.jpg'] };
  const sizes = { options: [{ name: 'Größe &lt;', values: ['1', '10  cm'] }], sku: undefined, stock: undefined };
  const variants = [
    { sku: 'W', options: { 'Größe &lt;': '10  cm' }, price: 5, stock: 4 },
    { sku: 'V  1', options: { 'Größe &lt;': '1' }, stock: 1, price: null },
  ];
  for (const product of [aProduct(tea, odd), aProduct(tea, { ...sizes, variants, isActive: false }), aProduct(tea, { sku: 'GONE' })])
    expect((await shop.ask('POST', '/products', { as: admin, body: product })).status).toBe(201);
  const gone = (await all(shop)).at(-1)!;
  await shop.ask('DELETE', `/products/${gone.id}`, { as: admin });
  const before = await all(shop);
  const ndjson = await exported(shop);
  expect(linesIn(ndjson).map((line) => (line as { externalId: string }).externalId)).toEqual([
    't1',
    'u1',
    ...before.slice(2).map(({ id }) => id),
  ]);
  const categories = (await shop.ask('GET', '/categories')).body.pagination.total;
  for (const settings of [{}, { setStock: true }, { defaultStock: 9 }])
    expect(await take(shop, ndjson, settings)).toMatchObject({ created: 0, updated: 5, refused: 0 });
  expect(await all(shop)).toEqual(before);
  expect((await shop.ask('GET', '/categories')).body.pagination.total).toBe(categories);
  expect(await exported(shop)).toBe(ndjson);
  const csv = await exported(shop, 'text/csv', 'text/csv, */*;q=0.1');
  for (const settings of [{}, { setStock: true }])
    expect(await take(shop, csv, { ...settings, format: 'csv' })).toMatchObject({ created: 0, updated: 5, refused: 0 });
  expect(await all(shop)).toEqual(before);
  expect(await exported(shop, 'application/x-ndjson', 'text/csv;q=0.5, application/x-ndjson')).toBe(ndjson);
});

test('what is edited in an export is taken, and no more', async () => {
  await shop.ask('POST', '/products', { as: admin, body: aProduct(await aCategory(shop, 'Mugs'), { description: 'Old' }) });
  const [before] = await all(shop);
  const ndjson = (await exported(shop)).replace('"price":2400', '"price":2500').replace(/\}\n$/, ',"isActive":false}\n');
  expect(await take(shop, ndjson)).toMatchObject({ updated: 1 });
  const [after] = await all(shop);
  expect(after).toMatchObject({ id: before!.id, slug: before!.slug, description: 'Old', basePrice: 2500, isActive: false });
  expect(after).not.toHaveProperty('externalId');
  expect(await take(shop, ndjson.replace('"isActive":false', '"isActive":true'))).toMatchObject({ updated: 1 });
  expect((await shop.ask('GET', `/products/${after!.slug}`)).status).toBe(200);
  expect(await take(shop, ndjson.replace('"isActive":false', '"isActive":"no"'))).toMatchObject({ errors: [{ code: 'bad_flag' }] });
});

test('the stock of an export is what is on hand, whatever of it is promised', async () => {
  await take(shop, JSON.stringify(lines[0]));
  const expiresAt = new Date(Date.now() + 60_000);
  await shop.app.get(CommandBus).execute(new ReserveStock({ orderId: 'e'.repeat(24), lines: [{ sku: 'T-S', quantity: 2 }], expiresAt }));
  expect(linesIn(await exported(shop))).toMatchObject([{ variants: [{ stock: 3 }, { stock: 0 }] }]);
});

test('an export is for admins, is nothing at HEAD, and has an address that no product takes', async () => {
  expect((await shop.ask('GET', '/products/export')).status).toBe(401);
  const head = await fetch(`${shop.url}/api/products/export`, { method: 'HEAD', headers: { authorization: bearer(admin) } });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const category = await aCategory(shop, 'Goods');
  const { body } = await shop.ask('POST', '/products', { as: admin, body: aProduct(category, { name: 'Export' }) });
  expect(body.slug).toBe('export-2');
  const asked = await shop.ask('POST', '/products', { as: admin, body: aProduct(category, { slug: 'export', sku: 'X' }) });
  expect(asked).toMatchObject({ status: 400, body: { errors: [{ path: 'slug' }] } });
});

describe('an export of many', () => {
  const line = (_: unknown, index: number): string =>
    JSON.stringify({
      externalId: `m${index}`,
      name: `M ${index}`,
      description: 'x'.repeat(15_000),
      variants: [{ sku: `M-${index}`, price: 1, currency: 'EUR' }],
    });
  const takeMany = (length: number): Promise<unknown> => take(shop, Array.from({ length }, line).join('\n'));
  const headers = { authorization: bearer(admin) };
  let read: jest.SpyInstance;
  beforeEach(() => {
    read = jest.spyOn(shop.app.get(ProductStore), 'after');
  });
  const settled = async (): Promise<number> => {
    for (let last = -1; last !== read.mock.calls.length;) {
      last = read.mock.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return read.mock.calls.length;
  };

  it('is read no faster than it is taken, comes whole, and is read no further when nobody takes it', async () => {
    await takeMany(1_500);
    const asked = await new Promise<import('node:http').IncomingMessage>((resolve) => {
      get(`${shop.url}/api/products/export`, { headers }, resolve);
    });
    expect(await settled()).toBeLessThan(14);
    expect(linesIn(await text(asked))).toHaveLength(1_500);
    expect(await settled()).toBe(16);
    read.mockClear();
    const left = await new Promise<import('node:http').IncomingMessage>((resolve) => {
      get(`${shop.url}/api/products/export`, { headers }, resolve);
    });
    left.once('data', () => left.destroy());
    await new Promise((resolve) => left.once('close', resolve));
    expect(await settled()).toBeLessThan(14);
  }, 60_000);

  it('breaks off when it fails, so that nobody takes a part for the whole', async () => {
    await takeMany(200);
    read.mockRestore();
    const store = shop.app.get(ProductStore);
    const after = store.after.bind(store);
    jest.spyOn(store, 'after').mockImplementation((last, limit) => {
      if (last !== undefined) throw new Error('The database is gone.');
      return after(last, limit);
    });
    await expect(exported(shop)).rejects.toThrow();
  });
});
