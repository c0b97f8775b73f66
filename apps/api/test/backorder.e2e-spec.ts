import { Client, type Json } from './support/client';
import { Shop } from './support/shop';

let shop: Shop;
let back: Client;
let kettle: Json;

beforeAll(async () => {
  shop = await Shop.start();
  const { back: seller, goods } = await Client.seller(shop);
  back = seller;
  const product = { name: 'Kettle', brand: 'Own', ...goods, basePrice: 4500, currency: 'USD', sku: 'KETTLE', stock: 1 };
  kettle = (await back.post('/api/products', product)).body;
  await back.post('/api/admin/locations', { code: 'east', name: 'East', priority: 10 });
}, 60_000);
afterAll(() => shop.stop());

const level = async (): Promise<Json> => (await back.get('/api/admin/inventory/KETTLE')).body;

async function order(quantity: number): Promise<{ buyer: Client; placed: Json }> {
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: kettle.id, quantity });
  return { buyer, placed: await buyer.checkout() };
}

test('a SKU on back-order is sold beyond the stock, up to its limit; what comes in is sent to who waits', async () => {
  expect((await order(2)).placed).toMatchObject({ status: 409, body: { code: 'cart_empty' } }); // the cart took only what there was
  expect(await back.put('/api/admin/inventory/KETTLE/backorder', { allowed: true, limit: 3 }, { 'if-match': '*' })).toMatchObject({
    status: 200,
    body: { available: 1, backordered: 0, backorder: { allowed: true, limit: 3 } },
  });
  expect((await new Client(shop).get('/api/products/kettle')).body.variants).toMatchObject([{ stock: 1, backorder: true }]);

  const buyer = await Client.guest(shop);
  const cart = await buyer.post('/api/cart/items', { productId: kettle.id, quantity: 3 });
  expect(cart).toMatchObject({
    status: 201,
    body: { items: [{ quantity: 3, available: 4, backordered: 2 }], warnings: [{ code: 'low_stock' }] },
  });
  const { orderNumber } = (await buyer.checkout()).body;
  expect(await buyer.orderIn(orderNumber as string, 'Processing')).toMatchObject({ items: [{ quantity: 3, backordered: 2 }] });
  expect(await level()).toMatchObject({ onHand: 0, reserved: 2, available: -2, backordered: 2 });
  expect((await order(2)).placed.status).toBe(409); // one more may be promised

  const send = async (n: number): Promise<Json> =>
    back.post(`/api/orders/${orderNumber}/shipments`, { carrier: 'DHL', trackingNumber: `T${n}` });
  expect(await send(1)).toMatchObject({ status: 201, body: { status: 'Processing', shipments: [{ items: [{ quantity: 1 }] }] } });
  expect(await send(2)).toMatchObject({ status: 409, body: { code: 'still_on_backorder', items: [{ sku: 'KETTLE', backordered: 2 }] } });

  const delivery = { sku: 'KETTLE', location: 'east', kind: 'received', change: 5, reason: 'Delivery 7' };
  expect((await back.post('/api/admin/inventory/adjustments', delivery)).status).toBe(201);
  expect(await level()).toMatchObject({ onHand: 3, reserved: 0, available: 3, backordered: 0 });
  expect(await send(2)).toMatchObject({ status: 201, body: { status: 'Shipped' } });
  expect(await shop.cli('doctor')).toMatchObject({ code: 0 });
}, 60_000);

test('a cancelled order gives back what it had, and does not wait any more', async () => {
  const before = await level();
  const { buyer, placed } = await order(before.available + 2);
  const { orderNumber } = placed.body;
  await buyer.orderIn(orderNumber as string, 'Processing');
  expect(await level()).toMatchObject({ onHand: 0, reserved: 2, backordered: 2 });
  expect((await buyer.post(`/api/orders/${orderNumber}/cancel`)).status).toBe(200);
  await buyer.orderIn(orderNumber as string, 'Refunded');
  expect(await level()).toMatchObject({ onHand: before.onHand, reserved: 0, available: before.available, backordered: 0 });
  expect(await shop.cli('doctor')).toMatchObject({ code: 0 });
}, 60_000);
