import { address, Client } from './support/client';
import { eventually, Shop } from './support/shop';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.start({ DEMO_DATA: 'true', LOG_LEVEL: 'trace' });
}, 60_000);
afterAll(() => shop.stop());

type Line = Readonly<Record<string, unknown>>;

function lines(): Line[] {
  const json = shop.output.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
  return json.map((line) => JSON.parse(line) as Line);
}

/** A customer's visit in which a good deal goes wrong. Returns what of it must not be in the log, and the order. */
async function visit(): Promise<{ secrets: string[]; orderNumber: string; token: string }> {
  const email = 'ada.lovelace@private.example';
  const password = 'correct horse battery';
  const user = await Client.user(shop, email);
  const nobody = new Client(shop);
  await nobody.post('/api/auth/register', { name: 'Ada', email, password });
  await nobody.post('/api/auth/login', { email, password: 'wr0ng-passw0rd' });
  await nobody.get(`/api/products?q=${encodeURIComponent(email)}`);
  await user.post('/api/users/me/addresses', address);
  await user.post('/api/users/me/addresses', { ...address, phone: '4242 4242 4242 4242', nonsense: email });
  await new Client(shop, 'eyJub3QiOi.eyJhIHRva2Vu.c2lnbmF0dXJl').get('/api/cart');
  const { body: products } = await nobody.get('/api/products?inStock=true');
  const [product] = products.data;
  await user.post('/api/cart/items', { productId: product.id, variantId: product.variants[0].id, quantity: 1 });
  const declined = await user.post('/api/orders', { shippingAddress: address, payment: { token: 'pm_card_chargeDeclined' } });
  expect(declined.status).toBe(402);
  await user.post('/api/cart/items', { productId: product.id, variantId: product.variants[0].id, quantity: 1 });
  const { status, body } = await user.post('/api/orders', { shippingAddress: address, payment: { token: 'pm_card_visa' } });
  expect(status).toBe(201);
  const secrets = [
    email,
    password,
    'wr0ng-passw0rd',
    '4242 4242',
    address.line1,
    address.phone,
    address.name,
    String(user.token),
    'eyJub3QiOi',
  ];
  return { secrets, orderNumber: body.orderNumber as string, token: String(user.token) };
}

test('no secret and nothing personal of real requests is in the log, and its lines say what they belong to', async () => {
  const { secrets, token } = await visit();
  const mail = await eventually('the mail', () => Promise.resolve(lines().find(({ msg }) => String(msg).startsWith('Mail '))));
  expect(mail).toMatchObject({ eventId: expect.stringMatching(/^[0-9a-f]{24}$/) });
  const { sub } = JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString()) as { sub: string };
  const placed = await eventually('the order', () => {
    const said = lines().filter(({ path, method, status }) => path === '/api/orders' && method === 'POST' && status === 201);
    return Promise.resolve(said.length > 0 && said);
  });
  expect(placed).toMatchObject([{ callerId: sub, orderId: expect.stringMatching(/^[0-9a-f]{24}$/), requestId: expect.any(String) }]);
  expect(lines().length).toBeGreaterThan(10);
  expect(secrets.filter((secret) => shop.output.includes(secret))).toEqual([]);
});
