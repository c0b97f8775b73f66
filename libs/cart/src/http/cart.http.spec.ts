import { newId } from '@cartwright/kernel';
import { GetBasket } from '../contract/cart-commands';
import { aGuest, aUser, aVariant, CartShop, ownerOf } from '../testing/cart-shop';

let shop: CartShop;
beforeAll(async () => {
  shop = await CartShop.open();
});
afterAll(() => shop.close());

describe('the cart', () => {
  it('is empty before the first item, and looking at it writes nothing', async () => {
    const before = await shop.carts.countDocuments();
    const { status, body } = await shop.call(aGuest(), 'GET');
    expect(status).toBe(200);
    expect(body).toEqual({ id: null, items: [], subtotal: 0, currency: 'USD', expiresAt: null, warnings: [] });
    expect(await shop.carts.countDocuments()).toBe(before);
  });

  it.each([
    ['guest', aGuest()],
    ['user', aUser()],
  ])('takes items of a %s, makes one line of a variant, and is answered whole', async (_, buyer) => {
    const [saw, axe] = [await shop.sellOne(50), await shop.sellOne(50, { name: 'Axe', price: 500, image: '/axe.jpg' })];
    await shop.add(buyer, saw, 2);
    await shop.add(buyer, axe, 1);
    const { status, body } = await shop.add(buyer, saw, 1);
    expect(status).toBe(201);
    expect(body).toMatchObject({ subtotal: 3 * 1999 + 500, currency: 'USD', warnings: [] });
    expect(body.items[0]).toEqual({
      ...{ id: body.items[0]?.id, product: saw.productId, variant: saw.variantId, sku: saw.sku, name: 'Saw', brand: 'Cartwright' },
      ...{ options: { Size: 'M' }, quantity: 3, price: 1999, lineTotal: 5997, available: 50 },
    });
    expect(body.items[1]).toMatchObject({ name: 'Axe', image: '/axe.jpg' });
    expect(new Date(body.expiresAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    expect((await shop.call(buyer, 'GET')).body).toEqual(body);
  });

  it('does not need the variant of a product that has one', async () => {
    const { productId, variantId } = await shop.sellOne(5);
    const { body } = await shop.call(aGuest(), 'POST', '/items', { productId, quantity: 1 });
    expect(body.items).toMatchObject([{ variant: variantId }]);
  });

  it('changes and removes items, and empties', async () => {
    const buyer = aUser();
    await shop.add(buyer, await shop.sellOne(9));
    const { body } = await shop.add(buyer, await shop.sellOne(9));
    const [first, second] = body.items.map((item) => item.id);
    expect(await shop.call(buyer, 'PUT', `/items/${first}`, { quantity: 4 })).toMatchObject({
      status: 200,
      body: { items: [{ quantity: 4 }, {}] },
    });
    expect(await shop.call(buyer, 'DELETE', `/items/${first}`)).toMatchObject({ status: 200, body: { items: [{ id: second }] } });
    expect(await shop.call(buyer, 'DELETE')).toMatchObject({ status: 200, body: { id: body.id, items: [], subtotal: 0 } });
    expect(await shop.call(aGuest(), 'DELETE')).toMatchObject({ status: 200, body: { id: null, items: [] } });
  });

  it('shows what changed since', async () => {
    const buyer = aGuest();
    const saw = await shop.sellOne(10);
    await shop.add(buyer, saw, 4);
    shop.edit(saw, { price: 2500 });
    await shop.count(3, saw);
    const { body } = await shop.call(buyer, 'GET');
    expect(body).toMatchObject({
      subtotal: 4 * 1999,
      items: [{ price: 1999, available: 3 }],
      warnings: [
        { code: 'price_changed', price: 1999, currentPrice: 2500 },
        { code: 'out_of_stock', asked: 4, available: 3 },
      ],
    });
  });
});

describe('the cart refuses', () => {
  const buyer = aUser();

  it('what does not exist or is not active, alike', async () => {
    const hidden = await shop.sellOne(5, { isActive: false });
    const two = newId();
    await shop.sell(5, aVariant({ productId: two }), aVariant({ productId: two }));
    const asked = [
      aVariant(),
      hidden,
      { ...hidden, variantId: newId() },
      { ...aVariant({ productId: two }), variantId: undefined as never },
    ];
    for (const variant of asked) expect(await shop.add(buyer, variant)).toMatchObject({ status: 404, body: { code: 'product_not_found' } });
  });

  it('what has no price, another currency, or is not there in that number', async () => {
    const saw = await shop.sellOne(5);
    await shop.add(buyer, saw, 3);
    expect(await shop.add(buyer, await shop.sellOne(5, { price: null }))).toMatchObject({ status: 409, body: { code: 'not_for_sale' } });
    expect(await shop.add(buyer, await shop.sellOne(5, { currency: 'EUR' }))).toMatchObject({
      status: 409,
      body: { code: 'currency_mismatch' },
    });
    const items = [{ sku: saw.sku, asked: 6, available: 5 }];
    expect(await shop.add(buyer, saw, 3)).toMatchObject({ status: 409, body: { code: 'out_of_stock', items } });
    const { body } = await shop.call(buyer, 'GET');
    expect(body.items).toMatchObject([{ quantity: 3 }]);
    expect(await shop.call(buyer, 'PUT', `/items/${body.items[0]?.id}`, { quantity: 6 })).toMatchObject({ status: 409, body: { items } });
  });

  it('more than there is of what the variant is called today', async () => {
    const buyer = aUser();
    const saw = await shop.sellOne(50);
    await shop.add(buyer, saw, 3);
    const renamed = { ...saw, sku: `${saw.sku}-2` };
    shop.edit(saw, renamed);
    await shop.count(4, renamed);
    const [item] = (await shop.call(buyer, 'GET')).body.items;
    expect(item).toMatchObject({ sku: renamed.sku, available: 4 });
    const items = [{ sku: renamed.sku, asked: 5, available: 4 }];
    expect(await shop.call(buyer, 'PUT', `/items/${item?.id}`, { quantity: 5 })).toMatchObject({ status: 409, body: { items } });
    expect((await shop.queries.execute(new GetBasket({ owner: ownerOf(buyer) })))?.lines).toMatchObject([{ sku: renamed.sku }]);
  });

  it.each([
    ['no quantity', {}],
    ['none', { quantity: 0 }],
    ['too many', { quantity: 1000 }],
    ['a fraction', { quantity: 1.5 }],
    ['a text', { quantity: '2' }],
    ['a malformed product', { quantity: 1, productId: 'x' }],
    ['an operator', { quantity: 1, productId: { $ne: null } }],
    ['a price of its own', { quantity: 1, price: 1 }],
  ])('%s', async (_, body) => {
    expect(await shop.call(buyer, 'POST', '/items', { productId: newId(), ...body })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input' },
    });
  });

  it.each(['x', newId(), '%24ne'])('items that it does not have, such as %s', async (itemId) => {
    expect(await shop.call(buyer, 'PUT', `/items/${itemId}`, { quantity: 1 })).toMatchObject({
      status: 404,
      body: { code: 'item_not_found' },
    });
    expect(await shop.call(buyer, 'DELETE', `/items/${itemId}`)).toMatchObject({ status: 404, body: { code: 'item_not_found' } });
  });

  it("somebody else's items", async () => {
    const { body } = await shop.add(aUser(), await shop.sellOne(5));
    expect((await shop.call(buyer, 'DELETE', `/items/${body.items[0]?.id}`)).status).toBe(404);
  });

  it('strangers and other roles', async () => {
    expect((await fetch(`${shop.server.url}/api/cart`)).status).toBe(401);
    expect((await shop.call({ kind: 'user', id: newId(), roles: ['vendor'] }, 'GET')).status).toBe(403);
  });
});

describe('versions', () => {
  it('are told by the ETag, spare an answer, and guard an edit', async () => {
    const buyer = aGuest();
    const saw = await shop.sellOne(10);
    const { etag, body } = await shop.add(buyer, saw);
    const path = `/items/${body.items[0]?.id}`;
    expect((await shop.call(buyer, 'GET', '', undefined, { 'if-none-match': etag ?? '' })).status).toBe(304);
    expect((await shop.call(buyer, 'PUT', path, { quantity: 2 }, { 'if-match': etag ?? '' })).status).toBe(200);
    const stale = await shop.call(buyer, 'PUT', path, { quantity: 3 }, { 'if-match': etag ?? '' });
    expect(stale).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect((await shop.call(buyer, 'DELETE', '', undefined, { 'if-match': etag ?? '' })).status).toBe(412);
  });

  it('change the ETag when only the price or the stock did', async () => {
    const buyer = aGuest();
    const saw = await shop.sellOne(10);
    const { etag } = await shop.add(buyer, saw);
    shop.edit(saw, { price: 5 });
    expect((await shop.call(buyer, 'GET', '', undefined, { 'if-none-match': etag ?? '' })).status).toBe(200);
  });
});
