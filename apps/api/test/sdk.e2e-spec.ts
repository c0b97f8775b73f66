import { Cartwright, isApiError, type Schemas } from '@cartwright/sdk';
import { address, comesTo } from './support/client';
import { admin, Shop } from './support/shop';

let shop: Shop;
let back: Cartwright;
let lamp: Schemas['ProductDto'];

/** A shop with one product, set up by its admin through the SDK alone. */
beforeAll(async () => {
  shop = await Shop.start();
  back = new Cartwright({ baseUrl: shop.url });
  const { user } = await back.session.login(admin);
  await back.put('/api/admin/users/{id}/roles', { path: { id: user.id }, body: { roles: ['user', 'vendor', 'admin'] } });
  await back.session.login(admin); // roles stand in the token
  const { id: category } = await back.post('/api/categories', { body: { name: 'Goods' } });
  const body = { name: 'Lamp', brand: 'Own', basePrice: 2000, currency: 'USD', sku: 'LAMP', stock: 100, vendor: user.id, category };
  lamp = await back.post('/api/products', { body });
}, 120_000);
afterAll(() => shop.stop());

const here = (): Cartwright => new Cartwright({ baseUrl: shop.url });

async function buy(buyer: Cartwright, quantity: number): Promise<string> {
  const { subtotal } = await buyer.post('/api/cart/items', { body: { productId: lamp.id, quantity } });
  const payment = { token: 'pm_card_visa' };
  const body = { shippingAddress: address, email: 'ada@example.com', expectedTotal: subtotal, payment };
  return (await buyer.post('/api/orders', { body })).orderNumber;
}

test('refusals come as errors with their codes and details', async () => {
  const buyer = here();
  await expect(buyer.get('/api/cart')).rejects.toMatchObject({ code: 'unauthenticated', status: 401, requestId: expect.any(String) });
  await buyer.session.guest();
  const failed = await buyer.post('/api/cart/items', { body: { productId: lamp.id, quantity: 0 } }).catch((error: unknown) => error);
  if (!isApiError(failed, 'invalid_input')) throw new Error('It should be invalid_input.');
  expect(failed.errors).toMatchObject([{ path: 'quantity' }]);
  await buyer.post('/api/cart/items', { body: { productId: lamp.id, quantity: 2 } });
  const body = { shippingAddress: address, email: 'ada@example.com', expectedTotal: 1, payment: { token: 'pm_card_visa' } };
  const changed = await buyer.post('/api/orders', { body }).catch((error: unknown) => error);
  if (!isApiError(changed, 'cart_changed')) throw new Error('It should be cart_changed.');
  expect(changed.details.currentTotal).toBe(4000);
});

test('the answer to an order is lost on the way, and the buyer has bought once', async () => {
  let lost = 0;
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init);
    if (init?.method !== 'POST' || !(url as string).endsWith('/api/orders') || lost === 2) return response;
    lost += 1;
    throw new TypeError('the connection broke');
  };
  const buyer = new Cartwright({ baseUrl: shop.url, fetch, retries: { firstWaitMs: 20 } });
  await buyer.session.guest();
  const orderNumber = await buy(buyer, 1);
  expect(lost).toBe(2);
  expect((await buyer.get('/api/orders')).data.map((order) => order.orderNumber)).toEqual([orderNumber]);
  await comesTo('Processing', () => buyer.get('/api/orders/{orderNumber}', { path: { orderNumber } }));
});

test('an access token that is no good any more is renewed once for all calls that find out', async () => {
  const renewals: string[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    if ((url as string).endsWith('/api/auth/refresh')) renewals.push(init!.body as string);
    return globalThis.fetch(url, init);
  };
  let kept: { accessToken: string; refreshToken: string } | undefined;
  const tokens = { get: () => kept, set: (next: typeof kept) => void (kept = next) };
  const buyer = new Cartwright({ baseUrl: shop.url, fetch, tokens });
  await buyer.session.guest();
  const { id } = await buyer.post('/api/cart/items', { body: { productId: lamp.id, quantity: 1 } });
  kept = { ...kept!, accessToken: 'expired' };
  const carts = await Promise.all([1, 2, 3, 4].map(() => buyer.get('/api/cart')));
  expect(carts.map((cart) => cart.id)).toEqual([id, id, id, id]);
  expect(renewals).toHaveLength(1);
  const { refreshToken } = kept;
  await buyer.session.logout();
  kept = { accessToken: 'expired', refreshToken };
  await expect(buyer.get('/api/cart')).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(kept).toBeUndefined();
});

test('two admins edit a product, and the second one is told of the first', async () => {
  const path = { id: lamp.id };
  const [mine, theirs] = [await back.get('/api/products/{id}', { path }), await back.get('/api/products/{id}', { path })];
  expect(await back.get('/api/products/{id}', { path, unlessChangedSince: mine })).toBe(mine);
  const edit = { path: { id: lamp.id }, body: { name: 'Better lamp' } };
  const renamed = await back.patch('/api/products/{id}', { ...edit, ifMatch: theirs });
  const stale = await back.patch('/api/products/{id}', { ...edit, ifMatch: mine }).catch((error: unknown) => error);
  if (!isApiError(stale, 'precondition_failed')) throw new Error('It should be precondition_failed.');
  expect(renamed.name).toBe('Better lamp');
  const decidedAnew = { path: { id: lamp.id }, body: { name: 'Best lamp' }, ifMatch: stale.details.currentETag };
  expect((await back.patch('/api/products/{id}', decidedAnew)).name).toBe('Best lamp');
});

test('all orders of the shop are read, page by page', async () => {
  const buyer = here();
  await buyer.session.guestUnlessKnown();
  await buy(buyer, 1);
  await buyer.session.guestUnlessKnown(); // who is known stays who it is
  await buy(buyer, 2);
  expect((await buyer.get('/api/orders')).pagination.total).toBe(2);
  const numbers = new Set<string>();
  let pages = 0;
  for await (const page of back.pages('/api/admin/orders', { query: { limit: 1 } })) {
    pages += 1;
    for (const { orderNumber } of page.data) numbers.add(orderNumber);
  }
  const { pagination } = await back.get('/api/admin/orders');
  expect([pages, numbers.size]).toEqual([pagination.total, pagination.total]);
  expect(pagination.total).toBeGreaterThanOrEqual(2);
});
