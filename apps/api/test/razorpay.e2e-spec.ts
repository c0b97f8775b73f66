import { createHmac } from 'node:crypto';
import { address, Client, control, type Json } from './support/client';
import { atCheckout, booksOf, confirm, placeWithRazorpay, type AtRazorpay } from './support/razorpay';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let back: Client;
let product: Json;

beforeAll(async () => {
  shop = await Shop.start();
  const seller = await Client.seller(shop);
  back = seller.back;
  const kettle = { name: 'Kettle', brand: 'Own', ...seller.goods, basePrice: 150_000, currency: 'INR', sku: 'KETTLE', stock: 100 };
  product = (await back.post('/api/products', kettle)).body;
}, 60_000);
afterAll(() => shop.stop());
afterEach(() => fetch(`${shop.sandboxUrl}/_sandbox/webhooks`, { method: 'DELETE' }));

const stock = async (): Promise<number> => (await new Client(shop).get(`/api/products/${product.id}`)).body.variants[0].stock as number;

/** An order of two kettles that waits for its buyer in Razorpay's checkout. */
async function placed(): Promise<AtRazorpay> {
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: product.id, quantity: 2 });
  return placeWithRazorpay(buyer);
}

/** An order that is paid. */
async function paid(): Promise<AtRazorpay> {
  const order = await placed();
  expect((await confirm(order.buyer, order.orderNumber, await atCheckout(shop, order.checkout))).status).toBe(200);
  await order.buyer.orderIn(order.orderNumber, 'Processing');
  return order;
}

const books = (orderNumber: string): Promise<Json[]> => booksOf(shop, orderNumber);

/** Lets the order's time to be paid run out. */
async function expire(buyer: Client, orderNumber: string): Promise<void> {
  await shop.tamper('orders', (orders) => orders.updateOne({ orderNumber }, { $set: { payBy: new Date(0) } }));
  await buyer.orderIn(orderNumber, 'Failed');
}

test('the shop tells which providers there are, and what each of them needs', async () => {
  expect((await new Client(shop).get('/api/payments/providers')).body).toEqual({
    data: [
      { provider: 'stripe', tokenFirst: true },
      { provider: 'razorpay', tokenFirst: false },
    ],
    pagination: { limit: 20, page: 1, total: 2 },
  });
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: product.id, quantity: 1 });
  const refused = async (payment: object): Promise<Json> => (await buyer.checkout('', { payment })).body;
  expect(await refused({ provider: 'stripe' })).toMatchObject({ status: 400, errors: [{ path: 'payment.token', code: 'required' }] });
  expect(await refused({})).toMatchObject({ status: 400, errors: [{ path: 'payment.token', code: 'required' }] });
  expect(await refused({ provider: 'razorpay', token: 'pm_card_visa' })).toMatchObject({
    status: 400,
    errors: [{ path: 'payment.token', code: 'not_expected' }],
  });
  expect(await refused({ provider: 'paypal' })).toMatchObject({ status: 400, errors: [{ path: 'payment.provider' }] });
  expect((await buyer.get('/api/cart')).body.items).toHaveLength(1);
});

test('a guest buys with Razorpay and has it delivered', async () => {
  const before = await stock();
  const { buyer, orderNumber, checkout } = await placed();
  expect(checkout).toEqual({
    ...{ type: 'razorpay_checkout', key: 'rzp_test_sandbox', amount: 300_000, currency: 'INR' },
    orderId: expect.stringMatching(/^order_/),
  });
  expect(await stock()).toBe(before - 2);
  expect(await confirm(buyer, orderNumber, await atCheckout(shop, checkout))).toMatchObject({ status: 200, body: { orderNumber } });
  const order = await buyer.orderIn(orderNumber, 'Processing');
  expect(order.paymentDetails).toMatchObject({ status: 'captured', capturedAmount: 300_000, transactionId: checkout.orderId });
  expect(order.paymentDetails.nextAction).toBeUndefined();
  expect((await back.post(`/api/orders/${orderNumber}/shipments`, { carrier: 'DHL', trackingNumber: orderNumber })).status).toBe(201);
  expect((await back.post(`/api/orders/${orderNumber}/deliveries`)).body.status).toBe('Delivered');
  expect(await books(orderNumber)).toMatchObject([{ provider: 'razorpay', captured: 300_000, refunded: 0 }]);
  expect(await stock()).toBe(before - 2);
});

