import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectId } from 'mongodb';
import { Client, type Json } from './support/client';
import { letterTo } from './support/letters';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let back: Client;
let lamp: Json;
beforeAll(async () => {
  // What was delivered cannot come back, so that it is at rest at once.
  shop = await Shop.start({ RETURN_DAYS: '0', AUTH_RATE_LIMIT_PER_MINUTE: '0' });
  ({ back, lamp } = await Client.lampSeller(shop));
}, 60_000);
afterAll(() => shop.stop());

const password = 'correct horse battery';
const person = { name: 'Wilhelmine Vergessen', phone: '+49 30 5550199', line1: 'Verborgene Gasse 77', city: 'Hinterbrühl' };
const shippingAddress = { ...person, state: 'Brandenburg', pincode: '14467', country: 'DE' };
const email = 'Wilhelmine.V@example.com';
/** What must be nowhere, in whatever case. */
const traces = [...Object.values(person), email].map((trace) => trace.toLowerCase());

async function registered(name: string, address: string): Promise<Client & { id: string; refreshToken: string }> {
  const { status, body } = await new Client(shop).post('/api/auth/register', { name, email: address, password });
  expect(status).toBe(201);
  return Object.assign(new Client(shop, body.accessToken, address), { id: body.user.id, refreshToken: body.refreshToken });
}

async function ordered(buyer: Client, extra: object = {}): Promise<string> {
  await buyer.post('/api/cart/items', { productId: lamp.id, quantity: 2 });
  const { body } = await buyer.checkout(undefined, { shippingAddress, billingAddress: shippingAddress, email, ...extra });
  await buyer.orderIn(body.orderNumber, 'Processing');
  return body.orderNumber as string;
}

const send = (number: string): Promise<unknown> =>
  back.post(`/api/orders/${number}/shipments`, { carrier: 'DHL', trackingNumber: `T-${number}` });
const deliver = (number: string): Promise<unknown> => back.post(`/api/orders/${number}/deliveries`);

/** Every string of every document that has something of the person in it: the collection, and where. */
async function found(): Promise<string[]> {
  const places = new Set<string>();
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string' && traces.some((trace) => value.toLowerCase().includes(trace))) places.add(path);
    if (Array.isArray(value)) value.forEach((inner) => look(inner, path));
    else if (typeof value === 'object' && value !== null && !('toHexString' in value))
      Object.entries(value).forEach(([name, inner]) => look(inner, `${path}.${name}`));
  };
  await shop.inDatabase(async (db) => {
    for (const { collectionName } of await db.collections())
      for await (const document of db.collection(collectionName).find()) look(document, collectionName);
  });
  return [...places].sort();
}

/** As if an hour had passed since the erasure, and a day since it was last gone on with. */
const later = (id: string): Promise<void> =>
  shop.tamper('erasures', (rows) =>
    rows.updateOne({ _id: new ObjectId(id) }, [
      { $set: { erasedAt: { $subtract: ['$erasedAt', 3_600_000] }, nextLookAt: { $subtract: ['$$NOW', 86_400_000] } } },
    ]),
  );

