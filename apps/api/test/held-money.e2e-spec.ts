import { Client, control, ledger, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let back: Client;
let product: Json;

beforeAll(async () => {
  shop = await Shop.start({ PAYMENT_CAPTURE: 'manual' });
  const seller = await Client.seller(shop);
  back = seller.back;
  const lamp = { name: 'Lamp', brand: 'Own', ...seller.goods, basePrice: 2000, currency: 'USD', sku: 'LAMP', stock: 50 };
  product = (await back.post('/api/products', lamp)).body;
}, 60_000);
afterAll(() => shop.stop());

/** An order whose money is held. */
async function held(): Promise<{ buyer: Client; orderNumber: string; order: () => Promise<Json> }> {
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: product.id, quantity: 2 });
  const { orderNumber } = (await buyer.checkout()).body as { orderNumber: string };
  const order = async (): Promise<Json> => (await buyer.get(`/api/orders/${orderNumber}`)).body;
  await eventually('Processing', async () => (await order()).status === 'Processing');
  return { buyer, orderNumber, order };
}

/** What the provider has of an order, by its own books. */
async function books(orderNumber: string): Promise<Json> {
  const { payments } = (await ledger(shop)) as { payments: Json[] };
  return payments.find(({ metadata }) => metadata.orderNumber === orderNumber)!;
}

test('money is held with the order and taken, once, when the first parcel leaves', async () => {
  const { orderNumber, order } = await held();
  expect((await order()).paymentDetails).toMatchObject({ status: 'authorized', capturedAmount: 0 });
  expect(await books(orderNumber)).toMatchObject({ captured: 0, capturable: 4000 });
  expect((await back.post(`/api/orders/${orderNumber}/shipments`, { carrier: 'DHL', trackingNumber: orderNumber })).status).toBe(201);
  await eventually('captured', async () => (await order()).paymentDetails.status === 'captured');
  expect(await books(orderNumber)).toMatchObject({ captured: 4000, capturable: 0 });
  const file = (await back.get(`/api/admin/payments/${orderNumber}`)).body;
  expect(file.payment).toMatchObject({ status: 'captured', capturedAmount: 4000, captureMode: 'manual' });
  expect(file.ledger.data.map(({ call }: Json) => call)).toEqual(expect.arrayContaining(['collect', 'look_up', 'capture']));
});

test('a part of it is taken when an admin says so, and no more afterwards', async () => {
  const { orderNumber, order } = await held();
  expect((await back.post(`/api/orders/${orderNumber}/captures`, { amount: 4001 })).body).toMatchObject({
    code: 'capture_too_large',
    capturable: 4000,
  });
  expect((await back.post(`/api/orders/${orderNumber}/captures`, { amount: 1500 })).status).toBe(201);
  await eventually('captured', async () => (await order()).paymentDetails.status === 'captured');
  expect(await books(orderNumber)).toMatchObject({ captured: 1500, capturable: 0 });
  expect((await back.post(`/api/orders/${orderNumber}/captures`, {})).body).toMatchObject({ status: 409, code: 'capture_too_large' });
});

test('an order of which a part was taken is cancelled, and that part goes back', async () => {
  const { buyer, orderNumber, order } = await held();
  await back.post(`/api/orders/${orderNumber}/captures`, { amount: 1500 });
  await eventually('captured', async () => (await order()).paymentDetails.status === 'captured');
  expect((await buyer.post(`/api/orders/${orderNumber}/cancel`, {})).status).toBe(200);
  await buyer.orderIn(orderNumber, 'Refunded');
  expect(await books(orderNumber)).toMatchObject({ captured: 1500, refunded: 1500 });
});

