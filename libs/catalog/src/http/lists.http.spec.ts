import type { Caller } from '@cartwright/platform';
import { aCategory, admin, aProduct, otherVendor, startCatalog, vendor, type CatalogApp } from '../testing/catalog-app';

describe('lists of products and categories over HTTP', () => {
  let shop: CatalogApp;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    shop = await startCatalog();
    ids.home = await aCategory(shop, 'Home');
    ids.mugs = await aCategory(shop, 'Mugs', ids.home);
    ids.garden = await aCategory(shop, 'Garden');
    const shirt = {
      name: 'Crème Shirt',
      brand: 'Fern',
      sku: undefined,
      stock: undefined,
      options: [{ name: 'Size', values: ['S', 'M'] }],
      variants: [
        { sku: 'SH-S', options: { Size: 'S' }, price: 1000, stock: 0 },
        { sku: 'SH-M', options: { Size: 'M' }, price: 3000, stock: 4 },
      ],
    };
    const products = [
      aProduct(ids.mugs ?? '', { name: 'Blue mug', sku: 'A', basePrice: 500 }),
      aProduct(ids.home ?? '', { name: 'Anvil', sku: 'B', basePrice: 9000, stock: 0, brand: 'FERN' }),
      aProduct(ids.garden ?? '', shirt),
    ];
    for (const body of products) expect((await shop.ask('POST', '/products', { as: admin, body })).status).toBe(201);
  });
  afterAll(() => shop.stop());

  const names = async (query: string): Promise<string[]> => {
    const { status, body } = await shop.ask('GET', `/products${query}`);
    expect(status).toBe(200);
    expect(body.pagination.total).toBe(body.data.length);
    return body.data.map(({ name }: { name: string }) => name);
  };

  it.each([
    ['/products', 'public, max-age=5, stale-while-revalidate=30'],
    ['/categories?tree=true', 'public, max-age=5, stale-while-revalidate=30'],
    ['/products/blue-mug', 'private, no-cache'],
    ['/products/no-mug', 'no-store'],
  ])('tell caches how long they hold: %s', async (path, caching) => {
    const { headers } = await shop.ask('GET', path);
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual([caching, 'Authorization']);
  });

  it.each([
    ['', ['Crème Shirt', 'Anvil', 'Blue mug']],
    ['?sort=createdAt', ['Blue mug', 'Anvil', 'Crème Shirt']],
    ['?sort=price', ['Blue mug', 'Crème Shirt', 'Anvil']],
    ['?sort=-price', ['Anvil', 'Crème Shirt', 'Blue mug']],
    ['?sort=name', ['Anvil', 'Blue mug', 'Crème Shirt']],
    ['?sort=-name', ['Crème Shirt', 'Blue mug', 'Anvil']],
    ['?category=home', ['Anvil', 'Blue mug']],
    ['?category=mugs', ['Blue mug']],
    ['?category=nowhere', []],
    ['?brand=fern', ['Crème Shirt', 'Anvil']],
    [`?vendor=${vendor.id}&brand=Quay`, ['Blue mug']],
    ['?q=cre%20SHI', ['Crème Shirt']],
    ['?q=mug', ['Blue mug']],
    ['?q=ug', []],
    ['?q=.*', []],
    ['?inStock=true', ['Crème Shirt', 'Blue mug']],
    ['?inStock=false', ['Anvil']],
    ['?minPrice=600&maxPrice=2000', ['Crème Shirt']],
    ['?minPrice=600&maxPrice=2000&inStock=true', []],
    ['?options[Size]=M', ['Crème Shirt']],
    ['?options[size]=s&inStock=true', []],
    ['?options[Size]=XL', []],
  ])('GET /api/products%s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('goes through pages and cursors without losing or repeating a product', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await shop.ask('GET', `/products?limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.pagination.nextCursor ?? '';
    } while (cursor);
    expect(new Set(seen).size).toBe(3);
    const second = (await shop.ask('GET', '/products?limit=1&page=2')).body;
    expect([second.data[0].id, second.pagination]).toEqual([seen[1], { limit: 1, page: 2, total: 3, nextCursor: expect.any(String) }]);
  });

  it.each([
    'limit=0',
    'limit=101',
    'page=1&cursor=x',
    'sort=rating',
    'minPrice=-1',
    'q=',
    'vendor=x',
    'options=M',
    'colour=red',
    'q[$ne]=1',
  ])('refuses %s by name', async (query) => {
    const { status, body } = await shop.ask('GET', `/products?${query}`);
    expect([status, body.code, body.errors.length]).toEqual([400, 'invalid_input', 1]);
  });

  it('lists the products of a category with those below it', async () => {
    const { body } = await shop.ask('GET', '/categories/home/products?sort=name');
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['Anvil', 'Blue mug']);
    expect((await shop.ask('GET', '/categories/nowhere/products')).body.code).toBe('category_not_found');
  });

  it('shows of each product what was asked for, and on demand what stands above its category', async () => {
    const part = (await shop.ask('GET', '/products?q=mug&fields=slug,basePrice&limit=1')).body;
    expect(Object.keys(part.data[0])).toEqual(['slug', 'basePrice']);
    const { slug } = part.data[0];
    expect((await shop.ask('GET', `/products/${slug}?fields=name`)).body).toEqual({ name: expect.any(String) });
    const home = { id: ids.home, name: 'Home', slug: 'home' };
    const expanded = await shop.ask('GET', `/products/${slug}?expand=category`);
    const mugs = { id: ids.mugs, name: 'Mugs', slug: 'mugs', ancestors: [home] };
    expect([expanded.body.category, expanded.headers.get('etag')]).toEqual([mugs, null]);
    const inList = (await shop.ask('GET', '/categories/home/products?expand=category&fields=category&sort=name')).body.data;
    expect(inList).toEqual([{ category: { ...home, ancestors: [] } }, { category: mugs }]);
    for (const query of ['fields=price', 'fields=searchWords', 'expand=vendor', 'fields[$ne]=name'])
      expect([query, (await shop.ask('GET', `/products?${query}`)).status]).toEqual([query, 400]);
  });

  describe('of the back office', () => {
    const all = async (query: string, as: Caller = admin): Promise<string[]> => {
      const { status, body } = await shop.ask('GET', `/admin/products${query}`, { as });
      expect([status, body.pagination.total]).toEqual([200, body.data.length]);
      return body.data.map(({ name }: { name: string }) => name);
    };
    beforeAll(async () => {
      const make = async (name: string, about: object): Promise<string> =>
        (await shop.ask('POST', '/products', { as: admin, body: aProduct(ids.home ?? '', { name, sku: name, ...about }) })).body.id;
      await make('Draft', { isActive: false, basePrice: 9_999_999 });
      await make('Foreign draft', { isActive: false, vendor: otherVendor.id, brand: 'Fern' });
      const relic = await make('Relic', {});
      expect((await shop.ask('DELETE', `/products/${relic}`, { as: admin })).status).toBe(204);
    });

    it.each([
      ['', ['Foreign draft', 'Draft', 'Crème Shirt', 'Anvil', 'Blue mug']],
      ['?sort=createdAt', ['Blue mug', 'Anvil', 'Crème Shirt', 'Draft', 'Foreign draft']],
      ['?isActive=true', ['Crème Shirt', 'Anvil', 'Blue mug']],
      ['?isActive=false', ['Foreign draft', 'Draft']],
      ['?archived=false&isActive=false', ['Foreign draft', 'Draft']],
      ['?archived=true', ['Relic']],
      ['?archived=true&isActive=true', []],
      ['?brand=fern', ['Foreign draft', 'Crème Shirt', 'Anvil']],
      ['?brand=fern&isActive=false', ['Foreign draft']],
      ['?q=draft', ['Foreign draft', 'Draft']],
      ['?q=relic', []],
      ['?q=relic&archived=true', ['Relic']],
      ['?category=home', ['Foreign draft', 'Draft', 'Anvil', 'Blue mug']],
      [`?vendor=${otherVendor.id}`, ['Foreign draft']],
      ['?minPrice=9000000', ['Draft']],
    ])('shows an admin what is not on sale, too: %s', async (query, expected) => {
      expect(await all(query)).toEqual(expected);
    });

    it('shows a vendor its own that are not archived, and nothing else', async () => {
      expect(await all('', otherVendor)).toEqual(['Foreign draft']);
      expect(await all('?isActive=false', vendor)).toEqual(['Draft']);
      expect(await all(`?vendor=${vendor.id}&q=draft`, vendor)).toEqual(['Draft']);
      for (const query of [`vendor=${otherVendor.id}`, 'archived=true'])
        expect([query, (await shop.ask('GET', `/admin/products?${query}`, { as: vendor })).status]).toEqual([query, 403]);
      expect((await shop.ask('GET', '/admin/products')).status).toBe(401);
    });

    it('says when something was archived, and lets no cache on the way keep any of it', async () => {
      const { body, headers } = await shop.ask('GET', '/admin/products?archived=true&fields=name,isActive,archivedAt', { as: admin });
      expect(body.data).toEqual([{ name: 'Relic', isActive: false, archivedAt: expect.stringMatching(/Z$/) }]);
      expect(headers.get('cache-control')).toBe('private, no-cache');
    });

    it('goes on behind a product, whatever it is about', async () => {
      for (const wish of ['', '&isActive=false', '&q=draft', '&brand=fern']) {
        const first = (await shop.ask('GET', `/admin/products?limit=1${wish}`, { as: admin })).body;
        const rest = await shop.ask('GET', `/admin/products?limit=9${wish}&cursor=${first.pagination.nextCursor}`, { as: admin });
        const names = [...first.data, ...rest.body.data].map(({ name }: { name: string }) => name);
        expect(names).toEqual(await all(`?limit=9${wish}`));
      }
    });
  });

  it('shows categories flat and as a tree', async () => {
    const flat = (await shop.ask('GET', '/categories?limit=2')).body;
    expect(flat.data.map(({ slug }: { slug: string }) => slug)).toEqual(['garden', 'home']);
    expect(flat.pagination).toMatchObject({ total: 3 });
    const tree = (await shop.ask('GET', '/categories?tree=true')).body.data;
    const mugs = { id: ids.mugs, name: 'Mugs', slug: 'mugs', parentCategory: ids.home, children: [] };
    expect(tree).toEqual([
      { id: ids.garden, name: 'Garden', slug: 'garden', parentCategory: null, children: [] },
      { id: ids.home, name: 'Home', slug: 'home', parentCategory: null, children: [mugs] },
    ]);
  });

  it.each(['limit=2', 'page=1', 'cursor=x', 'limit=2&page=2'])('refuses %s beside a tree, by name', async (paging) => {
    const { status, body } = await shop.ask('GET', `/categories?tree=true&${paging}`);
    const errors = paging.split('&').map((each) => expect.objectContaining({ path: each.split('=')[0], code: 'conflicting' }));
    expect([status, body.errors]).toEqual([400, errors]);
    expect((await shop.ask('GET', `/categories?tree=false&limit=2`)).status).toBe(200);
  });

  it('takes one name under several parents, once under each', async () => {
    const twin = await shop.ask('POST', '/categories', { as: admin, body: { name: 'Mugs', parentCategory: ids.garden } });
    expect([twin.status, twin.body.slug]).toEqual([201, 'garden-mugs']);
    const again = await shop.ask('POST', '/categories', { as: admin, body: { name: 'mugs', parentCategory: ids.garden } });
    expect([again.status, again.body.code]).toEqual([409, 'duplicate_category']);
    const root = await shop.ask('POST', '/categories', { as: admin, body: { name: 'HOME' } });
    expect([root.status, root.body.code]).toEqual([409, 'duplicate_category']);
    expect((await shop.ask('DELETE', `/categories/${twin.body.id}`, { as: admin })).status).toBe(204);
  });

  it('renames and moves a category with its products, never into itself', async () => {
    const ring = await shop.ask('PATCH', `/categories/${ids.home}`, { as: admin, body: { parentCategory: ids.mugs } });
    expect([ring.status, ring.body.code]).toEqual([409, 'category_cycle']);
    const moved = await shop.ask('PATCH', `/categories/${ids.mugs}`, {
      as: admin,
      body: { name: 'Cups', slug: 'cups', parentCategory: ids.garden },
    });
    expect(moved.body).toMatchObject({ name: 'Cups', slug: 'cups', parentCategory: ids.garden });
    expect(await names('?category=home')).toEqual(['Anvil']);
    expect(await names('?category=garden')).toEqual(['Crème Shirt', 'Blue mug']);
    expect((await shop.ask('GET', '/products/blue-mug')).body.category).toEqual({ id: ids.mugs, name: 'Cups', slug: 'cups' });
  });

  it('refuses to delete a category in use, and says why', async () => {
    const { status, body } = await shop.ask('DELETE', `/categories/${ids.garden}`, { as: admin });
    expect([status, body.code, body.products, body.subcategories]).toEqual([409, 'category_in_use', 1, 1]);
    expect((await shop.ask('DELETE', '/categories/nonsense', { as: admin })).status).toBe(404);
    expect((await shop.ask('DELETE', `/categories/${ids.garden}`, { as: vendor })).status).toBe(403);
  });
});
