import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cartwright, isApiError, type Schemas } from '@cartwright/sdk';
import { catalogue } from './support/catalogues';
import { address, comesTo, control, ledger, type Json } from './support/client';
import { admin, eventually, Shop } from './support/shop';

type Order = Schemas['OrderDto'];
type Product = Schemas['ProductDto'];
type Variant = Product['variants'][number] & { readonly price: number };

let shop: Shop;
let back: Cartwright;
const password = 'correct horse battery';
const luma = catalogue('catalog-magento-luma');

beforeAll(async () => {
  shop = await Shop.start();
  back = new Cartwright({ baseUrl: shop.url });
  await back.session.login(admin);
  const { code, output } = await shop.cli('import', luma.path);
  if (code !== 0) throw new Error(`The import failed:\n${output}`);
}, 120_000);
afterAll(() => shop.stop());

async function newGuest(): Promise<Cartwright> {
  const guest = new Cartwright({ baseUrl: shop.url });
  await guest.session.guest();
  return guest;
}

/** Some product that can be bought, and one of its variants. The list may lag behind what was just sold, the detail does not. */
async function something(): Promise<{ product: Product; variant: Variant }> {
  const { data } = await back.get('/api/products', { query: { inStock: true, sort: 'price', limit: 50 } });
  for (const product of data) {
    const variant = product.variants.find((one): one is Variant => (one.price ?? 0) > 100 && one.stock > 10);
    if (variant && (await stockOf(product, variant)) > 10) return { product, variant };
  }
  throw new Error('Nothing is left to buy.');
}

async function stockOf(product: Product, variant: Variant): Promise<number> {
  const { variants } = await back.get('/api/products/{id}', { path: { id: product.id } });
  return variants.find(({ id }) => id === variant.id)!.stock;
}

async function fill(buyer: Cartwright, quantity: number): Promise<{ product: Product; variant: Variant }> {
  const { product, variant } = await something();
  const { subtotal } = await buyer.post('/api/cart/items', { body: { productId: product.id, variantId: variant.id, quantity } });
  expect(subtotal).toBe(variant.price * quantity);
  return { product, variant };
}

/** Checks the cart out with a test token of the provider. */
function checkOut(
  buyer: Cartwright,
  token = 'pm_card_visa',
  how: { email?: string; expectedTotal?: number; idempotencyKey?: string } = {},
): Promise<Order> {
  const { email = 'guest@example.com', expectedTotal, idempotencyKey } = how;
  const body = { shippingAddress: address, email, payment: { token }, expectedTotal };
  return buyer.post('/api/orders', { body, idempotencyKey });
}

function orderOf(buyer: Cartwright, orderNumber: string): Promise<Order> {
  return buyer.get('/api/orders/{orderNumber}', { path: { orderNumber } });
}

function orderIn(buyer: Cartwright, orderNumber: string, status: Order['status']): Promise<Order> {
  return comesTo(status, () => orderOf(buyer, orderNumber));
}

async function moneyOf(orderNumber: string): Promise<Json> {
  const { payments } = await ledger(shop);
  return payments.filter((payment: Json) => payment.metadata.orderNumber === orderNumber);
}

/** Passes or fails a 3-D Secure challenge, as the buyer does at the bank. */
async function authenticate({ paymentDetails }: Order, outcome: 'succeed' | 'fail'): Promise<void> {
  await control(shop, `payment_intents/${paymentDetails.transactionId}/authenticate`, { outcome });
}

