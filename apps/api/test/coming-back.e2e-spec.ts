import { Client, ledger, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let back: Client;
let lamp: Json;
let mug: Json;
let parcels = 0;

beforeAll(async () => {
  shop = await Shop.start();
  const seller = await Client.seller(shop);
  back = seller.back;
  const goods = { brand: 'Own', ...seller.goods, currency: 'USD', stock: 100 };
  lamp = (await back.post('/api/products', { ...goods, name: 'Lamp', basePrice: 2000, sku: 'LAMP' })).body;
  mug = (await back.post('/api/products', { ...goods, name: 'Mug', basePrice: 500, sku: 'MUG' })).body;
}, 60_000);
afterAll(() => shop.stop());

/** A paid order of two lamps and three mugs: 5500. */
async function paid(): Promise<{ buyer: Client; number: string; lamps: string; mugs: string; order: () => Promise<Json> }> {
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: lamp.id, quantity: 2 });
  await buyer.post('/api/cart/items', { productId: mug.id, quantity: 3 });
  const { orderNumber } = (await buyer.checkout()).body as { orderNumber: string };
  const { items } = await buyer.orderIn(orderNumber, 'Processing');
  const idOf = (sku: string): string => items.find((item: Json) => item.sku === sku).id;
  return { buyer, number: orderNumber, lamps: idOf('LAMP'), mugs: idOf('MUG'), order: () => buyer.order(orderNumber) };
}

async function stockOf(sku: string): Promise<{ onHand: number; reserved: number }> {
  const { onHand, reserved } = (await back.get(`/api/admin/inventory/${sku}`)).body;
  return { onHand, reserved };
}

/** What the provider has of an order, by its own books. */
async function books(number: string): Promise<{ captured: number; refunded: number }> {
  const { payments } = (await ledger(shop)) as { payments: Json[] };
  const { captured, refunded } = payments.find(({ metadata }) => metadata.orderNumber === number)!;
  return { captured, refunded };
}

async function parcel(number: string, items?: { item: string; quantity: number }[]): Promise<void> {
  parcels += 1;
  // A long run of digits might be taken for a card number, and refused.
  const body = { carrier: 'DHL', trackingNumber: `${number}-${parcels}`, ...(items ? { items } : {}) };
  expect(await back.post(`/api/orders/${number}/shipments`, body)).toMatchObject({ status: 201 });
}

test('items that were not sent are cancelled: their stock and money are back, and the rest goes on', async () => {
  const before = await stockOf('MUG');
  const { buyer, number, lamps, mugs, order } = await paid();
  await parcel(number, [{ item: lamps, quantity: 2 }]);
  const cancelled = await buyer.post(`/api/orders/${number}/cancel`, { items: [{ item: mugs, quantity: 1 }], reason: 'one too many' });
  expect(cancelled).toMatchObject({
    status: 200,
    body: { status: 'Processing', cancellations: [{ items: [{ item: mugs, quantity: 1 }] }] },
  });
  await eventually('the refund', async () => (await order()).refunds[0]?.status === 'succeeded');
  expect((await order()).refunds).toMatchObject([{ amount: 500, items: [{ item: mugs, quantity: 1, amount: 500 }] }]);
  expect(await books(number)).toEqual({ captured: 5500, refunded: 500 });
  expect(await stockOf('MUG')).toEqual({ onHand: before.onHand - 2, reserved: before.reserved });
  expect((await buyer.post(`/api/orders/${number}/cancel`, { items: [{ item: mugs, quantity: 3 }] })).body).toMatchObject({
    code: 'more_than_there',
  });
  const rest = await buyer.post(`/api/orders/${number}/cancel`, { items: [{ item: mugs, quantity: 2 }] });
  expect(rest.body.status).toBe('Shipped');
  expect((await shop.cli('replay', number)).code).toBe(0);
});

