import { Client, control, type Json } from './support/client';
import { atCheckout, booksOf, confirm, placeWithRazorpay, type AtRazorpay } from './support/razorpay';
import { eventually, Shop } from './support/shop';

const dayS = 24 * 3600;
let shop: Shop;
let back: Client;
let product: Json;

beforeAll(async () => {
  shop = await Shop.start({ PAYMENT_CAPTURE: 'manual' });
  const seller = await Client.seller(shop);
  back = seller.back;
  const lamp = { name: 'Lamp', brand: 'Own', ...seller.goods, basePrice: 2000, currency: 'INR', sku: 'LAMP', stock: 50 };
  product = (await back.post('/api/products', lamp)).body;
}, 60_000);
afterAll(() => shop.stop());

/** An order of two lamps whose money Razorpay holds. */
async function held(): Promise<AtRazorpay> {
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: product.id, quantity: 2 });
  const order = await placeWithRazorpay(buyer);
  expect((await confirm(buyer, order.orderNumber, await atCheckout(shop, order.checkout))).status).toBe(200);
  await buyer.orderIn(order.orderNumber, 'Processing');
  return order;
}

/** The one payment of an order, by Razorpay's own books. */
const books = async ({ orderNumber }: AtRazorpay): Promise<Json> => (await booksOf(shop, orderNumber))[0];

test('money is held with the order and taken, all of it, when the first parcel leaves', async () => {
  const order = await held();
  expect(await books(order)).toMatchObject({ captured: 0, capturable: 4000 });
  expect((await back.post(`/api/orders/${order.orderNumber}/captures`, { amount: 1500 })).body).toMatchObject({
    status: 409,
    code: 'not_supported_by_provider',
  });
  const parcel = { carrier: 'DHL', trackingNumber: 'P1' };
  expect((await back.post(`/api/orders/${order.orderNumber}/shipments`, parcel)).status).toBe(201);
  await eventually('captured', async () => (await books(order)).captured === 4000);
});

test('a part that is cancelled first makes the shop take all, and goes back', async () => {
  const order = await held();
  const { items } = await order.buyer.order(order.orderNumber);
  const part = { items: [{ item: items[0].id, quantity: 1 }] };
  expect((await order.buyer.post(`/api/orders/${order.orderNumber}/cancel`, part)).status).toBe(200);
  await eventually('a half back', async () => (await books(order)).refunded === 2000);
  expect(await books(order)).toMatchObject({ captured: 4000, refunded: 2000 });
  const parcel = { carrier: 'DHL', trackingNumber: 'P2' };
  expect((await back.post(`/api/orders/${order.orderNumber}/shipments`, parcel)).body).toMatchObject({ status: 'Shipped' });
});

test('a hold that is taken in the provider’s dashboard although its order was cancelled goes back, and the order is Refunded', async () => {
  const order = await held();
  expect((await order.buyer.post(`/api/orders/${order.orderNumber}/cancel`)).body).toMatchObject({ status: 'Cancelled' });
  await eventually('pending', async () => {
    const { refunds } = (await back.get(`/api/admin/payments/${order.orderNumber}`)).body;
    return refunds[0].status === 'pending';
  });
  const { payment } = await books(order);
  const authorization = `Basic ${Buffer.from('rzp_test_sandbox:razorpay_sandbox_secret').toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const body = JSON.stringify({ amount: 4000, currency: 'INR' });
  const url = `${shop.sandboxUrl}/razorpay/v1/payments/${payment}/capture`;
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
  await order.buyer.orderIn(order.orderNumber, 'Refunded');
  expect(await books(order)).toMatchObject({ captured: 4000, refunded: 4000 });
  expect((await order.buyer.order(order.orderNumber)).refunds).toMatchObject([{ amount: 4000, status: 'succeeded' }]);
  expect((await shop.cli('doctor')).output).not.toContain(order.orderNumber);
}, 60_000);

test('a cancelled order is Refunded when its hold has lapsed, and not before', async () => {
  const order = await held();
  expect((await order.buyer.post(`/api/orders/${order.orderNumber}/cancel`)).body).toMatchObject({ status: 'Cancelled' });
  const refund = async (): Promise<Json> => (await back.get(`/api/admin/payments/${order.orderNumber}`)).body.refunds[0];
  await eventually('pending', async () => (await refund()).status === 'pending');
  expect((await back.post('/api/admin/payments/reconcile', { orderNumber: order.orderNumber })).body).toMatchObject({
    asked: 2,
    changed: 0,
  });
  expect(await order.buyer.order(order.orderNumber)).toMatchObject({ status: 'Cancelled' });
  await control(shop, 'clock', { advance: 5 * dayS + 60 });
  await order.buyer.orderIn(order.orderNumber, 'Refunded', 60);
  expect(await refund()).toMatchObject({ status: 'succeeded', released: true, amount: 4000 });
  expect(await books(order)).toMatchObject({ captured: 0, refunded: 0, capturable: 0, status: 'refunded' });
}, 90_000);
