import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client, control, ledger, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let back: Client;
let goods: { readonly category: string; readonly vendor: string };

beforeAll(async () => {
  shop = await Shop.start();
  ({ back, goods } = await Client.seller(shop));
}, 60_000);
afterAll(() => shop.stop());

async function product(sku: string, basePrice: number): Promise<Json> {
  return (await back.post('/api/products', { name: sku, brand: 'Own', ...goods, basePrice, currency: 'USD', sku, stock: 10 })).body;
}

test.each([
  ['FREE', 0, 1],
  ['CHEAP', 49, 1],
  ['DEAR', 50_000_000, 2],
])('a total that the provider would not take is refused and leaves nothing behind: %s', async (sku, price, quantity) => {
  const { id } = await product(sku, price);
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: id, quantity });
  expect(await buyer.checkout()).toMatchObject({
    status: 409,
    body: { code: 'amount_not_chargeable', amount: price * quantity, least: 50 },
  });
  expect((await buyer.get('/api/orders')).body.pagination.total).toBe(0);
  expect((await buyer.get('/api/cart')).body.items).toHaveLength(1);
  const { body: levels } = await back.get('/api/admin/inventory?limit=100');
  expect(levels.data.find((level: Json) => level.sku === sku)).toMatchObject({ onHand: 10, reserved: 0 });
});

test('a refund that the provider calls pending, and of which no webhook ever tells, is asked about until it is done', async () => {
  const { id } = await product('LAMP', 2000);
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: id, quantity: 1 });
  const { orderNumber } = (await buyer.checkout('pm_card_pendingRefund')).body;
  const status = async (): Promise<string> => (await buyer.get(`/api/orders/${orderNumber}`)).body.status;
  await eventually('Processing', async () => (await status()) === 'Processing');
  await control(shop, 'webhooks', { drop: 1000 });
  expect((await buyer.post(`/api/orders/${orderNumber}/cancel`)).status).toBe(200);
  await eventually('Refunded', async () => (await status()) === 'Refunded', 15);
});

test('a 500 of the provider after it has charged, which it gives again to every repetition, ends in a paid order', async () => {
  const { id } = await product('FAULTY', 3000);
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: id, quantity: 1 });
  await control(shop, 'webhooks', { drop: 1000 });
  await control(shop, 'faults', { kind: 'error', when: 'after', method: 'POST', path: '/v1/payment_intents', times: 1 });
  const placed = await buyer.checkout();
  expect(placed).toMatchObject({ status: 201, body: { status: 'PaymentPending', paymentDetails: { status: 'requested' } } });
  await buyer.orderIn(placed.body.orderNumber as string, 'Processing', 40);
  const { payments } = await ledger(shop);
  expect(payments.filter((payment: Json) => payment.metadata.orderNumber === placed.body.orderNumber)).toMatchObject([{ captured: 3000 }]);
}, 60_000);

test('SIGTERM in the midst of requests stops everything in order: code 0, and nothing of it left running', async () => {
  // Settled from the start: what is cut off while the shop stops must not count as an error of the test.
  const asking = Promise.allSettled(Array.from({ length: 50 }, async () => (await fetch(`${shop.url}/api/products`)).status));
  const ended = await shop.terminate();
  expect({ ...ended, output: shop.output.slice(-2000) }).toMatchObject({ code: 0, signal: null });
  await asking;
  expect(existsSync(join(shop.dataDir, 'mongodb.sock'))).toBe(false);
  await shop.boot();
  expect((await (await Client.admin(shop)).get('/api/admin/orders')).body.pagination.total).toBe(2);
}, 30_000);