test('a bad signature is refused and changes nothing, and nobody confirms the order of another', async () => {
  await control(shop, 'webhooks', { hold: true });
  const { buyer, orderNumber, checkout } = await placed();
  const proof = await atCheckout(shop, checkout);
  const forged = { ...proof, razorpay_signature: createHmac('sha256', 'guess').update('x').digest('hex') };
  const bad = { status: 400, body: { code: 'bad_signature' } };
  expect(await confirm(buyer, orderNumber, forged)).toMatchObject(bad);
  expect(await confirm(buyer, orderNumber, { ...proof, razorpay_payment_id: 'pay_another0000000' })).toMatchObject(bad);
  const second = await placed();
  expect(await confirm(second.buyer, second.orderNumber, proof)).toMatchObject(bad);
  expect(await confirm(second.buyer, orderNumber, proof)).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
  expect(await buyer.order(orderNumber)).toMatchObject({ status: 'PaymentPending', paymentDetails: { status: 'action_required' } });
  expect((await confirm(buyer, orderNumber, proof)).status).toBe(200);
  await buyer.orderIn(orderNumber, 'Processing');
});

test('an order that is paid with Stripe has nothing to confirm', async () => {
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: product.id, quantity: 1 });
  const { orderNumber } = (await buyer.checkout()).body;
  const answer = await confirm(buyer, orderNumber, { razorpay_payment_id: 'pay_1', razorpay_signature: 'ab' });
  expect(answer).toMatchObject({ status: 409, body: { code: 'not_supported_by_provider' } });
});

test('a buyer whose payment was declined tries again on the same order, and pays once', async () => {
  const { buyer, orderNumber, checkout } = await placed();
  const known = (await buyer.get(`/api/orders/${orderNumber}`)).headers.get('etag') ?? '';
  expect(await atCheckout(shop, checkout, { outcome: 'fail' })).toMatchObject({ error: { reason: 'payment_failed' } });
  const told = await eventually('the reason, by its tag', async () => {
    const { status, body } = await buyer.get(`/api/orders/${orderNumber}`, { 'If-None-Match': known });
    return status === 200 && body.paymentDetails.failureCode && { status: body.status, ...body.paymentDetails };
  });
  expect(told).toMatchObject({ status: 'action_required', failureCode: 'payment_failed', nextAction: checkout });
  await confirm(buyer, orderNumber, await atCheckout(shop, checkout));
  const order = await buyer.orderIn(orderNumber, 'Processing');
  expect(order.paymentDetails.failureCode).toBeUndefined();
  expect((await books(orderNumber)).map(({ status, captured }) => [status, captured])).toEqual(
    expect.arrayContaining([
      ['failed', 0],
      ['captured', 300_000],
    ]),
  );
});

test('a buyer who closed the tab has paid: the webhook tells', async () => {
  const { buyer, orderNumber, checkout } = await placed();
  await atCheckout(shop, checkout);
  await buyer.orderIn(orderNumber, 'Processing');
  expect(await books(orderNumber)).toMatchObject([{ captured: 300_000 }]);
});

test('nobody tells: the shop asks by itself, and at once when it is told to', async () => {
  await control(shop, 'webhooks', { drop: 1000 });
  const [asked, waiting] = [await placed(), await placed()];
  await atCheckout(shop, asked.checkout);
  await atCheckout(shop, waiting.checkout);
  expect((await back.post('/api/admin/payments/reconcile', { orderNumber: asked.orderNumber })).body).toMatchObject({
    asked: 1,
    changed: 1,
  });
  await asked.buyer.orderIn(asked.orderNumber, 'Processing');
  await waiting.buyer.orderIn(waiting.orderNumber, 'Processing', 60);
}, 90_000);

test('an order that nobody pays fails in time, and its stock is back', async () => {
  const before = await stock();
  const { buyer, orderNumber } = await placed();
  expect(await stock()).toBe(before - 2);
  await expire(buyer, orderNumber);
  expect(await buyer.order(orderNumber)).toMatchObject({ status: 'Failed', paymentDetails: { status: 'cancelled' } });
  expect(await stock()).toBe(before);
  expect((await buyer.post(`/api/orders/${orderNumber}/retry`)).status).toBe(200);
  expect((await buyer.get('/api/cart')).body.items).toMatchObject([{ quantity: 2 }]);
});

