import { Client, ledger, type Json } from './support/client';
import { eventually, pause, Shop } from './support/shop';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.start();
}, 60_000);
afterAll(() => shop.stop());

const stock = 1000;
const price = 1700;

async function rarity(): Promise<Json> {
  let back = await Client.admin(shop);
  const vendor = (await back.get('/api/admin/users')).body.data[0].id;
  await back.put(`/api/admin/users/${vendor}/roles`, { roles: ['user', 'vendor', 'admin'] });
  back = await Client.admin(shop);
  const category = (await back.post('/api/categories', { name: 'Kettles' })).body.id;
  const { body } = await back.post('/api/products', {
    name: 'Kettle',
    brand: 'Own',
    category,
    vendor,
    basePrice: price,
    currency: 'USD',
    sku: 'KETTLE',
    stock,
  });
  return body;
}

/** Whatever a buyer was told before the lights went out. */
type Outcome = { readonly buyer: Client; readonly orderNumber?: string };

test('kill -9 in the midst of 40 checkouts: every acknowledged order is there and comes to an end, stock adds up, nobody pays twice', async () => {
  const kettle = await rarity();
  const buyers = await Promise.all(Array.from({ length: 40 }, () => Client.guest(shop)));
  await Promise.all(buyers.map((buyer) => buyer.post('/api/cart/items', { productId: kettle.id, quantity: 1 })));
  let acknowledged = 0;
  const outcomes = buyers.map(async (buyer, index): Promise<Outcome> => {
    await pause(index * 12);
    const answer = await buyer.checkout().catch(() => undefined); // no answer: the server died first
    if (answer?.status !== 201) return { buyer };
    acknowledged += 1;
    return { buyer, orderNumber: answer.body.orderNumber };
  });
  await eventually('some acknowledged orders', async () => acknowledged >= 10);
  await shop.kill();
  const known = await Promise.all(outcomes);
  expect(known.some((outcome) => !outcome.orderNumber)).toBe(true); // it really was in the midst of them

  await shop.boot();
  const back = await Client.admin(shop);
  const orders = await eventually(
    'every order at an end',
    async () => {
      const { body } = await back.get('/api/admin/orders?limit=100');
      return body.data.every((order: Json) => ['Processing', 'Failed'].includes(order.status)) ? body.data : undefined;
    },
    60,
  );

  for (const { buyer, orderNumber } of known.filter((outcome) => outcome.orderNumber))
    expect((await buyer.order(orderNumber ?? '')).status).toBe('Processing');
  const paid = orders.filter((order: Json) => order.status === 'Processing');
  const { payments } = await ledger(shop);
  const captured = payments.filter((payment: Json) => payment.net > 0).map((payment: Json) => payment.metadata.orderNumber);
  expect([...captured].sort()).toEqual(paid.map((order: Json) => order.orderNumber).sort());
  expect(payments.every((payment: Json) => payment.captured === price || payment.captured === 0)).toBe(true);
  const level = (await back.get('/api/admin/inventory?sku=KETTLE')).body.data[0];
  expect(level).toMatchObject({ onHand: stock - paid.length, reserved: 0 });
  expect(await shop.cli('doctor')).toMatchObject({ code: 0 });

  // Buyers whose checkout died without an order still have their cart, and can finish.
  const lost = await Promise.all(
    known
      .filter((outcome) => !outcome.orderNumber)
      .map(async ({ buyer }) => ((await buyer.get('/api/orders')).body.pagination.total === 0 ? buyer : undefined)),
  );
  for (const buyer of lost.filter((candidate) => candidate !== undefined)) expect((await buyer.checkout()).status).toBe(201);
}, 180_000);
