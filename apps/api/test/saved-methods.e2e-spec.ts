import { Client, control, type Json } from './support/client';
import { eventually, Shop } from './support/shop';

let shop: Shop;
let product: Json;
let number = 0;
const path = '/api/users/me/payment-methods';

beforeAll(async () => {
  shop = await Shop.start();
  const { back, goods } = await Client.seller(shop);
  const lamp = { name: 'Lamp', brand: 'Own', ...goods, basePrice: 2000, currency: 'USD', sku: 'LAMP', stock: 50 };
  product = (await back.post('/api/products', lamp)).body;
}, 60_000);
afterEach(() => fetch(`${shop.sandboxUrl}/_sandbox/webhooks`, { method: 'DELETE' }));
afterAll(() => shop.stop());

async function buyer(): Promise<Client> {
  return Client.user(shop, `saver${(number += 1)}@example.com`);
}

/** Pays for a lamp. */
async function pay(client: Client, payment: object): Promise<Json> {
  await client.post('/api/cart/items', { productId: product.id, quantity: 1 });
  return client.checkout(undefined, { payment });
}

async function methods(client: Client): Promise<Json[]> {
  return (await client.get(path)).body.data;
}

/** A call to the provider, as its own client library or somebody in its dashboard makes it. */
async function provider(method: string, call: string, body?: Record<string, string>): Promise<Json> {
  const headers = { authorization: 'Bearer sk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(`${shop.sandboxUrl}/v1/${call}`, { method, headers, body: body && new URLSearchParams(body).toString() });
  return response.json();
}

const intentOf = (secret: string): string => secret.split('_secret_')[0] as string;

test('a card is saved, made the default and removed; then the provider has let it go, too', async () => {
  const client = await buyer();
  expect(await methods(client)).toEqual([]);
  const first = await client.post(path, { token: 'pm_card_visa' });
  expect(first).toMatchObject({ status: 201, body: { status: 'succeeded', method: { brand: 'visa', last4: '4242', isDefault: true } } });
  expect(first.headers.get('location')).toBe(`${path}/${first.body.method.id}`);
  const second = (await client.post(path, { token: 'pm_card_mastercard' })).body.method;
  expect(second).toMatchObject({ brand: 'mastercard', isDefault: false });
  expect((await client.put(`${path}/${second.id}/default`, {})).body).toMatchObject({ isDefault: true });
  expect((await methods(client)).map(({ brand, isDefault }) => [brand, isDefault])).toEqual([
    ['visa', false],
    ['mastercard', true],
  ]);
  const customer = await customerOf(client);
  expect((await client.delete(`${path}/${second.id}`)).status).toBe(204);
  expect(await methods(client)).toMatchObject([{ brand: 'visa', isDefault: true }]);
  const kept = async (): Promise<string[]> =>
    (await provider('GET', `payment_methods?customer=${customer}`)).data.map(({ card }: Json) => card.brand);
  await eventually('the provider lets it go', async () => (await kept()).length === 1);
  expect(await kept()).toEqual(['visa']);
  expect((await client.delete(`${path}/${second.id}`)).body).toMatchObject({ status: 404, code: 'saved_method_not_found' });
});

/** Who the account is at the provider. */
async function customerOf(client: Client): Promise<string> {
  const { id } = (await client.get('/api/users/me/profile')).body;
  const { data } = await provider('GET', 'customers?limit=100');
  const own = data.filter(({ metadata }: Json) => metadata.userId === id);
  if (own.length !== 1) throw new Error(`The provider has ${own.length} customers for one account.`);
  return own[0].id;
}

test('however many set-ups begin at once, the provider gets one customer', async () => {
  const client = await buyer();
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.post(path, {})));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
  expect(new Set(answers.map(({ body }) => body.clientSecret)).size).toBe(8);
  expect(await customerOf(client)).toMatch(/^cus_/);
});

test('a saved card pays for its owner again and again; for others, and for guests, it does not exist', async () => {
  const client = await buyer();
  const { id: savedMethodId } = (await client.post(path, { token: 'pm_card_visa' })).body.method;
  for (let round = 0; round < 2; round += 1) {
    const placed = await pay(client, { savedMethodId });
    expect(placed).toMatchObject({ status: 201, body: { status: 'PaymentPending' } });
    await client.orderIn(placed.body.orderNumber, 'Processing');
  }
  for (const other of [await buyer(), await Client.guest(shop)]) {
    expect((await pay(other, { savedMethodId })).body).toMatchObject({ status: 404, code: 'saved_method_not_found' });
    expect((await other.get('/api/cart')).body.items).toHaveLength(1);
  }
  const stranger = await buyer();
  expect((await stranger.get(`${path}/${savedMethodId}`)).status).toBe(404);
  expect((await stranger.put(`${path}/${savedMethodId}/default`, {})).status).toBe(404);
  expect((await stranger.delete(`${path}/${savedMethodId}`)).status).toBe(404);
  await client.delete(`${path}/${savedMethodId}`);
  expect((await pay(client, { savedMethodId })).body).toMatchObject({ status: 404, code: 'saved_method_not_found' });
});

