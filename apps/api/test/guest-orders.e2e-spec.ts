import { Client, type Json } from './support/client';
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

const password = 'correct horse battery';

/** A guest's order, paid. */
async function ordered(email: string, guest?: Client): Promise<{ guest: Client; orderNumber: string }> {
  const buyer = guest ?? (await Client.guest(shop));
  await buyer.post('/api/cart/items', { productId: lamp.id, quantity: 1 });
  const { body } = await buyer.checkout(undefined, { email });
  await buyer.orderIn(body.orderNumber, 'Processing');
  return { guest: buyer, orderNumber: body.orderNumber };
}

const numbersOf = async (client: Client): Promise<string[]> =>
  (await client.get('/api/orders')).body.data.map(({ orderNumber }: Json) => orderNumber);
const login = async (email: string, guest?: Client): Promise<Client> =>
  new Client(shop, (await new Client(shop, guest?.token).post('/api/auth/login', { email, password })).body.accessToken, email);

test('what somebody ordered as a guest is theirs when they have shown to read its email, and what they order so later from the next login on', async () => {
  const { guest, orderNumber } = await ordered('Grace@Example.com');
  const grace = await Client.user(shop, 'grace@example.com', guest);
  expect(await numbersOf(grace)).toEqual([]);
  expect((await grace.get(`/api/orders/${orderNumber}`)).status).toBe(404);
  const token = await letterTo(shop, 'grace@example.com');
  expect((await grace.post('/api/auth/email/verify', { token })).status).toBe(204);
  await eventually('the order', async () => (await numbersOf(grace)).includes(orderNumber));

  const { guest: sofa, orderNumber: later } = await ordered('GRACE@example.com');
  expect(await numbersOf(grace)).toEqual([orderNumber]);
  const placed = await sofa.get(`/api/orders/${later}`);
  const beheld = await back.get(`/api/orders/${later}`);
  expect(beheld.body.customer).toEqual({ kind: 'guest', id: expect.any(String) });
  const again = await login('grace@example.com');
  await eventually('the later order', async () => (await numbersOf(again)).includes(later));
  // Whoever ordered with somebody's address does not find out whose it is, nor that they logged in.
  const { body, headers } = await sofa.get(`/api/orders/${later}`);
  expect([body, headers.get('etag')]).toEqual([placed.body, placed.headers.get('etag')]);
  expect(body).not.toHaveProperty('customer');
  expect(await numbersOf(again)).toEqual([later, orderNumber]);

  // An admin is told, and by the tag as well, so that nobody goes on looking at a copy of before.
  const customer = { kind: 'user', id: (await grace.get('/api/users/me/profile')).body.id };
  const now = await back.get(`/api/orders/${later}`, { 'if-none-match': String(beheld.headers.get('etag')) });
  expect([now.status, now.body.customer]).toEqual([200, customer]);
  const inList = await back.get(`/api/admin/orders?customer=${customer.id}&fields=orderNumber,customer`);
  expect(inList.body.data).toEqual([later, orderNumber].map((number) => ({ orderNumber: number, customer })));
  // The buyer's own answers have none, of whatever kind.
  for (const path of [`/api/orders/${later}`, `/api/orders/${later}?expand=events`, '/api/orders'])
    for (const buyer of [sofa, again])
      expect([path, JSON.stringify((await buyer.get(path)).body)]).toEqual([path, expect.not.stringContaining('"customer"')]);

  // It is an order of the account as any other: here it is sent, delivered and to be sent back.
  expect((await back.post(`/api/orders/${orderNumber}/shipments`, { carrier: 'DHL', trackingNumber: 'T1' })).body).toMatchObject({
    customer,
  });
  await back.post(`/api/orders/${orderNumber}/deliveries`);
  expect((await again.post(`/api/orders/${orderNumber}/returns`, {})).status).toBe(201);
  expect((await again.post(`/api/orders/${later}/cancel`, {})).body.status).toBe('Cancelled');
  const { code, output } = await shop.cli('doctor');
  expect([code, output]).toEqual([0, output]);
}, 60_000);

test("a stranger who registers with somebody else's address, or takes it later, sees nothing of what was ordered with it", async () => {
  const { orderNumber } = await ordered('hedy@example.com');
  const squatter = await Client.user(shop, 'hedy@example.com');
  const seen = async (client: Client): Promise<unknown[]> => [
    await numbersOf(client),
    (await client.get(`/api/orders/${orderNumber}`)).status,
    (await client.post(`/api/orders/${orderNumber}/cancel`, {})).status,
  ];
  expect(await seen(squatter)).toEqual([[], 404, 404]);
  expect(await seen(await login('hedy@example.com'))).toEqual([[], 404, 404]);

  // An account that reads its own mail does not get what an address has that it takes on afterwards.
  const mallory = await Client.user(shop, 'mallory@example.com');
  await mallory.post('/api/auth/email/verify', { token: await letterTo(shop, 'mallory@example.com') });
  await squatter.put('/api/users/me/profile', { name: 'Squatter', email: 'squatter@example.com', currentPassword: password });
  const profile = { name: 'Mallory', email: 'hedy@example.com', currentPassword: password };
  expect((await mallory.put('/api/users/me/profile', profile)).body).not.toHaveProperty('emailVerifiedAt');
  expect(await seen(await login('hedy@example.com'))).toEqual([[], 404, 404]);

  // The letter to the former address proves nothing of the new one.
  expect((await mallory.post('/api/auth/email/verify', { token: await letterTo(shop, 'mallory@example.com') })).status).toBe(400);
  expect(await seen(mallory)).toEqual([[], 404, 404]);
}, 60_000);
