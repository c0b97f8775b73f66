import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { CountStock, GetAvailability, ReserveStock } from '@cartwright/inventory';
import { ImportCatalog, type ImportReport, type ImportSettings } from '../contract/import-catalog';
import { LoadDemoCatalogue } from '../contract/load-demo-catalogue';
import { admin, startCatalog, vendor, type CatalogApp } from '../testing/catalog-app';

type Line = Record<string, unknown>;
const variant = (sku: string | null, more: object = {}): object => ({ sku, options: {}, price: 100, currency: 'USD', ...more });
const line = (externalId: string, more: Line = {}): Line => ({
  externalId,
  name: `Product ${externalId}`,
  variants: [variant(`SKU-${externalId}`)],
  ...more,
});

describe('importing a catalogue', () => {
  let shop: CatalogApp;
  beforeEach(async () => {
    shop = await startCatalog();
  });
  afterEach(() => shop.stop());

  const take = (lines: readonly (Line | string)[], settings: Partial<ImportSettings> = {}): Promise<ImportReport> => {
    const text = lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
    const source = { stream: Readable.from([gzipSync(`${text}\n`)], { objectMode: false }) };
    return shop.app.get(CommandBus).execute(new ImportCatalog({ source, ...settings }));
  };
  const show = async (slug: string) => (await shop.ask('GET', `/products/${slug}`)).body;
  const total = async () => (await shop.ask('GET', '/products')).body.pagination.total;

  it('accounts for every line, and no bad line harms another', async () => {
    const report = await take([
      line('a', { categoryPath: ['Home', 'Accessories'] }),
      '{"broken',
      line('b', { type: 'bundle' }),
      line('c', { variants: [variant('SKU-a')] }),
      '',
      line('d', { variants: [variant(null, { price: null })], categoryPath: ['Garden', 'Accessories'], brand: 'Fern' }),
      line('e', { variants: [variant('x', { price: 1.5 })] }),
      line('a', { name: 'Product a, again' }),
    ]);
    expect(report).toEqual({ processed: 8, created: 2, updated: 1, refused: 5, errors: expect.any(Array) });
    expect(report.errors.map(({ line: at, externalId, code }) => [at, externalId, code])).toEqual([
      [2, undefined, 'malformed_json'],
      [3, 'b', 'unsupported_type'],
      [4, 'c', 'duplicate_sku'],
      [5, undefined, 'blank_line'],
      [7, 'e', 'bad_price'],
    ]);
    expect(await total()).toBe(2);
    expect(await show('product-a')).toMatchObject({ name: 'Product a, again', brand: 'Unbranded', category: { slug: 'uncategorised' } });
    expect(await show('product-d')).toMatchObject({
      brand: 'Fern',
      basePrice: null,
      category: { slug: 'garden-accessories' },
      variants: [{ sku: 'd', price: null }],
    });
  });

  it('updates what it knows: nothing doubled, ids and addresses kept, stock left alone', async () => {
    const options = [{ name: 'Size', values: ['S', 'M'] }];
    const sized = (values: string[]) => values.map((size) => variant(`T-${size}`, { options: { Size: size }, stock: 7 }));
    await take([line('t', { options, variants: sized(['S', 'M']) }), line('u')], { defaultStock: 3 });
    const before = await show('product-t');
    expect(before.variants.map(({ stock }: { stock: number }) => stock)).toEqual([7, 7]);
    expect((await show('product-u')).variants[0].stock).toBe(3);
    await shop.app.get(CommandBus).execute(new CountStock({ levels: [{ sku: 'T-S', onHand: 2 }], reason: 'counted' }));

    const again = await take([line('t', { name: 'Tee', options, variants: sized(['S']) }), line('u')], { defaultStock: 99 });
    expect(again).toMatchObject({ processed: 2, created: 0, updated: 2, refused: 0 });
    const after = await show('product-t');
    expect(after).toMatchObject({ id: before.id, slug: 'product-t', name: 'Tee', variants: [{ ...before.variants[0], stock: 2 }] });
    expect((await show('product-u')).variants[0].stock).toBe(3);

    await take([line('t', { options, variants: sized(['S']) })], { setStock: true });
    expect((await show('product-t')).variants[0].stock).toBe(7);
  });

  it('takes a line as it was given before without touching the product', async () => {
    await take([line('same', { options: [], attributes: { 'a.b': [1, { $c: 2 }] } })]);
    const etag = async () => (await shop.ask('GET', '/products/product-same')).headers.get('etag');
    const before = await etag();
    expect(await take([line('same', { options: [], attributes: { 'a.b': [1, { $c: 2 }] } })])).toMatchObject({ updated: 1 });
    expect(await etag()).toBe(before);
  });

  it('gives one name several addresses, and a vendor its products', async () => {
    const twins = ['1', '2', '3'].map((id) => line(id, { name: 'Twin' }));
    await take(twins, { vendorId: vendor.id });
    const { body } = await shop.ask('GET', `/products?vendor=${vendor.id}`);
    expect(new Set(body.data.map(({ slug }: { slug: string }) => slug)).size).toBe(3);
    expect(body.data[0].vendor).toEqual({ id: vendor.id, name: 'User b' });
    await expect(take(twins, { vendorId: 'f'.repeat(24) })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('refuses a line that counts less than open orders were promised, and no other', async () => {
    const stocked = (id: string, stock: number): Line => line(id, { variants: [variant(`SKU-${id}`, { stock })] });
    await take([stocked('p', 5), stocked('q', 5)]);
    const expiresAt = new Date(Date.now() + 60_000);
    await shop.app
      .get(CommandBus)
      .execute(new ReserveStock({ orderId: 'e'.repeat(24), lines: [{ sku: 'SKU-p', quantity: 4 }], expiresAt }));
    const report = await take([stocked('p', 1), stocked('q', 1)], { setStock: true });
    expect(report).toMatchObject({ updated: 1, refused: 1, errors: [{ line: 1, externalId: 'p', code: 'below_reserved' }] });
    expect((await show('product-p')).variants[0].stock).toBe(1);
    expect((await show('product-q')).variants[0].stock).toBe(1);
  });

  it('leaves an archived product archived', async () => {
    await take([line('old')]);
    const { id } = await show('product-old');
    await shop.ask('DELETE', `/products/${id}`, { as: admin });
    expect(await take([line('old', { name: 'New' })])).toMatchObject({ updated: 1 });
    expect((await shop.ask('GET', `/products/${id}`)).status).toBe(404);
    expect((await shop.ask('GET', `/products/${id}`, { as: admin })).body).toMatchObject({ name: 'New', isActive: false });
  });

  it('brings more lines than one batch holds, and tells how far it is', async () => {
    const progress: number[] = [];
    const report = await take(
      Array.from({ length: 250 }, (_, index) => line(`n${index}`)),
      {
        onProgress: ({ processed, created, updated, refused }) =>
          progress.push(processed) && expect(created + updated + refused).toBe(processed),
      },
    );
    expect(report).toMatchObject({ processed: 250, created: 250, errors: [] });
    expect(progress).toEqual([100, 200, 250]);
    expect(await total()).toBe(250);
  });

  it('loads the demonstration into an empty catalogue, once', async () => {
    const load = () => shop.app.get(CommandBus).execute(new LoadDemoCatalogue());
    expect(await load()).toBe(25);
    expect(await load()).toBe(0);
    const { body } = await shop.ask('GET', '/products?limit=100');
    expect(body.pagination.total).toBe(25);
    const variants = body.data.flatMap(({ variants: all }: { variants: { sku: string; price: number }[] }) => all);
    expect(variants.every(({ price }: { price: number }) => price > 0)).toBe(true);
    const levels = await shop.app.get(QueryBus).execute(new GetAvailability({ skus: variants.map(({ sku }: { sku: string }) => sku) }));
    expect(Object.keys(levels)).toHaveLength(variants.length);
  });
});