test('what is cancelled of an order of which a part was taken was not charged, in whichever order the two come', async () => {
  const one = async ({ order }: { order: () => Promise<Json> }): Promise<Json> => ({
    items: [{ item: ((await order()).items as Json[])[0]!.id, quantity: 1 }],
  });
  for (const first of ['cancel', 'captures']) {
    const lamps = await held();
    const steps: Record<string, Json> = { cancel: await one(lamps), captures: { amount: 2000 } };
    for (const step of Object.keys(steps).sort((a) => (a === first ? -1 : 1)))
      expect((await back.post(`/api/orders/${lamps.orderNumber}/${step}`, steps[step])).status).toBeLessThan(300);
    await eventually('captured', async () => (await lamps.order()).paymentDetails.status === 'captured');
    expect(await books(lamps.orderNumber)).toMatchObject({ captured: 2000, refunded: 0 });
    const quote = await back.post(`/api/orders/${lamps.orderNumber}/refunds/quote`, {});
    expect(quote.body).toMatchObject({ amount: 2000, refundable: 2000 });
  }
});

test('of an order of which a part was taken, that part is all that can go back, and what the quote says', async () => {
  const { buyer, orderNumber, order } = await held();
  const quoted = async (body: Json): Promise<Json> => (await back.post(`/api/orders/${orderNumber}/refunds/quote`, body)).body;
  expect(await quoted({})).toMatchObject({ amount: 4000, refundable: 4000 });
  await back.post(`/api/orders/${orderNumber}/captures`, { amount: 1500 });
  expect(await quoted({})).toMatchObject({ amount: 1500, refundable: 1500 });
  await eventually('captured', async () => (await order()).paymentDetails.status === 'captured');
  expect(await quoted({})).toMatchObject({ amount: 1500, refundable: 1500 });
  expect(await quoted({ amount: 1501 })).toMatchObject({ status: 409, code: 'nothing_to_refund', refundable: 1500 });
  const [item] = (await order()).items as Json[];
  const lamps = { items: [{ item: item.id, quantity: 2 }] };
  expect(await quoted(lamps)).toMatchObject({ amount: 1500, items: [{ quantity: 2, amount: 1500 }] });
  const { refunds } = (await back.post(`/api/orders/${orderNumber}/refunds`, {})).body;
  expect(refunds).toMatchObject([{ amount: 1500 }]);
  await eventually('gone back', async () => (await order()).refunds[0].status === 'succeeded');
  expect(await books(orderNumber)).toMatchObject({ captured: 1500, refunded: 1500 });
  expect(await quoted({})).toMatchObject({ status: 409, code: 'nothing_to_refund', refundable: 0 });
  expect((await buyer.post(`/api/orders/${orderNumber}/cancel`, {})).body).toMatchObject({ status: 'Refunded' });
});

test('what the provider calls a refund because it was held and never taken is none of the order', async () => {
  const { buyer, orderNumber, order } = await held();
  const [item] = (await order()).items as Json[];
  expect((await buyer.post(`/api/orders/${orderNumber}/cancel`, { items: [{ item: item.id, quantity: 1 }] })).status).toBe(200);
  await back.post(`/api/orders/${orderNumber}/shipments`, { carrier: 'DHL', trackingNumber: orderNumber });
  await eventually('captured', async () => (await order()).paymentDetails.status === 'captured');
  const { payment: reference } = await books(orderNumber);
  await shop.inDatabase(async (db) => {
    const told = { reference, type: 'refund.created' };
    await eventually('the news of it', async () => (await db.collection('webhooks').countDocuments(told)) === 1);
    const waiting = { name: 'payments.webhook_received.v1', dueAt: { $exists: true } };
    await eventually('all of it heard', async () => (await db.collection('outbox').countDocuments(waiting)) === 0);
  });
  expect((await order()).refunds).toMatchObject([{ amount: 2000 }]);
  expect((await back.post(`/api/orders/${orderNumber}/refunds/quote`, {})).body).toMatchObject({ amount: 2000, refundable: 2000 });
});

test('a cancelled order gives up what was held: nothing is taken, nothing sent back', async () => {
  const { buyer, orderNumber, order } = await held();
  expect((await buyer.post(`/api/orders/${orderNumber}/cancel`, {})).status).toBe(200);
  await eventually('Refunded', async () => (await order()).status === 'Refunded');
  expect((await order()).paymentDetails).toMatchObject({ status: 'cancelled', refundedAmount: 4000 });
  expect(await books(orderNumber)).toMatchObject({ captured: 0, refunded: 0, capturable: 0, status: 'canceled' });
});