test('money that is held and cannot be taken pays for nothing: the overdue order waits, and fails when the hold lapses', async () => {
  const before = await stock();
  const { buyer, orderNumber, checkout } = await placed();
  await control(shop, 'faults', { kind: 'error', method: 'POST', path: '/razorpay/v1/payments/*/capture', times: 1000 });
  await atCheckout(shop, checkout);
  await eventually('held', async () => (await buyer.order(orderNumber)).paymentDetails.status === 'authorized');
  await shop.tamper('orders', async (orders) => {
    await orders.updateOne({ orderNumber }, { $set: { payBy: new Date(0) } });
    const putOff = async (): Promise<boolean> => (await orders.findOne({ orderNumber }))?.giveUpAt > Date.now() + 120_000;
    await eventually('put off', putOff);
  });
  expect(await buyer.order(orderNumber)).toMatchObject({ status: 'PaymentPending', paymentDetails: { status: 'authorized' } });
  await control(shop, 'clock', { advance: 5 * 24 * 3600 + 60 });
  await back.post('/api/admin/payments/reconcile', { orderNumber });
  await buyer.orderIn(orderNumber, 'Failed');
  expect(await books(orderNumber)).toMatchObject([{ captured: 0, capturable: 0 }]);
  expect(await stock()).toBe(before);
  await fetch(`${shop.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
});

test('a failed payment that the bank authorises after the order has died is taken and sent back, and both are on record', async () => {
  const before = await stock();
  const { buyer, orderNumber, checkout } = await placed();
  const { payment_id: payment } = (await atCheckout(shop, checkout, { outcome: 'fail' })).error.metadata;
  await expire(buyer, orderNumber);
  await control(shop, `razorpay_payments/${payment}/authorize`, {});
  await eventually('the money back', async () => (await books(orderNumber))[0]?.refunded === 300_000);
  expect(await books(orderNumber)).toMatchObject([{ captured: 300_000, refunded: 300_000, net: 0 }]);
  expect(await buyer.order(orderNumber)).toMatchObject({ status: 'Failed' });
  const file = await eventually('the record', async () => {
    const { body } = await back.get(`/api/admin/payments/${orderNumber}`);
    return body.refunds[0]?.status === 'succeeded' && body;
  });
  expect(file.payment).toMatchObject({ provider: 'razorpay', status: 'captured', capturedAmount: 300_000, refundedAmount: 300_000 });
  expect(await stock()).toBe(before);
});

test('whoever pays an order in the checkout after it has died gets the money back as well', async () => {
  const { buyer, orderNumber, checkout } = await placed();
  await expire(buyer, orderNumber);
  expect((await confirm(buyer, orderNumber, await atCheckout(shop, checkout))).status).toBe(200);
  await eventually('the money back', async () => (await books(orderNumber))[0]?.refunded === 300_000);
});

test('money goes back in part and in whole, once, by way of faults', async () => {
  const { buyer, orderNumber } = await paid();
  await control(shop, 'faults', { kind: 'reset', when: 'after', method: 'POST', path: '/razorpay/v1/payments/*/refund', times: 3 });
  const key = { 'Idempotency-Key': 'part' };
  const refund = { amount: 100_000, reason: 'Scratched' };
  expect((await back.post(`/api/orders/${orderNumber}/refunds`, refund, key)).status).toBe(201);
  expect((await back.post(`/api/orders/${orderNumber}/refunds`, refund, key)).status).toBe(201);
  await eventually('the part back', async () => (await books(orderNumber))[0]?.refunded === 100_000);
  expect((await back.post(`/api/orders/${orderNumber}/refunds`, { amount: 200_001 })).body).toMatchObject({ code: 'nothing_to_refund' });
  expect((await buyer.post(`/api/orders/${orderNumber}/cancel`)).status).toBe(200);
  await buyer.orderIn(orderNumber, 'Refunded');
  expect(await books(orderNumber)).toMatchObject([{ captured: 300_000, refunded: 300_000, net: 0 }]);
});

test('everything that is told twice has happened once', async () => {
  await control(shop, 'webhooks', { duplicate: 2, shuffle: 7 });
  const { buyer, orderNumber, checkout } = await placed();
  const proof = await atCheckout(shop, checkout);
  const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(buyer, orderNumber, proof)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const order = await buyer.orderIn(orderNumber, 'Processing');
  expect(order.history.map(({ to }: Json) => to)).toEqual(['PaymentPending', 'Processing']);
  expect((await confirm(buyer, orderNumber, proof)).body).toMatchObject({ status: 'Processing', paymentDetails: { status: 'captured' } });
  expect(await books(orderNumber)).toMatchObject([{ captured: 300_000, refunded: 0 }]);
});

test('the same checkout five times is one order at Razorpay', async () => {
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: product.id, quantity: 1 });
  await control(shop, 'faults', { kind: 'error', when: 'after', method: 'POST', path: '/razorpay/v1/orders', times: 1 });
  const body = { shippingAddress: address, email: buyer.email, payment: { provider: 'razorpay' } };
  const answers = await Promise.all(Array.from({ length: 5 }, () => buyer.post('/api/orders', body)));
  const told = new Set(
    answers.map(({ status, body: order }) => `${status} ${order.orderNumber} ${order.paymentDetails?.nextAction?.orderId}`),
  );
  expect([...told]).toEqual([expect.stringMatching(/^201 CW-\S+ order_\w+$/)]);
});