/** From the cart to the buyer's door. */
async function buyAndReceive(buyer: Cartwright, email?: string): Promise<Order> {
  const { product, variant } = await fill(buyer, 2);
  const before = await stockOf(product, variant);
  const placed = await checkOut(buyer, 'pm_card_visa', { email, expectedTotal: variant.price * 2 });
  expect(placed).toMatchObject({ status: 'PaymentPending', totalAmount: variant.price * 2 });
  const { orderNumber } = placed;
  expect(await stockOf(product, variant)).toBe(before - 2);
  await orderIn(buyer, orderNumber, 'Processing');
  const parcel = { carrier: 'DHL', trackingNumber: `T-${orderNumber}` };
  const path = { orderNumber };
  const shipped = await back.post('/api/orders/{orderNumber}/shipments', { path, body: parcel });
  expect(shipped).toMatchObject({ status: 'Shipped', shipments: [parcel] });
  expect(await back.post('/api/orders/{orderNumber}/deliveries', { path, body: {} })).toMatchObject({ status: 'Delivered' });
  expect(await moneyOf(orderNumber)).toMatchObject([{ captured: variant.price * 2, refunded: 0 }]);
  expect(await stockOf(product, variant)).toBe(before - 2);
  return orderOf(buyer, orderNumber);
}

test('a guest buys from the imported catalogue and has it delivered', async () => {
  const guest = await newGuest();
  const order = await buyAndReceive(guest);
  expect(order.history.map(({ to }) => to)).toEqual(['PaymentPending', 'Processing', 'Shipped', 'Delivered']);
  expect(order.paymentDetails).toMatchObject({ provider: 'stripe', status: 'captured', transactionId: expect.stringMatching(/^pi_/) });
  expect((await guest.get('/api/cart')).items).toEqual([]);
});

test('a user buys and has it delivered, and is written to at each turn', async () => {
  const user = new Cartwright({ baseUrl: shop.url });
  await user.session.register({ name: 'Ada', email: 'ada@example.com', password });
  const { orderNumber } = await buyAndReceive(user, 'ada@example.com');
  expect(await user.get('/api/orders')).toMatchObject({ data: [{ orderNumber, status: 'Delivered' }], pagination: { total: 1 } });
  const folder = join(shop.dataDir, 'outbox');
  const mails = await eventually('two mails', async () => {
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.startsWith(orderNumber) && file.endsWith('.eml')) : [];
    return files.length === 2 ? files : undefined;
  });
  expect(readFileSync(join(folder, mails.find((file) => file.includes('confirmation')) ?? ''), 'utf8')).toContain('To: ada@example.com');
});

test('an order tells its events in sequence, without gaps, to its buyer alone', async () => {
  const [guest, other] = [await newGuest(), await newGuest()];
  const path = { orderNumber: (await buyAndReceive(guest)).orderNumber };
  const { data } = await guest.get('/api/orders/{orderNumber}/events', { path });
  expect(data.map(({ sequence, name }) => [sequence, name])).toEqual([
    [1, 'orders.order_placed.v1'],
    [2, 'orders.order_paid.v1'],
    [3, 'orders.shipment_sent.v1'],
    [4, 'orders.order_delivered.v1'],
  ]);
  const pages: number[] = [];
  for await (const page of guest.pages('/api/orders/{orderNumber}/events', { path, query: { limit: 3 } })) pages.push(page.data.length);
  expect(pages).toEqual([3, 1]);
  await expect(other.get('/api/orders/{orderNumber}/events', { path })).rejects.toMatchObject({ status: 404 });
});

test("a guest's cart is in the account after registering, and again after logging in", async () => {
  const guest = await newGuest();
  const { variant } = await fill(guest, 1);
  await guest.session.register({ name: 'Ada', email: 'merge@example.com', password });
  expect((await guest.get('/api/cart')).items).toMatchObject([{ variant: variant.id, quantity: 1 }]);
  const again = await newGuest();
  await fill(again, 2);
  await again.session.login({ email: 'MERGE@example.com', password });
  expect((await again.get('/api/cart')).items).toMatchObject([{ variant: variant.id, quantity: 3 }]);
});

