import { address, Client, type Json } from './support/client';
import { letterTo } from './support/letters';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let back: Client;
let lamp: Json;
beforeAll(async () => {
  shop = await Shop.start();
  ({ back, lamp } = await Client.lampSeller(shop));
}, 60_000);
afterAll(() => shop.stop());

async function ordered(buyer: Client, extra: Record<string, unknown> = {}): Promise<string> {
  await buyer.post('/api/cart/items', { productId: lamp.id, quantity: 2 });
  const { orderNumber } = (await buyer.checkout(undefined, extra)).body;
  await buyer.orderIn(orderNumber, 'Processing');
  return orderNumber as string;
}

test('somebody takes along everything that the shop keeps about them, and nothing that would let anybody in', async () => {
  const ada = await Client.user(shop, 'Ada.Takes@example.com');
  await ada.post('/api/auth/email/verify', { token: await letterTo(shop, 'Ada.Takes@example.com') });
  await ada.post('/api/users/me/addresses', { ...address, line1: 'Analytical Way 1' });
  await ada.post('/api/users/me/payment-methods', { token: 'pm_card_visa' });
  const [orderNumber, later] = [await ordered(ada), await ordered(ada)];
  await back.post(`/api/orders/${orderNumber}/shipments`, { carrier: 'DHL', trackingNumber: 'T-1' });
  await back.post(`/api/orders/${orderNumber}/deliveries`);
  await ada.post(`/api/orders/${orderNumber}/returns`, { reason: 'too bright' });
  await back.post(`/api/orders/${orderNumber}/refunds`, { amount: 100 });
  await ada.post('/api/cart/items', { productId: lamp.id, quantity: 3 });
  const mailed = async (): Promise<boolean> =>
    (await back.get(`/api/admin/mails?orderNumber=${orderNumber}&template=parcel_sent&state=accepted`)).body.data.length === 1;
  await eventually('the mail about the parcel', mailed);

  const { status, headers, body } = await ada.get('/api/users/me/export');
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, expect.stringContaining('json'), 'no-store']);
  const { profile, addresses, sessions, cart, orders, paymentMethods, mails } = body.data;
  expect(profile).toEqual([expect.objectContaining({ name: 'Ada', email: 'Ada.Takes@example.com', roles: ['user'] })]);
  expect(addresses).toEqual([expect.objectContaining({ line1: 'Analytical Way 1', phone: address.phone })]);
  expect(sessions).toEqual([
    { id: expect.any(String), createdAt: expect.any(String), usedAt: expect.any(String), expiresAt: expect.any(String) },
  ]);
  expect(cart[0].items).toEqual([expect.objectContaining({ sku: 'LAMP', quantity: 3 })]);
  expect(orders.map((order: Json) => order.orderNumber)).toEqual([later, orderNumber]);
  expect(orders[1]).toMatchObject({
    shippingAddress: { name: address.name, phone: address.phone, line1: address.line1 },
    payment: { status: 'captured', amount: 4000, transactionId: expect.any(String) },
    shipments: [{ carrier: 'DHL', trackingNumber: 'T-1' }],
    returns: [{ reason: 'too bright' }],
    refunds: [{ amount: 100 }],
  });
  expect(paymentMethods).toEqual([expect.objectContaining({ brand: 'visa', last4: '4242' })]);
  expect(mails.map(({ template }: Json) => template)).toEqual(
    expect.arrayContaining(['email_verification', 'order_confirmation', 'parcel_sent']),
  );
  expect(JSON.stringify(body)).not.toMatch(/argon2|[Hh]ash|clientSecret|_secret_|pm_|cus_|checkoutKey|actorId/);
}, 60_000);

test("nobody gets what is somebody else's: no stranger, no guest, and no account with an address that it never showed to read", async () => {
  const guest = await Client.guest(shop);
  const orderNumber = await ordered(guest, { email: 'victim@example.com' });
  await eventually(
    'the mail',
    async () => (await back.get(`/api/admin/mails?orderNumber=${orderNumber}&state=accepted`)).body.data.length > 0,
  );
  const squatter = await Client.user(shop, 'victim@example.com');
  const { body } = await squatter.get('/api/users/me/export');
  expect(body.data).toMatchObject({ orders: [], mails: [], cart: [] });
  expect(JSON.stringify(body)).not.toContain(orderNumber);
  expect((await new Client(shop).get('/api/users/me/export')).status).toBe(401);
  expect((await guest.get('/api/users/me/export')).status).toBe(403);
}, 60_000);

test('who asks all the time is told to wait', async () => {
  const eve = await Client.user(shop, 'eve@example.com');
  const answers = await Promise.all(Array.from({ length: 8 }, () => eve.get('/api/users/me/export')));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  expect(Number(answers.find(({ status }) => status === 429)?.headers.get('retry-after'))).toBeGreaterThan(60);
});
