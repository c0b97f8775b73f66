import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from './support/catalogues';
import { Client, type Json } from './support/client';
import { Shop } from './support/shop';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.start();
}, 60_000);
afterAll(() => shop.stop());

/** Imports a file beside the running shop, and reads the report that the command wrote. */
async function importFile(path: string, ...more: string[]): Promise<{ code: number | null; output: string; report: Json }> {
  const file = join(shop.dataDir, 'report.json');
  const { code, output } = await shop.cli('import', path, '--report', file, ...more);
  return { code, output, report: JSON.parse(readFileSync(file, 'utf8')) };
}

test.each(['catalog-magento-luma', 'catalog-livostyle', 'catalog-bestbuy-algolia', 'catalog-alko'])(
  '%s is taken with every line accounted for, and the second time as updates',
  async (name) => {
    const file = catalogue(name);
    const first = await importFile(file.path);
    expect(first.code).toBe(0);
    const { processed, created, updated, refused, errors } = first.report;
    expect(processed).toBe(file.lines);
    expect(created + updated + refused).toBe(processed);
    expect(created).toBeGreaterThan(0);
    expect(updated).toBe(0);
    expect(errors).toHaveLength(refused);
    for (const error of errors)
      expect(error).toMatchObject({ line: expect.any(Number), code: expect.stringMatching(/^[a-z_]+$/), message: expect.any(String) });
    expect(first.output).toContain(`${processed} lines: ${created} created, 0 updated, ${refused} refused`);

    const second = await importFile(file.path);
    expect(second.report).toMatchObject({ processed, created: 0, updated: created, refused });
  },
  180_000,
);

test('bundles and grouped products are refused with that reason, and nothing else of luma is', async () => {
  const { report } = await importFile(catalogue('catalog-magento-luma').path);
  expect(new Set(report.errors.map((error: Json) => error.code as string))).toEqual(
    new Set(report.refused > 0 ? ['unsupported_type'] : []),
  );
});

test('a product without a price is kept and shown, and cannot be bought', async () => {
  const path = join(shop.dataDir, 'no-price.ndjson');
  const variants = [{ sku: 'FREE-1', options: {}, price: null, currency: 'USD', stock: 5 }];
  const line = {
    externalId: 'no-price',
    name: 'Priceless',
    description: null,
    brand: null,
    categoryPath: [],
    images: [],
    options: [],
    variants,
    source: {},
  };
  writeFileSync(path, `${JSON.stringify(line)}\n{"broken": \n`);
  const { report } = await importFile(path);
  expect(report).toMatchObject({ processed: 2, created: 1, refused: 1, errors: [{ line: 2, code: expect.any(String) }] });
  const guest = await Client.guest(shop);
  const { body } = await guest.get('/api/products?q=priceless');
  expect(body.data).toMatchObject([{ name: 'Priceless', variants: [{ sku: 'FREE-1', price: null, stock: 5 }] }]);
  const answer = await guest.post('/api/cart/items', { productId: body.data[0].id, quantity: 1 });
  expect(answer).toMatchObject({ status: 409, body: { code: 'not_for_sale' } });
});
