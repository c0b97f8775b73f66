import { aCategory, admin, aProduct, startCatalog, type CatalogApp } from '../testing/catalog-app';

describe('a search by relevance', () => {
  let shop: CatalogApp;
  beforeAll(async () => {
    shop = await startCatalog();
    const garden = await aCategory(shop, 'Garden');
    const tins = await aCategory(shop, 'Tins', garden);
    const make = async (name: string, sku: string, about: object = {}): Promise<void> => {
      const body = aProduct(garden, { name, sku, basePrice: 70, ...about });
      expect((await shop.ask('POST', '/products', { as: admin, body })).status).toBe(201);
    };
    await make('Tin soldier', 'T1');
    await make('Flat tin', 'T2', { brand: 'Tinsmith' });
    await make('Martini glass', 'T3', { brand: 'Tin & Sons' });
    await make('Kettle', 'T4', { category: tins });
    await make('Whistle', 'TIN-5');
    await make('Soldier of lead', 'T6', { brand: 'Tin & Sons' });
  });

  afterAll(() => shop.stop());

  const names = async (query: string): Promise<string[]> =>
    (await shop.ask('GET', `/products${query}`)).body.data.map(({ name }: { name: string }) => name);
  const found = ['Flat tin', 'Tin soldier', 'Soldier of lead', 'Martini glass', 'Whistle', 'Kettle'];

  it('shows what has the words in its name first, then in its brand, then elsewhere; of equals the newest', async () => {
    expect(await names('?q=tin&sort=relevance')).toEqual(found);
    expect(await names('?q=soldier%20tin&sort=relevance')).toEqual(['Tin soldier', 'Soldier of lead']);
    expect(await names('?q=tin')).toEqual(['Soldier of lead', 'Whistle', 'Kettle', 'Martini glass', 'Flat tin', 'Tin soldier']);
    expect(await names('?q=.*&sort=relevance')).toEqual([]);
    const { body } = await shop.ask('GET', '/products?q=tin&sort=relevance&limit=1');
    expect(body.data).toEqual((await shop.ask('GET', '/products?q=flat&limit=1')).body.data);
  });

  it('goes on behind any of them, by cursor and by page, and takes the cursor of no other order', async () => {
    const ask = async (query: string) => (await shop.ask('GET', `/products?q=tin&sort=relevance&limit=1${query}`)).body;
    const seen: string[] = [];
    for (let cursor = '&page=1'; cursor;) {
      const { data, pagination } = await ask(cursor);
      seen.push(data[0].name);
      cursor = pagination.nextCursor ? `&cursor=${pagination.nextCursor}` : '';
    }
    expect(seen).toEqual(found);
    expect((await ask('&page=3')).data[0].name).toBe(found[2]);
    const { nextCursor } = (await shop.ask('GET', '/products?q=tin&limit=1')).body.pagination;
    expect((await ask(`&cursor=${nextCursor}`)).errors[0].code).toBe('bad_cursor');
  });
});
