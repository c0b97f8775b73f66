import { Client, ledger, type Json } from './support/client';
import { Shop } from './support/shop';

let shop: Shop;
let back: Client;
let category: string;
let vendor: string;

beforeAll(async () => {
  shop = await Shop.start();
  back = await Client.admin(shop);
  category = (await back.post('/api/categories', { name: 'Rarities' })).body.id;
  vendor = (await back.get('/api/admin/users')).body.data[0].id;
  await back.put(`/api/admin/users/${vendor}/roles`, { roles: ['user', 'vendor', 'admin'] });
  back = await Client.admin(shop);
}, 60_000);
afterAll(() => shop.stop());

async function product(sku: string, stock: number): Promise<Json> {
  const { status, body } = await back.post('/api/products', {
    name: `Rarity ${sku}`,
    brand: 'Own',
    category,
    vendor,
    basePrice: 2500,
    currency: 'USD',
    sku,
    stock,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body;
}

test('a hundred buyers at once for ten pieces: ten orders, ninety clear refusals, nothing half done', async () => {
  const rarity = await product('LAST-TEN', 10);
  const buyers = await Promise.all(Array.from({ length: 100 }, () => Client.guest(shop)));
  const added = await Promise.all(buyers.map((buyer) => buyer.post('/api/cart/items', { productId: rarity.id, quantity: 1 })));
  expect(added.every((answer) => answer.status === 201)).toBe(true);
  const answers = await Promise.all(buyers.map((buyer) => buyer.checkout()));
  const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
  expect({ placed: count(201), refused: count(409) }).toEqual({ placed: 10, refused: 90 });
  for (const { body } of answers.filter((answer) => answer.status === 409))
    expect(body).toMatchObject({ code: 'out_of_stock', items: [{ sku: 'LAST-TEN' }] });
  await Promise.all(
    answers.map(async ({ status, body }, index) => (status === 201 ? buyers[index]?.orderIn(body.orderNumber, 'Processing') : undefined)),
  );
  expect((await back.get('/api/admin/orders?limit=100')).body.pagination.total).toBe(10);
  const { payments } = await ledger(shop);
  expect(payments.map((payment: Json) => payment.captured)).toEqual(Array(10).fill(2500));
  const { body } = await new Client(shop).get(`/api/products/${rarity.id}`);
  expect(body.variants[0].stock).toBe(0);
}, 90_000);

test.each(['with the same Idempotency-Key', 'with different keys', 'without keys'])(
  'one cart checked out five times in parallel %s makes one order and one charge',
  async (how) => {
    const rarity = await product(`TWIN-${how.length}`, 10);
    const buyer = await Client.guest(shop);
    await buyer.post('/api/cart/items', { productId: rarity.id, quantity: 1 });
    const keyOf = (n: number): Record<string, string> =>
      how.endsWith('same Idempotency-Key')
        ? { 'Idempotency-Key': 'k' }
        : how.endsWith('different keys')
          ? { 'Idempotency-Key': `k${n}` }
          : { 'Idempotency-Key': '' };
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => buyer.checkout('pm_card_visa', {}, keyOf(n))));
    const numbers = new Set(answers.filter((answer) => answer.status === 201).map((answer) => answer.body.orderNumber as string));
    expect(numbers.size).toBe(1);
    // One that came in after the order was made finds its cart empty; with the key of one that is in hand it is told that.
    const heard = ['cart_empty', ...(how.endsWith('same Idempotency-Key') ? ['idempotency_in_progress'] : [])];
    const others = answers.filter((answer) => answer.status !== 201).map((answer) => answer.body.code as string);
    expect(others.filter((code) => !heard.includes(code))).toEqual([]);
    const [orderNumber = ''] = numbers;
    await buyer.orderIn(orderNumber, 'Processing');
    expect((await buyer.get('/api/orders')).body.pagination.total).toBe(1);
    const { payments } = await ledger(shop);
    expect(payments.filter((payment: Json) => payment.metadata.orderNumber === orderNumber)).toMatchObject([{ captured: 2500 }]);
    expect((await new Client(shop).get(`/api/products/${rarity.id}`)).body.variants[0].stock).toBe(9);
  },
);