test('an account that is erased is gone at once, and all that the shop knew of its owner, as soon as nothing has to be shipped or paid back any more', async () => {
  const guest = await Client.guest(shop);
  const ordersOfGuest = await ordered(guest, { email: email.toUpperCase() });
  const ada = await registered(person.name, email);
  await ada.post('/api/users/me/addresses', shippingAddress);
  await ada.post('/api/users/me/payment-methods', { token: 'pm_card_visa' });
  await ada.post('/api/auth/password/forgot', { email });
  const [kept, cancelled, back1, underWay] = [await ordered(ada), await ordered(ada), await ordered(ada), await ordered(ada)];
  for (const number of [kept, ordersOfGuest, back1]) await send(number);
  await ada.post(`/api/orders/${cancelled}/cancel`, { reason: `call me: ${person.phone}` });
  const { returns } = (await ada.post(`/api/orders/${back1}/returns`, { reason: `${person.name} does not like it` })).body;
  for (const number of [kept, ordersOfGuest, back1]) await deliver(number);
  await back.post(`/api/orders/${back1}/returns/${returns[0].id}/receive`);
  await ada.post('/api/auth/email/verify', { token: await letterTo(shop, email) });
  await ada.orderIn(cancelled, 'Refunded');
  await ada.orderIn(back1, 'Refunded');
  await ada.post('/api/cart/items', { productId: lamp.id, quantity: 1 });
  const totals = { [kept]: 4000, [back1]: 4000, [ordersOfGuest]: 4000 };

  expect((await ada.delete('/api/users/me', {}, { currentPassword: 'a wrong horse battery' })).body.code).toBe('wrong_password');
  expect((await guest.delete('/api/users/me', {}, { currentPassword: password })).status).toBe(403);
  expect((await new Client(shop).delete('/api/users/me', {}, { currentPassword: password })).status).toBe(401);
  expect((await ada.get('/api/users/me/profile')).status).toBe(200);
  expect((await ada.delete('/api/users/me', {}, { currentPassword: password })).status).toBe(204);
  // The power goes before anything was done about it.
  await shop.kill();
  await shop.boot();
  expect((await found()).filter((place) => /^(users|sessions)/.test(place))).toEqual([]);
  back = await Client.admin(shop);

  expect((await new Client(shop).post('/api/auth/login', { email, password })).status).toBe(401);
  expect((await new Client(shop).post('/api/auth/refresh', { refreshToken: ada.refreshToken })).status).toBe(401);
  for (const path of ['profile', 'export', 'addresses']) expect((await ada.get(`/api/users/me/${path}`)).status).toBe(401);
  expect((await ada.delete('/api/users/me', {}, { currentPassword: password })).status).toBe(401);

  // An access token that is out is believed until it expires; what is done with it goes in the end.
  expect((await ada.post('/api/cart/items', { productId: lamp.id, quantity: 1 })).status).toBe(201);

  // Of what is at rest nothing is left; one order has yet to be shipped.
  const places = await eventually(
    'the erasure',
    async () => {
      const left = await found();
      return (
        !left.some((place) => /^(erasures|wallets|carts|webhooks)/.test(place)) && left.length <= 20 && (await erasedOrders()) === 4 && left
      );
    },
    40,
  );
  expect(new Set(places.map((place) => place.split('.')[0]))).toEqual(new Set(['fulfilments', 'orders', 'outbox', 'payments']));
  expect((await back.get(`/api/orders/${underWay}`)).body.shippingAddress).toEqual(shippingAddress);
  expect((await back.get(`/api/orders/${kept}`)).body).toMatchObject({
    ...{ status: 'Delivered', email: 'erased@erased.invalid', totalAmount: totals[kept], items: [{ sku: 'LAMP', quantity: 2 }] },
    ...{
      shippingAddress: { name: 'erased', line1: 'erased', state: 'Brandenburg', country: 'DE' },
      paymentDetails: { capturedAmount: 4000 },
    },
  });
  await eventually('the farewell', () => Promise.resolve(existsSync(join(shop.dataDir, 'outbox', `erased-${ada.id}.eml`))));
  expect(readFileSync(join(shop.dataDir, 'outbox', `erased-${ada.id}.eml`), 'utf8')).toContain(`To: ${email}`);

  // The last parcel goes where it was to go, and its mail, too; then that is forgotten.
  await send(underWay);
  await eventually('the mail about the parcel', async () =>
    (await mails(underWay, 'parcel_sent')).some(({ state }) => state === 'accepted'),
  );
  expect((await mails(underWay, 'parcel_sent'))[0].to).toBe('W***@example.com');
  await deliver(underWay);
  await later(ada.id);
  await eventually('the end of it', async () => (await found()).length === 0, 40);
  await later(ada.id);
  await eventually('its completion', () => shop.inDatabase(async (db) => (await db.collection('erasures').findOne())?.completedAt), 40);
  await eventually('the mails', async () => (await mails(underWay, 'parcel_sent'))[0].to === 'erased');
  expect(await found()).toEqual([]);

  expect(await shop.inDatabase((db) => db.collection('carts').countDocuments({ user: new ObjectId(ada.id) }))).toBe(0);
  expect(await customersOfProvider(ada.id)).toEqual([]);
  for (const number of [kept, underWay, cancelled]) expect(await shop.cli('replay', number)).toMatchObject({ code: 0 });
  const { code, output } = await shop.cli('doctor');
  expect([code, output]).toEqual([0, expect.stringContaining('identity.erased_is_gone')]);
}, 180_000);

