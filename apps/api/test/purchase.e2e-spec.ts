import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from './support/catalogues';
import { Client, ledger, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let back: Client;
const luma = catalogue('catalog-magento-luma');

beforeAll(async () => {
  shop = await Shop.start();
  back = await Client.admin(shop);
  const { code, output } = await shop.cli('import', luma.path);
  if (code !== 0) throw new Error(`The import failed:\n${output}`);
}, 120_000);
afterAll(() => shop.stop());

/** Some product that can be bought, and one of its variants. The list may lag behind what was just sold, the detail does not. */
async function something(): Promise<{ product: Json; variant: Json }> {
  const { body } = await new Client(shop).get('/api/products?inStock=true&sort=price&limit=50');
  for (const product of body.data) {
    const variant = product.variants.find(({ price, stock }: Json) => price > 100 && stock > 10);
    if (variant && (await stockOf(product.id, variant.id)) > 10) return { product, variant };
  }
  throw new Error('Nothing is left to buy.');
}

async function stockOf(productId: string, variantId: string): Promise<number> {
  const { body } = await new Client(shop).get(`/api/products/${productId}`);
  return body.variants.find((variant: Json) => variant.id === variantId).stock;
}

async function fill(buyer: Client, quantity: number): Promise<{ product: Json; variant: Json }> {
  const chosen = await something();
  const { status, body } = await buyer.post('/api/cart/items', { productId: chosen.product.id, variantId: chosen.variant.id, quantity });
  expect({ status, body }).toMatchObject({ status: 201, body: { subtotal: chosen.variant.price * quantity } });
  return chosen;
}

async function moneyOf(orderNumber: string): Promise<Json> {
  const { payments } = await ledger(shop);
  return payments.filter((payment: Json) => payment.metadata.orderNumber === orderNumber);
}

/** From the cart to the buyer's door. */
async function buyAndReceive(buyer: Client): Promise<Json> {
  const { product, variant } = await fill(buyer, 2);
  const before = await stockOf(product.id, variant.id);
  const placed = await buyer.checkout('pm_card_visa', { expectedTotal: variant.price * 2 });
  expect(placed).toMatchObject({ status: 201, body: { status: 'PaymentPending', totalAmount: variant.price * 2 } });
  const { orderNumber } = placed.body;
  expect(placed.headers.get('location')).toBe(`/api/orders/${orderNumber}`);
  expect(await stockOf(product.id, variant.id)).toBe(before - 2);
  await buyer.orderIn(orderNumber, 'Processing');
  const parcel = { carrier: 'DHL', trackingNumber: `T-${orderNumber}` };
  expect(await back.post(`/api/orders/${orderNumber}/shipments`, parcel)).toMatchObject({
    status: 201,
    body: { status: 'Shipped', shipments: [parcel] },
  });
  expect(await back.post(`/api/orders/${orderNumber}/deliveries`)).toMatchObject({ status: 201, body: { status: 'Delivered' } });
  expect(await moneyOf(orderNumber)).toMatchObject([{ captured: variant.price * 2, refunded: 0 }]);
  expect(await stockOf(product.id, variant.id)).toBe(before - 2);
  return buyer.order(orderNumber);
}

test('a guest buys from the imported catalogue and has it delivered', async () => {
  const guest = await Client.guest(shop);
  const order = await buyAndReceive(guest);
  expect(order.history.map((entry: Json) => entry.to)).toEqual(['PaymentPending', 'Processing', 'Shipped', 'Delivered']);
  expect(order.paymentDetails).toMatchObject({ provider: 'stripe', status: 'captured', transactionId: expect.stringMatching(/^pi_/) });
  expect((await guest.get('/api/cart')).body.items).toEqual([]);
});

test('a user buys and has it delivered, and is written to at each turn', async () => {
  const user = await Client.user(shop, 'ada@example.com');
  const { orderNumber } = await buyAndReceive(user);
  expect((await user.get('/api/orders')).body).toMatchObject({ data: [{ orderNumber, status: 'Delivered' }], pagination: { total: 1 } });
  const folder = join(shop.dataDir, 'outbox');
  const mails = await eventually('two mails', async () => {
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.startsWith(orderNumber) && file.endsWith('.eml')) : [];
    return files.length === 2 ? files : undefined;
  });
  expect(readFileSync(join(folder, mails.find((file) => file.includes('confirmation')) ?? ''), 'utf8')).toContain('To: ada@example.com');
});

