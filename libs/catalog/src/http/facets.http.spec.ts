import { CommandBus } from '@nestjs/cqrs';
import { LoadDemoCatalogue } from '../contract/load-demo-catalogue';
import { aCategory, admin, aProduct, startCatalog, type CatalogApp } from '../testing/catalog-app';

type Query = Readonly<Record<string, string>>;
interface Value {
  readonly value: string;
  readonly count: number;
}
interface Answer {
  readonly pagination: { readonly total: number };
  readonly data: readonly { readonly variants: readonly { readonly price: number | null }[] }[];
  readonly facets?: {
    readonly brand?: readonly Value[];
    readonly category?: readonly { readonly id: string; readonly slug: string; readonly name: string; readonly count: number }[];
    readonly price?: readonly { readonly currency: string; readonly min: number; readonly max: number; readonly count: number }[];
    readonly options?: readonly { readonly name: string; readonly values: readonly Value[] }[];
  };
}

let shop: CatalogApp;
let shirts: string;
beforeAll(async () => {
  shop = await startCatalog();
  await shop.app.get(CommandBus).execute(new LoadDemoCatalogue());
  const clothes = await aCategory(shop, 'Clothes');
  shirts = await aCategory(shop, 'Shirts', clothes);
  const shirt = (name: string, brand: string, sizes: readonly (readonly [string, number, number])[]): object =>
    aProduct(shirts, {
      ...{ name, brand, sku: undefined, stock: undefined },
      options: [{ name: 'Size', values: sizes.map(([size]) => size) }],
      variants: sizes.map(([size, price, stock]) => ({ sku: `${name}-${size}`, options: { Size: size }, price, stock })),
    });
  const products = [
    shirt('Plain', 'Fern', [
      ['S', 1000, 0],
      ['M', 1200, 4],
    ]),
    shirt('Striped', 'FERN', [
      ['M', 3000, 2],
      ['L', 3000, 0],
    ]),
    shirt('Dotted', 'Dún', [
      ['S', 800, 1],
      ['L', 900, 1],
    ]),
    aProduct(clothes, { name: 'Hat', brand: 'Dún', sku: 'HAT', basePrice: 5000, currency: 'EUR' }),
  ];
  for (const body of products) expect((await shop.ask('POST', '/products', { as: admin, body })).status).toBe(201);
});
afterAll(() => shop.stop());

async function list(query: Query): Promise<Answer> {
  const { status, body } = await shop.ask('GET', `/products?${new URLSearchParams(query).toString()}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Answer;
}
const total = async (query: Query): Promise<number> => (await list({ ...query, limit: '1' })).pagination.total;

describe('facets of a list of products', () => {
  it('are told where they are named, and nowhere else', async () => {
    expect((await list({})).facets).toBeUndefined();
    expect(Object.keys((await list({ facets: 'price,brand' })).facets ?? {}).sort()).toEqual(['brand', 'price']);
    expect((await shop.ask('GET', '/products?facets=colour')).status).toBe(400);
  });

  it('count products by brand, category with those below, currency with its prices, and option', async () => {
    const { facets } = await list({ category: 'clothes', facets: 'brand,category,price,options' });
    expect(facets?.brand).toHaveLength(2);
    expect(facets?.brand).toEqual(
      expect.arrayContaining([
        { value: 'Dún', count: 2 },
        { value: expect.stringMatching(/^fern$/i), count: 2 },
      ]),
    );
    expect(facets?.category).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ slug: 'clothes', name: 'Clothes', count: 4 }),
        expect.objectContaining({ id: shirts, slug: 'shirts', count: 3 }),
      ]),
    );
    expect(facets?.price).toEqual([
      { currency: 'USD', min: 800, max: 3000, count: 3 },
      { currency: 'EUR', min: 5000, max: 5000, count: 1 },
    ]);
    expect(facets?.options).toEqual([{ name: 'Size', values: ['L', 'M', 'S'].map((value) => ({ value, count: 2 })) }]);
  });

  it('of one and the same variant: what another variant is or has does not count', async () => {
    const { facets } = await list({ category: 'shirts', inStock: 'true', minPrice: '1000', facets: 'options,price' });
    expect(facets?.options).toEqual([{ name: 'Size', values: [{ value: 'M', count: 2 }] }]);
    expect(facets?.price).toEqual([{ currency: 'USD', min: 800, max: 3000, count: 3 }]);
  });

  it('are of nothing in a category that is none, and in what no search finds', async () => {
    for (const query of [{ category: 'nowhere' }, { q: 'zzz' }] as readonly Query[])
      expect((await list({ ...query, facets: 'brand,category,price,options' })).facets).toEqual(
        expect.objectContaining({ brand: [], options: [] }),
      );
  });

  it.each<[string, Query]>([
    ['everything', {}],
    ['a brand', { brand: 'fern' }],
    ['a category', { category: 'clothes' }],
    ['a size', { 'options[Size]': 'M' }],
    ['a size in stock up to a price', { 'options[size]': 's', inStock: 'true', maxPrice: '1000' }],
    ['nothing in stock', { inStock: 'false' }],
    ['what a search finds', { q: 's' }],
    ['all of it', { category: 'clothes', brand: 'dun', 'options[Size]': 'L', minPrice: '1', maxPrice: '2000', q: 'd' }],
  ])('of %s tell of each value how many products the list has when it is chosen instead', async (_what, query) => {
    const { facets } = await list({ ...query, facets: 'brand,category,price,options' });
    const { brand = [], category = [], price = [], options = [] } = facets ?? {};
    for (const { value, count } of brand) expect([value, await total({ ...query, brand: value })]).toEqual([value, count]);
    for (const { slug, count } of category) expect([slug, await total({ ...query, category: slug })]).toEqual([slug, count]);
    for (const { name, values } of options) {
      const others = Object.fromEntries(Object.entries(query).filter(([key]) => key.toLowerCase() !== `options[${name.toLowerCase()}]`));
      for (const { value, count } of values)
        expect([name, value, await total({ ...others, [`options[${name}]`]: value })]).toEqual([name, value, count]);
    }
    const { minPrice: _min, maxPrice: _max, ...anyPrice } = query;
    const priced = (await list({ ...anyPrice, minPrice: '0', limit: '100' })).pagination.total;
    expect(price.reduce((sum, { count }) => sum + count, 0)).toBe(priced);
  });

  it('are counted anew when a product changed', async () => {
    const query = { category: 'shirts', facets: 'brand' };
    const of = async (): Promise<number | undefined> => (await list(query)).facets?.brand?.find(({ value }) => value === 'Moss')?.count;
    expect(await of()).toBeUndefined();
    await shop.ask('POST', '/products', { as: admin, body: aProduct(shirts, { name: 'Green', brand: 'Moss', sku: 'GREEN' }) });
    expect(await of()).toBe(1);
  });

  it('stand beside the products of a category, too', async () => {
    const { body } = await shop.ask('GET', '/categories/shirts/products?facets=price&brand=fern');
    expect((body as Answer).facets).toEqual({ price: [{ currency: 'USD', min: 1000, max: 3000, count: 2 }] });
  });
});