test('an item that was cancelled and is taken all the same, in the provider’s dashboard, goes back', async () => {
  const { buyer, orderNumber, order } = await held();
  const { items, paymentDetails } = await order();
  const part = { items: [{ item: items[0].id, quantity: 1 }] };
  expect((await buyer.post(`/api/orders/${orderNumber}/cancel`, part)).status).toBe(200);
  await eventually('given up', async () => (await order()).refunds[0].status === 'succeeded');
  const headers = { authorization: 'Bearer sk_test_sandbox' };
  const url = `${shop.sandboxUrl}/v1/payment_intents/${paymentDetails.transactionId}/capture`;
  expect((await fetch(url, { method: 'POST', headers })).status).toBe(200);
  await eventually('the half back', async () => (await books(orderNumber)).refunded === 2000);
  expect(await books(orderNumber)).toMatchObject({ captured: 4000, refunded: 2000 });
  expect(await order()).toMatchObject({
    status: 'Processing',
    paymentDetails: { status: 'captured', capturedAmount: 4000, refundedAmount: 2000 },
    refunds: [{ amount: 2000, status: 'succeeded' }],
  });
});

test('a capture that gets no answer is repeated until it has one, and takes the money once', async () => {
  const { orderNumber, order } = await held();
  await control(shop, 'faults', { kind: 'reset', when: 'after', method: 'POST', path: '/v1/payment_intents/*/capture', times: 3 });
  await back.post(`/api/orders/${orderNumber}/captures`, {});
  await eventually('captured', async () => (await order()).paymentDetails.status === 'captured', 15);
  expect(await books(orderNumber)).toMatchObject({ captured: 4000 });
});

test('money that lapsed before the goods left is told, and nothing is sent; asking the provider on demand finds out', async () => {
  const { orderNumber, order } = await held();
  await control(shop, 'webhooks', { drop: 1000 });
  await control(shop, 'clock', { advance: 8 * 24 * 3600 });
  expect((await back.post('/api/admin/payments/reconcile', { orderNumber })).body).toMatchObject({ asked: 1, changed: 1 });
  expect((await order()).paymentDetails.status).toBe('cancelled');
  const parcel = { carrier: 'DHL', trackingNumber: 'late' };
  expect((await back.post(`/api/orders/${orderNumber}/shipments`, parcel)).body).toMatchObject({ status: 409, code: 'payment_lapsed' });
  expect((await back.post(`/api/orders/${orderNumber}/cancel`, {})).body).toMatchObject({ status: 'Cancelled' });
});

/** Nobody tells of it, and the days pass in which the provider holds money. */
async function lapse(): Promise<void> {
  await control(shop, 'webhooks', { drop: 1000 });
  await control(shop, 'clock', { advance: 8 * 24 * 3600 });
}

test('a hold whose lapse nobody told of is found out about by the sweeper, before goods leave for it', async () => {
  const { orderNumber, order } = await held();
  await lapse();
  const due = { $set: { nextCheckAt: new Date() } };
  await shop.tamper('payments', async (payments) => {
    expect((await payments.findOne({ orderNumber }))?.nextCheckAt).toBeInstanceOf(Date);
    await payments.updateOne({ orderNumber }, due);
  });
  await eventually('cancelled', async () => (await order()).paymentDetails.status === 'cancelled', 15);
  const parcel = { carrier: 'DHL', trackingNumber: `late ${orderNumber}` };
  expect((await back.post(`/api/orders/${orderNumber}/shipments`, parcel)).body).toMatchObject({ status: 409, code: 'payment_lapsed' });
});

test('goods that left although their money had lapsed are told of by the doctor', async () => {
  const { orderNumber, order } = await held();
  await lapse();
  const parcel = { carrier: 'DHL', trackingNumber: orderNumber };
  expect((await back.post(`/api/orders/${orderNumber}/shipments`, parcel)).body).toMatchObject({ status: 'Shipped' });
  await eventually('cancelled', async () => (await order()).paymentDetails.status === 'cancelled', 15);
  const { code, output } = await shop.cli('doctor', 'orders.money_matches');
  expect({ code, output }).toMatchObject({
    code: 1,
    output: expect.stringContaining(`order ${orderNumber}: is Shipped, its payment cancelled`),
  });
}, 60_000);
