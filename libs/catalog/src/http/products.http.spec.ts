import { UserRenamed } from '@cartwright/identity';
import { aCategory, admin, aProduct, otherVendor, rename, startCatalog, vendor, type CatalogApp } from '../testing/catalog-app';
import { FollowVendorNames } from '../usecases/follow-vendor-names';

describe('products over HTTP', () => {
  let shop: CatalogApp;
  let mugs: string;
  beforeAll(async () => {
    shop = await startCatalog();
    mugs = await aCategory(shop, 'Mugs');
  });
  afterAll(() => shop.stop());

  const create = async (changes: object) => {
    const answer = await shop.ask('POST', '/products', { as: admin, body: aProduct(mugs, changes) });
    expect(answer.status).toBe(201);
    return answer.body;
  };

  it('shows a product as it was made, by id and by slug', async () => {
    const { status, body, headers } = await shop.ask('POST', '/products', { as: admin, body: aProduct(mugs, { name: 'First Mug' }) });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/products/${body.id}`);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      slug: 'first-mug',
      name: 'First Mug',
      description: '',
      brand: 'Quay',
      category: { id: mugs, name: 'Mugs', slug: 'mugs' },
      images: [],
      basePrice: 2400,
      currency: 'USD',
      options: [],
      variants: [{ id: expect.any(String), sku: 'MUG', options: {}, price: 2400, stock: 5, images: [] }],
      vendor: { id: vendor.id, name: 'User b' },
      isActive: true,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect((await shop.ask('GET', `/products/${body.id}`)).body).toEqual(body);
    expect((await shop.ask('GET', '/products/first-mug')).body).toEqual(body);
  });

  it('keeps options with dots in their names, and gives variants the base price', async () => {
    const options = [{ name: 'Size.cm', values: ['8', '9'] }];
    const variants = [
      { sku: 'DOT-8', options: { 'Size.cm': '8' }, stock: 1 },
      { sku: 'DOT-9', options: { 'Size.cm': '9' }, stock: 0, price: 10 },
    ];
    const made = await create({ name: 'Dotted', sku: undefined, stock: undefined, options, variants });
    expect(made.options).toEqual(options);
    expect(made.variants).toMatchObject([
      { options: { 'Size.cm': '8' }, price: 2400, stock: 1 },
      { options: { 'Size.cm': '9' }, price: 10, stock: 0 },
    ]);
  });

  it('names every bad field, and what the rules of variants forbid', async () => {
    const bare = await shop.ask('POST', '/products', { as: admin, body: { price: 1 } });
    expect([bare.status, bare.body.code]).toEqual([400, 'invalid_input']);
    expect(bare.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(
      ['basePrice', 'brand', 'category', 'currency', 'name', 'price'].sort(),
    );
    const broken = {
      sku: undefined,
      stock: undefined,
      options: [{ name: 'Size', values: ['S'] }],
      variants: [{ sku: 'x', options: { Size: 'M' } }],
    };
    const refused = await shop.ask('POST', '/products', { as: admin, body: aProduct(mugs, broken) });
    expect(refused.body.errors).toEqual([
      { path: 'variants.0.options', code: 'undeclared_value', message: 'The option Size has no value M.' },
    ]);
    for (const [changes, path] of [
      [{ vendor: admin.id }, 'vendor'],
      [{ vendor: undefined }, 'vendor'],
      [{ category: 'f'.repeat(24) }, 'category'],
      [{ sku: undefined }, 'sku'],
    ] as const) {
      const answer = await shop.ask('POST', '/products', { as: admin, body: aProduct(mugs, { name: 'Wrong', ...changes }) });
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, path]);
    }
  });

  it('refuses a SKU or a slug that is taken, and leaves nothing behind', async () => {
    await create({ name: 'Taken', sku: 'TAKEN', slug: 'taken' });
    const before = (await shop.ask('GET', '/products')).body.pagination.total;
    const sku = await shop.ask('POST', '/products', { as: admin, body: aProduct(mugs, { sku: 'TAKEN' }) });
    expect([sku.status, sku.body.code]).toEqual([409, 'duplicate_sku']);
    const slug = await shop.ask('POST', '/products', { as: admin, body: aProduct(mugs, { sku: 'FREE', slug: 'taken' }) });
    expect([slug.status, slug.body.code]).toEqual([409, 'duplicate_slug']);
    expect((await shop.ask('GET', '/products')).body.pagination.total).toBe(before);
    const free = await create({ name: 'Taken', sku: 'FREE' });
    expect([free.slug, free.variants[0].stock]).toEqual(['taken-2', 5]);
  });

  it('edits under If-Match, and refuses a stale edit; stock that moves makes no edit stale', async () => {
    const { id } = await create({ name: 'Edited', sku: 'EDIT' });
    const { headers } = await shop.ask('GET', `/products/${id}`);
    const etag = headers.get('etag') ?? '';
    const unchanged = await shop.ask('GET', `/products/${id}`, { headers: { 'if-none-match': etag } });
    expect(unchanged.status).toBe(304);
    const edit = (body: object) => shop.ask('PATCH', `/products/${id}`, { as: admin, body, headers: { 'if-match': etag } });
    const edited = await edit({ basePrice: 99, stock: 8 });
    expect([edited.status, edited.body.basePrice, edited.body.variants[0].price, edited.body.variants[0].stock]).toEqual([200, 99, 99, 8]);
    const stale = await edit({ name: 'Late' });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
  });

  it('adds, changes and removes variants', async () => {
    const options = [{ name: 'Size', values: ['S', 'M'] }];
    const { id } = await create({ name: 'Shirt', sku: undefined, stock: undefined, options });
    const path = `/products/${id}/variants`;
    const s = await shop.ask('POST', path, { as: admin, body: { sku: 'SH-S', options: { Size: 'S' }, stock: 2, price: 50 } });
    expect([s.status, s.body.variants]).toEqual([201, [expect.objectContaining({ sku: 'SH-S', price: 50, stock: 2 })]]);
    const twin = await shop.ask('POST', path, { as: admin, body: { sku: 'SH-S2', options: { Size: 'S' }, stock: 2 } });
    expect([twin.status, twin.body.errors[0].code]).toEqual([400, 'duplicate_combination']);
    const variantId = s.body.variants[0].id;
    const changed = await shop.ask('PATCH', `${path}/${variantId}`, { as: admin, body: { price: null, stock: 9 } });
    expect(changed.body.variants).toEqual([expect.objectContaining({ id: variantId, price: null, stock: 9 })]);
    expect((await shop.ask('DELETE', `${path}/${variantId}`, { as: admin })).status).toBe(204);
    expect((await shop.ask('DELETE', `${path}/${variantId}`, { as: admin })).body.code).toBe('variant_not_found');
    expect((await shop.ask('GET', `/products/${id}`)).body.variants).toEqual([]);
  });

  it('lets a vendor edit its own products and nobody else', async () => {
    const { id, variants } = await create({ name: 'Own', sku: 'OWN' });
    const edit = (as: typeof vendor, body: object) => shop.ask('PATCH', `/products/${id}`, { as, body });
    expect((await edit(vendor, { name: 'Mine' })).body.name).toBe('Mine');
    expect((await edit(otherVendor, { name: 'Stolen' })).status).toBe(404);
    expect((await shop.ask('PATCH', `/products/${id}/variants/${variants[0].id}`, { as: otherVendor, body: { price: 1 } })).status).toBe(
      404,
    );
    expect((await edit(vendor, { vendor: otherVendor.id })).status).toBe(403);
    expect((await shop.ask('DELETE', `/products/${id}`, { as: vendor })).status).toBe(403);
    expect((await shop.ask('PATCH', `/products/${id}`, { body: {} })).status).toBe(401);
    await edit(admin, { isActive: false });
    expect((await edit(vendor, { isActive: true })).status).toBe(403);
    expect((await shop.ask('GET', `/products/${id}`, { as: vendor })).status).toBe(200);
    expect((await shop.ask('GET', `/products/${id}`, { as: otherVendor })).status).toBe(404);
  });

  it('lets a vendor propose products of its own, which an admin has to approve', async () => {
    const propose = (about: object, as = vendor) =>
      shop.ask('POST', '/products', { as, body: aProduct(mugs, { name: 'Proposed', sku: 'PROPOSED', vendor: undefined, ...about }) });
    for (const wrong of [{ vendor: otherVendor.id }, { isActive: true }]) {
      const { status, body } = await propose(wrong);
      expect([wrong, status, body.code]).toEqual([wrong, 403, 'forbidden']);
    }
    const { status, body, headers } = await propose({});
    expect([status, body.vendor, body.isActive]).toEqual([201, { id: vendor.id, name: 'User b' }, false]);
    expect(headers.get('location')).toBe(`/api/products/${body.id}`);
    expect((await shop.ask('GET', `/products/${body.id}`)).status).toBe(404);
    expect((await shop.ask('GET', `/products/${body.id}`, { as: otherVendor })).status).toBe(404);
    const activate = (as: typeof vendor) => shop.ask('PATCH', `/products/${body.id}`, { as, body: { isActive: true } });
    expect((await activate(vendor)).status).toBe(403);
    expect((await activate(admin)).body.isActive).toBe(true);
    expect((await shop.ask('GET', `/products/${body.id}`)).body).toMatchObject({ id: body.id, isActive: true });
    expect((await propose({ sku: 'SAID', vendor: vendor.id, isActive: false })).status).toBe(201);
    expect((await propose({}, { ...vendor, roles: ['user'] })).status).toBe(403);
  });

  it('calls a vendor by the name of now, in lists and details, and lets nobody keep a copy of before', async () => {
    const { id } = await create({ name: 'Signed', sku: 'SIGNED', vendor: otherVendor.id });
    const other = await create({ name: 'Unsigned', sku: 'UNSIGNED' });
    const { headers } = await shop.ask('GET', `/products/${id}`);
    const inList = async (): Promise<unknown[]> =>
      (await shop.ask('GET', '/products?q=signed')).body.data.map((product: { vendor: { name: string } }) => product.vendor.name);
    expect(await inList()).toEqual(['User c']);
    rename(otherVendor, 'Cleo');
    const hear = () => shop.app.get(FollowVendorNames, { strict: false }).handle(new UserRenamed({ userId: otherVendor.id }));
    await hear();
    expect(await inList()).toEqual(['Cleo']);
    const now = await shop.ask('GET', `/products/${id}`, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    expect([now.status, now.body.vendor]).toEqual([200, { id: otherVendor.id, name: 'Cleo' }]);
    const edit = await shop.ask('PATCH', `/products/${id}`, {
      as: otherVendor,
      body: {},
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
    expect(edit.status).toBe(412);
    expect((await shop.ask('GET', `/products/${other.id}`)).body).toEqual(other);
    await hear();
    expect((await shop.ask('GET', `/products/${id}`)).headers.get('etag')).toBe(now.headers.get('etag'));
  });

  it('hides what is archived from the public everywhere, and from no admin', async () => {
    const { id, slug } = await create({ name: 'Relic of old', sku: 'RELIC' });
    expect((await shop.ask('GET', '/products?q=relic')).body.pagination.total).toBe(1);
    expect((await shop.ask('DELETE', `/products/${id}`, { as: admin })).status).toBe(204);
    expect((await shop.ask('GET', '/products?q=relic')).body).toEqual({ data: [], pagination: { limit: 20, total: 0, page: 1 } });
    for (const key of [id, slug]) expect((await shop.ask('GET', `/products/${key}`)).body.code).toBe('product_not_found');
    expect((await shop.ask('GET', `/products/${id}`, { as: admin })).body).toMatchObject({
      isActive: false,
      archivedAt: expect.stringMatching(/Z$/),
    });
  });

  it.each(['nothing', 'f'.repeat(24), '%24ne', '__proto__'])('answers 404 for the product %s', async (key) => {
    const { status, body } = await shop.ask('GET', `/products/${key}`);
    expect([status, body.code]).toEqual([404, 'product_not_found']);
  });
});