test('an order tells its events in sequence, without gaps, to its buyer alone', async () => {
  const [guest, other] = [await Client.guest(shop), await Client.guest(shop)];
  const { orderNumber } = await buyAndReceive(guest);
  const { body } = await guest.get(`/api/orders/${orderNumber}/events`);
  expect(body.data.map((event: Json) => [event.sequence, event.name])).toEqual([
    [1, 'orders.order_placed.v1'],
    [2, 'orders.order_paid.v1'],
    [3, 'orders.shipment_sent.v1'],
    [4, 'orders.order_delivered.v1'],
  ]);
  const page = (await guest.get(`/api/orders/${orderNumber}/events?limit=3`)).body;
  expect((await guest.get(`/api/orders/${orderNumber}/events?limit=3&cursor=${page.pagination.nextCursor}`)).body.data).toHaveLength(1);
  expect((await other.get(`/api/orders/${orderNumber}/events`)).status).toBe(404);
});

test("a guest's cart is in the account after registering, and again after logging in", async () => {
  const guest = await Client.guest(shop);
  const { variant } = await fill(guest, 1);
  const user = await Client.user(shop, 'merge@example.com', guest);
  expect((await user.get('/api/cart')).body.items).toMatchObject([{ variant: variant.id, quantity: 1 }]);
  const second = await Client.guest(shop);
  await fill(second, 2);
  const { body } = await second.post('/api/auth/login', { email: 'MERGE@example.com', password: 'correct horse battery' });
  const again = new Client(shop, body.accessToken as string);
  expect((await again.get('/api/cart')).body.items).toMatchObject([{ variant: variant.id, quantity: 3 }]);
});

test('a declined card leaves the stock as it was, and a retry fills the cart again', async () => {
  const guest = await Client.guest(shop);
  const { product, variant } = await fill(guest, 3);
  const before = await stockOf(product.id, variant.id);
  const declined = await guest.checkout('pm_card_visa_chargeDeclinedInsufficientFunds');
  expect(declined).toMatchObject({
    status: 402,
    body: { code: 'payment_declined', declineCode: 'insufficient_funds', orderNumber: expect.stringMatching(/^CW-/) },
  });
  const { orderNumber } = declined.body;
  expect(await guest.order(orderNumber)).toMatchObject({ status: 'Failed' });
  expect(await stockOf(product.id, variant.id)).toBe(before);
  expect(await guest.post(`/api/orders/${orderNumber}/retry`)).toMatchObject({
    status: 200,
    body: { status: 'Failed', retriedAt: expect.any(String) },
  });
  expect((await guest.get('/api/cart')).body.items).toMatchObject([{ variant: variant.id, quantity: 3 }]);
  expect(await guest.post(`/api/orders/${orderNumber}/retry`)).toMatchObject({ status: 409, body: { code: 'already_retried' } });
  const paid = await guest.checkout();
  expect(paid.status).toBe(201);
  await guest.orderIn(paid.body.orderNumber, 'Processing');
  expect(await moneyOf(orderNumber)).toMatchObject([{ captured: 0 }]);
});

test('a token that does not exist is declined, not an error of ours', async () => {
  const guest = await Client.guest(shop);
  await fill(guest, 1);
  expect(await guest.checkout('pm_no_such_token')).toMatchObject({ status: 402, body: { code: 'payment_declined' } });
});

test('a payment that needs the buyer waits for the buyer', async () => {
  const guest = await Client.guest(shop);
  await fill(guest, 1);
  const placed = await guest.checkout('pm_card_authenticationRequired');
  expect(placed).toMatchObject({
    status: 201,
    body: {
      status: 'PaymentPending',
      paymentDetails: { status: 'action_required', clientSecret: expect.any(String), nextAction: expect.any(Object) },
    },
  });
  const { orderNumber, paymentDetails } = placed.body;
  const answered = await fetch(`${shop.sandboxUrl}/_sandbox/payment_intents/${paymentDetails.transactionId}/authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome: 'succeed' }),
  });
  expect(answered.ok).toBe(true);
  const order = await guest.orderIn(orderNumber, 'Processing');
  expect(order.paymentDetails.clientSecret).toBeUndefined();
});

test('a buyer who fails the 3-D Secure challenge fails the order and frees the stock', async () => {
  const guest = await Client.guest(shop);
  const { product, variant } = await fill(guest, 1);
  const before = await stockOf(product.id, variant.id);
  const { body } = await guest.checkout('pm_card_authenticationRequired');
  await fetch(`${shop.sandboxUrl}/_sandbox/payment_intents/${body.paymentDetails.transactionId}/authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome: 'fail' }),
  });
  await guest.orderIn(body.orderNumber, 'Failed');
  expect(await stockOf(product.id, variant.id)).toBe(before);
});