test('a declined card leaves the stock as it was, and a retry fills the cart again', async () => {
  const guest = await newGuest();
  const { product, variant } = await fill(guest, 3);
  const before = await stockOf(product, variant);
  const declined = await checkOut(guest, 'pm_card_visa_chargeDeclinedInsufficientFunds').catch((error: unknown) => error);
  if (!isApiError(declined, 'payment_declined')) throw new Error('It should be payment_declined.', { cause: declined });
  expect(declined).toMatchObject({
    status: 402,
    details: { declineCode: 'insufficient_funds', orderNumber: expect.stringMatching(/^CW-/) },
  });
  const { orderNumber } = declined.details;
  expect(await orderOf(guest, orderNumber)).toMatchObject({ status: 'Failed' });
  expect(await stockOf(product, variant)).toBe(before);
  const retry = (): Promise<Order> => guest.post('/api/orders/{orderNumber}/retry', { path: { orderNumber } });
  const retried = await retry();
  expect(retried).toMatchObject({ status: 'Failed', retriedAt: expect.any(String), paymentDetails: { status: 'failed' } });
  const seen = await orderOf(guest, orderNumber);
  expect(retried).toEqual(seen);
  expect(guest.etagOf(retried)).toBe(guest.etagOf(seen));
  expect((await guest.get('/api/cart')).items).toMatchObject([{ variant: variant.id, quantity: 3 }]);
  await expect(retry()).rejects.toMatchObject({ status: 409, code: 'already_retried' });
  const paid = await checkOut(guest);
  await orderIn(guest, paid.orderNumber, 'Processing');
  expect(await moneyOf(orderNumber)).toMatchObject([{ captured: 0 }]);
});

test('a token that does not exist is declined, not an error of ours', async () => {
  const guest = await newGuest();
  await fill(guest, 1);
  await expect(checkOut(guest, 'pm_no_such_token')).rejects.toMatchObject({ status: 402, code: 'payment_declined' });
});

test('a payment that needs the buyer waits for the buyer', async () => {
  const guest = await newGuest();
  await fill(guest, 1);
  const placed = await checkOut(guest, 'pm_card_authenticationRequired');
  expect(placed).toMatchObject({
    status: 'PaymentPending',
    paymentDetails: { status: 'action_required', clientSecret: expect.any(String), nextAction: expect.any(Object) },
  });
  await authenticate(placed, 'succeed');
  const order = await orderIn(guest, placed.orderNumber, 'Processing');
  expect(order.paymentDetails.clientSecret).toBeUndefined();
});

test('a buyer who fails the 3-D Secure challenge fails the order and frees the stock', async () => {
  const guest = await newGuest();
  const { product, variant } = await fill(guest, 1);
  const before = await stockOf(product, variant);
  const placed = await checkOut(guest, 'pm_card_authenticationRequired');
  await authenticate(placed, 'fail');
  await orderIn(guest, placed.orderNumber, 'Failed');
  expect(await stockOf(product, variant)).toBe(before);
});

test('a cancelled order gives stock and money back, once', async () => {
  const guest = await newGuest();
  const { product, variant } = await fill(guest, 2);
  const before = await stockOf(product, variant);
  const { orderNumber } = await checkOut(guest);
  await orderIn(guest, orderNumber, 'Processing');
  const cancel = (): Promise<Order> =>
    guest.post('/api/orders/{orderNumber}/cancel', { path: { orderNumber }, body: { reason: 'Ordered by mistake' } });
  expect(['Cancelled', 'Refunded']).toContain((await cancel()).status);
  const refunded = await orderIn(guest, orderNumber, 'Refunded');
  expect(refunded.history.map(({ to }) => to)).toEqual(['PaymentPending', 'Processing', 'Cancelled', 'Refunded']);
  expect(await stockOf(product, variant)).toBe(before);
  expect(await moneyOf(orderNumber)).toMatchObject([{ captured: variant.price * 2, refunded: variant.price * 2, net: 0 }]);
  await expect(cancel()).rejects.toMatchObject({ status: 409, code: 'illegal_transition' });
});