const erasedOrders = (): Promise<number> =>
  shop.inDatabase((db) => db.collection('orders').countDocuments({ buyerErasedAt: { $exists: true } }));

async function mails(orderNumber: string, template: string): Promise<Json[]> {
  return (await back.get(`/api/admin/mails?orderNumber=${orderNumber}&template=${template}`)).body.data;
}

/** The customers that the provider has for an account. */
async function customersOfProvider(userId: string): Promise<Json[]> {
  const response = await fetch(`${shop.sandboxUrl}/v1/customers?limit=100`, { headers: { authorization: 'Bearer sk_test_sandbox' } });
  const { data } = (await response.json()) as Json;
  return data.filter(({ metadata }: Json) => metadata?.userId === userId);
}

test('the email of an erased account is free, and whoever takes it next sees nothing of what it was used for', async () => {
  const first = await registered('First', 'shared@example.com');
  const orderNumber = await ordered(first, { email: 'shared@example.com' });
  await first.delete('/api/users/me', {}, { currentPassword: password });
  const second = await registered('Second', 'SHARED@example.com');
  expect((await second.get('/api/orders')).body.data).toEqual([]);
  expect((await second.get(`/api/orders/${orderNumber}`)).status).toBe(404);
  expect(second.id).not.toBe(first.id);
});

test('an operator erases the account of somebody who asked for it by letter', async () => {
  const writer = await registered('Letter Writer', 'writer@example.com');
  expect(await shop.cli('erase-account', 'nobody@example.com')).toMatchObject({
    code: 1,
    output: expect.stringContaining('no such account'),
  });
  expect(await shop.cli('erase-account', 'Writer@Example.com')).toMatchObject({ code: 0, output: expect.stringContaining(writer.id) });
  expect((await new Client(shop).post('/api/auth/login', { email: 'writer@example.com', password })).status).toBe(401);
  await eventually('the farewell', () => Promise.resolve(existsSync(join(shop.dataDir, 'outbox', `erased-${writer.id}.eml`))), 40);
  expect(await shop.cli('erase-account', writer.id)).toMatchObject({ code: 1 });
}, 60_000);

test('a vendor is to settle things with the shop first, and the last admin stays', async () => {
  const vendor = await registered('Vendor', 'vendor@example.com');
  await back.put(`/api/admin/users/${vendor.id}/roles`, { roles: ['vendor'] });
  const again = new Client(
    shop,
    (await new Client(shop).post('/api/auth/login', { email: 'vendor@example.com', password })).body.accessToken,
  );
  expect((await again.delete('/api/users/me', {}, { currentPassword: password })).body.code).toBe('still_vendor');
  const category = (await back.post('/api/categories', { name: 'Rugs' })).body.id;
  const about = { category, vendor: vendor.id, name: 'Rug', sku: 'RUG', brand: 'Own', basePrice: 100, currency: 'USD', stock: 1 };
  const { id } = (await back.post('/api/products', about)).body;
  await back.put(`/api/admin/users/${vendor.id}/roles`, { roles: [] });
  const plain = new Client(
    shop,
    (await new Client(shop).post('/api/auth/login', { email: 'vendor@example.com', password })).body.accessToken,
  );
  expect((await plain.delete('/api/users/me', {}, { currentPassword: password })).status).toBe(204);
  await eventually('the house', async () => (await back.get(`/api/products/${id}`)).body.vendor.name === 'Cartwright');

  const users = (await back.get('/api/admin/users?role=admin')).body.data;
  await back.put(`/api/admin/users/${users[0].id}/roles`, { roles: ['admin'] });
  const last = await Client.admin(shop);
  expect((await last.delete('/api/users/me', {}, { currentPassword: password })).body.code).toBe('last_admin');
}, 60_000);