test('a cancelled order gives stock and money back, once', async () => {
  const guest = await Client.guest(shop);
  const { product, variant } = await fill(guest, 2);
  const before = await stockOf(product.id, variant.id);
  const { body } = await guest.checkout();
  await guest.orderIn(body.orderNumber, 'Processing');
  const cancelled = await guest.post(`/api/orders/${body.orderNumber}/cancel`, { reason: 'Ordered by mistake' });
  expect(cancelled.status).toBe(200);
  expect(['Cancelled', 'Refunded']).toContain(cancelled.body.status);
  const refunded = await guest.orderIn(body.orderNumber, 'Refunded');
  expect(refunded.history.map((entry: Json) => entry.to)).toEqual(['PaymentPending', 'Processing', 'Cancelled', 'Refunded']);
  expect(await stockOf(product.id, variant.id)).toBe(before);
  expect(await moneyOf(body.orderNumber)).toMatchObject([{ captured: variant.price * 2, refunded: variant.price * 2, net: 0 }]);
  expect(await guest.post(`/api/orders/${body.orderNumber}/cancel`)).toMatchObject({ status: 409, body: { code: 'illegal_transition' } });
});

test('parcels may go out one by one; the order is Shipped with the last', async () => {
  const guest = await Client.guest(shop);
  await fill(guest, 3);
  const { body } = await guest.checkout();
  const { orderNumber, items } = await guest.orderIn(body.orderNumber, 'Processing');
  const first = { carrier: 'DHL', trackingNumber: 'P1', items: [{ item: items[0].id, quantity: 1 }] };
  expect(await back.post(`/api/orders/${orderNumber}/shipments`, first)).toMatchObject({ status: 201, body: { status: 'Processing' } });
  expect(await back.post(`/api/orders/${orderNumber}/shipments`, first)).toMatchObject({
    status: 201,
    body: { status: 'Processing', shipments: [{ trackingNumber: 'P1' }] },
  });
  const tooMany = await back.post(`/api/orders/${orderNumber}/shipments`, {
    ...first,
    trackingNumber: 'P2',
    items: [{ item: items[0].id, quantity: 3 }],
  });
  expect(tooMany.status).toBe(409);
  expect(await back.post(`/api/orders/${orderNumber}/cancel`)).toMatchObject({ status: 409, body: { code: 'already_dispatched' } });
  expect(await back.post(`/api/orders/${orderNumber}/shipments`, { carrier: 'DHL', trackingNumber: 'P2' })).toMatchObject({
    status: 201,
    body: { status: 'Shipped' },
  });
});

test('an empty cart, a changed total and too little stock are refused, and leave nothing behind', async () => {
  const guest = await Client.guest(shop);
  expect(await guest.checkout()).toMatchObject({ status: 409, body: { code: 'cart_empty' } });
  const { product, variant } = await fill(guest, 1);
  expect(await guest.checkout('pm_card_visa', { expectedTotal: 1 })).toMatchObject({
    status: 409,
    body: { code: 'cart_changed', currentTotal: variant.price },
  });
  const stock = await stockOf(product.id, variant.id);
  const rival = await Client.guest(shop);
  await rival.post('/api/cart/items', { productId: product.id, variantId: variant.id, quantity: stock });
  expect((await rival.checkout()).status).toBe(201);
  expect(await guest.checkout()).toMatchObject({
    status: 409,
    body: { code: 'out_of_stock', items: [{ sku: variant.sku, asked: 1, available: 0 }] },
  });
  expect((await guest.get('/api/orders')).body.pagination.total).toBe(0);
  expect((await guest.get('/api/cart')).body).toMatchObject({ items: [{ quantity: 1 }], warnings: [{ code: 'out_of_stock' }] });
});

test("somebody else's order does not exist", async () => {
  const [guest, other] = [await Client.guest(shop), await Client.user(shop, 'other@example.com')];
  await fill(guest, 1);
  const { body } = await guest.checkout();
  expect(await other.get(`/api/orders/${body.orderNumber}`)).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
  expect((await other.post(`/api/orders/${body.orderNumber}/cancel`)).status).toBe(404);
  expect((await new Client(shop).get(`/api/orders/${body.orderNumber}`)).status).toBe(401);
  expect((await guest.post(`/api/orders/${body.orderNumber}/shipments`, { carrier: 'x', trackingNumber: 'y' })).status).toBe(403);
});

test('the same Idempotency-Key is the same order; another body with it is refused', async () => {
  const guest = await Client.guest(shop);
  await fill(guest, 1);
  const key = { 'Idempotency-Key': 'buy-once' };
  const first = await guest.checkout('pm_card_visa', {}, key);
  const second = await guest.checkout('pm_card_visa', {}, key);
  expect(second).toMatchObject({ status: 201, body: { orderNumber: first.body.orderNumber } });
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(await guest.checkout('pm_card_mastercard', {}, key)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  expect((await guest.get('/api/orders')).body.pagination.total).toBe(1);
});