test('what is paid with is kept when the buyer wants it, and can pay the next order', async () => {
  const client = await buyer();
  const first = await pay(client, { token: 'pm_card_visa', saveMethod: true });
  await client.orderIn(first.body.orderNumber, 'Processing');
  const [method] = await eventually('kept', async () => {
    const all = await methods(client);
    return all.length > 0 && all;
  });
  const second = await pay(client, { savedMethodId: method.id });
  await client.orderIn(second.body.orderNumber, 'Processing');
  await client.orderIn((await pay(client, { token: 'pm_card_mastercard' })).body.orderNumber, 'Processing');
  expect(await methods(client)).toHaveLength(1);
});

test("the buyer's client gives the card to the provider and answers 3-D Secure; found out by webhook, or by asking when none comes", async () => {
  for (const drop of [0, 1000]) {
    await control(shop, 'webhooks', { drop });
    const client = await buyer();
    const begun = (await client.post(path, {})).body;
    expect(begun).toMatchObject({ status: 'method_required', clientSecret: expect.any(String) });
    const intent = intentOf(begun.clientSecret);
    expect(await provider('POST', `setup_intents/${intent}/confirm`, { payment_method: 'pm_card_authenticationRequired' })).toMatchObject({
      status: 'requires_action',
    });
    expect(await methods(client)).toEqual([]);
    await control(shop, `setup_intents/${intent}/authenticate`, { outcome: 'succeed' });
    await eventually('saved', async () => (await methods(client)).length === 1);
  }
});

test('a saved card may want its owner again at the payment', async () => {
  const client = await buyer();
  const begun = (await client.post(path, { token: 'pm_card_authenticationRequired' })).body;
  expect(begun).toMatchObject({ status: 'action_required', nextAction: expect.any(Object) });
  await control(shop, `setup_intents/${intentOf(begun.clientSecret)}/authenticate`, { outcome: 'succeed' });
  const [method] = await eventually('saved', async () => {
    const all = await methods(client);
    return all.length > 0 && all;
  });
  const { body } = await pay(client, { savedMethodId: method.id });
  expect(body.paymentDetails).toMatchObject({ status: 'action_required', nextAction: expect.any(Object) });
  await control(shop, `payment_intents/${intentOf(body.paymentDetails.clientSecret)}/authenticate`, { outcome: 'succeed' });
  await client.orderIn(body.orderNumber, 'Processing');
});

test('what is changed at the provider itself is heard of', async () => {
  const client = await buyer();
  await client.post(path, { token: 'pm_card_visa' });
  const customer = await customerOf(client);
  const { id } = (await provider('GET', `payment_methods?customer=${customer}`)).data[0];
  await provider('POST', `payment_methods/${id}`, { 'card[exp_year]': '2041' });
  await eventually('renewed', async () => (await methods(client))[0]?.expYear === 2041);
  await provider('DELETE', `customers/${customer}`);
  await eventually('gone', async () => (await methods(client)).length === 0);
  expect((await client.post(path, { token: 'pm_card_visa' })).status).toBe(201);
  expect(await methods(client)).toHaveLength(1);
});

test('what cannot be saved is refused, and nothing is left of it', async () => {
  const client = await buyer();
  expect((await client.post(path, { token: 'pm_card_visa_chargeDeclined' })).body).toMatchObject({ status: 402, code: 'method_declined' });
  expect((await client.post(path, { token: 'pm_no_such' })).body).toMatchObject({ status: 402, code: 'method_declined' });
  expect((await client.post(path, { token: 'pm_card_visa', provider: 'other' })).status).toBe(400);
  expect(await methods(client)).toEqual([]);
  const guest = await Client.guest(shop);
  expect((await guest.post(path, { token: 'pm_card_visa' })).status).toBe(403);
  expect((await pay(guest, { token: 'pm_card_visa', saveMethod: true })).body).toMatchObject({
    status: 400,
    errors: [{ path: 'payment.saveMethod', code: 'accounts_only' }],
  });
  expect((await pay(client, { savedMethodId: 'f'.repeat(24), token: 'pm_card_visa' })).body.code).toBe('invalid_input');
  expect((await pay(client, {})).body).toMatchObject({ status: 400, errors: [{ path: 'payment.token', code: 'required' }] });
});

test('a provider that does not answer leaves the account as it was, and the next try makes one customer', async () => {
  const client = await buyer();
  await control(shop, 'faults', { kind: 'error', when: 'before', method: 'POST', path: '/v1/customers', times: 3 });
  expect((await client.post(path, { token: 'pm_card_visa' })).body).toMatchObject({ status: 503, code: 'provider_unavailable' });
  await fetch(`${shop.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
  expect((await client.post(path, { token: 'pm_card_visa' })).body).toMatchObject({ status: 'succeeded' });
  expect(await customerOf(client)).toMatch(/^cus_/);
});