test('parcels may go out one by one; the order is Shipped with the last', async () => {
  const guest = await newGuest();
  await fill(guest, 3);
  const { orderNumber, items } = await checkOut(guest);
  await orderIn(guest, orderNumber, 'Processing');
  const ship = (trackingNumber: string, quantity?: number): Promise<Order> => {
    const some = quantity === undefined ? {} : { items: [{ item: items[0]!.id, quantity }] };
    return back.post('/api/orders/{orderNumber}/shipments', { path: { orderNumber }, body: { carrier: 'DHL', trackingNumber, ...some } });
  };
  expect(await ship('P1', 1)).toMatchObject({ status: 'Processing' });
  const repeated = await ship('P1', 1);
  expect(repeated.status).toBe('Processing');
  expect(repeated.shipments.map(({ trackingNumber }) => trackingNumber)).toEqual(['P1']);
  await expect(ship('P2', 3)).rejects.toMatchObject({ status: 409 });
  const cancelled = back.post('/api/orders/{orderNumber}/cancel', { path: { orderNumber }, body: {} });
  await expect(cancelled).rejects.toMatchObject({ status: 409, code: 'already_dispatched' });
  expect(await ship('P2')).toMatchObject({ status: 'Shipped' });
});

test('an empty cart, a changed total and too little stock are refused, and leave nothing behind', async () => {
  const guest = await newGuest();
  await expect(checkOut(guest)).rejects.toMatchObject({ status: 409, code: 'cart_empty' });
  const { product, variant } = await fill(guest, 1);
  await expect(checkOut(guest, 'pm_card_visa', { expectedTotal: 1 })).rejects.toMatchObject({
    status: 409,
    code: 'cart_changed',
    details: { currentTotal: variant.price },
  });
  const rival = await newGuest();
  const quantity = await stockOf(product, variant);
  await rival.post('/api/cart/items', { body: { productId: product.id, variantId: variant.id, quantity } });
  await checkOut(rival);
  await expect(checkOut(guest)).rejects.toMatchObject({
    status: 409,
    code: 'out_of_stock',
    details: { items: [{ sku: variant.sku, asked: 1, available: 0 }] },
  });
  expect((await guest.get('/api/orders')).pagination.total).toBe(0);
  expect(await guest.get('/api/cart')).toMatchObject({ items: [{ quantity: 1 }], warnings: [{ code: 'out_of_stock' }] });
});

test("somebody else's order does not exist", async () => {
  const [guest, other] = [await newGuest(), await newGuest()];
  await other.session.register({ name: 'Other', email: 'other@example.com', password });
  await fill(guest, 1);
  const { orderNumber } = await checkOut(guest);
  const path = { orderNumber };
  await expect(orderOf(other, orderNumber)).rejects.toMatchObject({ status: 404, code: 'order_not_found' });
  await expect(other.post('/api/orders/{orderNumber}/cancel', { path, body: {} })).rejects.toMatchObject({ status: 404 });
  await expect(orderOf(new Cartwright({ baseUrl: shop.url }), orderNumber)).rejects.toMatchObject({ status: 401 });
  const body = { carrier: 'x', trackingNumber: 'y' };
  await expect(guest.post('/api/orders/{orderNumber}/shipments', { path, body })).rejects.toMatchObject({ status: 403 });
});

test('the same Idempotency-Key is the same order; another body with it is refused', async () => {
  const answers: Response[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const answer = await globalThis.fetch(url, init);
    answers.push(answer);
    return answer;
  };
  const guest = new Cartwright({ baseUrl: shop.url, fetch });
  await guest.session.guest();
  await fill(guest, 1);
  answers.length = 0;
  const how = { idempotencyKey: 'buy-once' };
  const { orderNumber } = await checkOut(guest, 'pm_card_visa', how);
  expect((await checkOut(guest, 'pm_card_visa', how)).orderNumber).toBe(orderNumber);
  const location = `/api/orders/${orderNumber}`;
  expect(answers.map(({ status, headers }) => [status, headers.get('location'), headers.get('idempotent-replayed')])).toEqual([
    [201, location, null],
    [201, location, 'true'],
  ]);
  await expect(checkOut(guest, 'pm_card_mastercard', how)).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  expect((await guest.get('/api/orders')).pagination.total).toBe(1);
});