test('goods are sent back: approved, received item by item, and refunded; the order ends Refunded', async () => {
  const { buyer, number, lamps, mugs, order } = await paid();
  const lampStock = await stockOf('LAMP');
  await parcel(number);
  expect((await buyer.post(`/api/orders/${number}/returns`, { items: [{ item: lamps, quantity: 3 }] })).body).toMatchObject({
    code: 'more_than_there',
  });
  const asked = await buyer.post(`/api/orders/${number}/returns`, { items: [{ item: lamps, quantity: 2 }], reason: 'too bright' });
  expect(asked.status).toBe(201);
  const first = asked.body.returns[0].id as string;
  expect((await buyer.post(`/api/orders/${number}/returns/${first}/approve`)).status).toBe(403);
  expect((await back.post(`/api/orders/${number}/returns/${first}/approve`)).body.returns[0].status).toBe('approved');
  const items = [
    { item: lamps, quantity: 1, condition: 'restock' },
    { item: lamps, quantity: 1, condition: 'damaged' },
  ];
  expect((await back.post(`/api/orders/${number}/returns/${first}/receive`, { items })).status).toBe(200);
  expect((await back.post(`/api/orders/${number}/returns/${first}/receive`, { items })).status).toBe(200);
  await eventually('the refund', async () => (await order()).refunds[0]?.status === 'succeeded');
  expect(await books(number)).toEqual({ captured: 5500, refunded: 4000 });
  expect((await stockOf('LAMP')).onHand).toBe(lampStock.onHand + 1);
  expect((await order()).status).toBe('Shipped');
  const second = (await buyer.post(`/api/orders/${number}/returns`, { items: [{ item: mugs, quantity: 3 }] })).body.returns[1].id as string;
  await back.post(`/api/orders/${number}/returns/${second}/receive`, {});
  await buyer.orderIn(number, 'Refunded');
  expect(await books(number)).toEqual({ captured: 5500, refunded: 5500 });
  expect((await order()).history.map(({ to }: Json) => to)).toEqual(['PaymentPending', 'Processing', 'Shipped', 'Returned', 'Refunded']);
  const replayed = await shop.cli('replay', number);
  expect(replayed).toMatchObject({ code: 0, output: expect.stringContaining('orders.order_returned.v1') });
});

test('a declined return says why, and nothing moves', async () => {
  const { buyer, number } = await paid();
  await parcel(number);
  const made = (await buyer.post(`/api/orders/${number}/returns`, {})).body.returns[0].id as string;
  const declined = await back.post(`/api/orders/${number}/returns/${made}/decline`, { reason: 'It has been worn' });
  expect(declined.body.returns[0]).toMatchObject({ status: 'declined', declineReason: 'It has been worn' });
  expect((await back.post(`/api/orders/${number}/returns/${made}/receive`, {})).body).toMatchObject({
    status: 409,
    code: 'illegal_transition',
  });
  expect(await books(number)).toEqual({ captured: 5500, refunded: 0 });
});

test('of fifty refunds at once those are made that can be paid, and no more', async () => {
  const { number, order } = await paid();
  const quote = await back.post(`/api/orders/${number}/refunds/quote`, { amount: 300 });
  expect(quote.body).toMatchObject({ amount: 300, refundable: 5500, currency: 'USD' });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => back.post(`/api/orders/${number}/refunds`, { amount: 300, reason: 'race' })),
  );
  const made = answers.filter(({ status }) => status === 201).length;
  expect(made).toBe(18);
  expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  await eventually('all settled', async () => (await order()).refunds.every(({ status }: Json) => status === 'succeeded'));
  expect((await order()).refunds).toHaveLength(made);
  expect(await books(number)).toEqual({ captured: 5500, refunded: made * 300 });
}, 60_000);

test('an order whose money went back before it was cancelled is Refunded at once', async () => {
  const { buyer, number, order } = await paid();
  expect((await back.post(`/api/orders/${number}/refunds`, {})).status).toBe(201);
  await eventually('the refund', async () => (await order()).refunds[0]?.status === 'succeeded');
  expect((await buyer.post(`/api/orders/${number}/cancel`, {})).body.status).toBe('Refunded');
  expect(await books(number)).toEqual({ captured: 5500, refunded: 5500 });
});

test('the same refund sent again is one refund', async () => {
  const { number, lamps } = await paid();
  const body = { items: [{ item: lamps, quantity: 1, restock: true }] };
  const stock = await stockOf('LAMP');
  const key = { 'Idempotency-Key': 'refund-once' };
  expect((await back.post(`/api/orders/${number}/refunds`, body, key)).status).toBe(201);
  const again = await back.post(`/api/orders/${number}/refunds`, body, key);
  expect(again.body.refunds).toHaveLength(1);
  expect((await stockOf('LAMP')).onHand).toBe(stock.onHand + 1);
});

test('nothing of all that breaks an invariant', async () => {
  expect(await shop.cli('doctor')).toMatchObject({ code: 0 });
});
