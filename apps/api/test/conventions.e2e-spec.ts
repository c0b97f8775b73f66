import { address, Client, type Answer, type Json } from './support/client';
import { ApiDocument, atOnce, named, type Operation } from './support/operations';
import { settle, urlOf, type Belongings, type People } from './support/people';
import { Shop } from './support/shop';

/* What holds on every operation, tried on every operation that the API document has. */

let shop: Shop;
let api: ApiDocument;
let people: People;

beforeAll(async () => {
  shop = await Shop.start({ RATE_LIMIT_PER_MINUTE: '0', AUTH_RATE_LIMIT_PER_MINUTE: '0' });
  api = new ApiDocument((await new Client(shop).get('/api/openapi.json')).body);
  people = await settle(shop);
}, 120_000);
afterAll(() => shop.stop());

test('an edit that several people may make needs If-Match, and names the current version when it is stale', async () => {
  const operations = api.operations.filter(({ needsIfMatch }) => needsIfMatch);
  const owns = { ...people.user.owns, ...people.vendor.owns };
  const edits = ({ method, roles }: Operation): boolean =>
    /PUT|PATCH|DELETE/.test(method) && !roles.includes('user') && !roles.includes('guest');
  // Roles are said as a whole, and no answer of the contract shows an account with a version to edit.
  const unguarded = api.operations.filter((operation) => edits(operation) && !operation.needsIfMatch && !operation.path.endsWith('/roles'));
  expect(unguarded.map(named)).toEqual([]);
  expect(operations.length).toBeGreaterThan(7);
  const before = await people.look();
  for (const operation of operations) {
    const ask = (headers: Record<string, string>): Promise<Answer> =>
      people.back.send(operation.method, String(urlOf(operation, owns)), operation.body && api.example(operation.body), headers);
    expect([named(operation), await ask({})]).toMatchObject([{}, { status: 428, body: { code: 'precondition_required' } }]);
    for (const tag of ['"123456"', 'W/"1"', '"made up"', '1'])
      expect([named(operation), await ask({ 'if-match': tag })]).toMatchObject([
        named(operation),
        { status: 412, body: { code: 'precondition_failed', currentETag: expect.stringMatching(/^"\d+"$/) } },
      ]);
  }
  expect(await people.look()).toEqual(before);
});

test('what was read is answered with 304 as long as it is the same, wherever there is an ETag', async () => {
  const owns = { ...people.user.owns, ...people.vendor.owns };
  const clients = [people.user.client, people.vendor.client, people.back];
  const tagged = await atOnce(
    api.operations.filter(({ method }) => method === 'GET'),
    async (operation) => {
      const url = String(urlOf(operation, owns));
      for (const client of clients) {
        const { status, headers } = await client.get(url);
        const etag = headers.get('etag');
        if (status !== 200 || !etag) continue;
        const again = await client.get(url, { 'if-none-match': `"other", W/${etag}` });
        return [named(operation), again.status, again.headers.get('etag') === etag, again.body];
      }
      return [];
    },
  );
  const found = tagged.filter(({ length }) => length > 0);
  expect(found.filter(([, status, same, body]) => status !== 304 || !same || body !== '')).toEqual([]);
  expect(found.map(([name]) => name).sort()).toEqual([
    'GET /api/admin/inventory/{sku}',
    'GET /api/admin/locations/{code}',
    'GET /api/cart',
    'GET /api/categories/{idOrSlug}',
    'GET /api/orders/{orderNumber}',
    'GET /api/products/{idOrSlug}',
    'GET /api/users/me/addresses',
    'GET /api/users/me/addresses/{id}',
    'GET /api/users/me/payment-methods',
    'GET /api/users/me/payment-methods/{id}',
    'GET /api/users/me/profile',
  ]);
});

/** What is sent where an example of every field at once would be refused. */
const sensible = ({ category = '', vendor = '', lamp = '' }: Belongings): Record<string, Json> => ({
  'POST /api/admin/inventory/adjustments': { sku: 'LAMP', change: 1, reason: 'Found' },
  'POST /api/admin/locations': { code: 'west', name: 'West' },
  'POST /api/cart/items': { productId: lamp, quantity: 1 },
  'PATCH /api/categories/{id}': { name: 'Better goods' },
  'POST /api/orders/{orderNumber}/refunds/quote': {},
  'POST /api/orders/{orderNumber}/returns/{id}/receive': {},
  'POST /api/products': { name: 'Chair', brand: 'Own', category, vendor, basePrice: 100, currency: 'USD', sku: 'CHAIR', stock: 3 },
  'PATCH /api/products/{id}': { name: 'Renamed', stock: 7 },
  'PATCH /api/products/{id}/variants/{variantId}': { price: 5, stock: 6 },
  'PUT /api/users/me/profile': { name: 'Vera' },
});

test('a dry run answers what would happen on every operation that writes, and nothing is kept of it', async () => {
  const { user, vendor, back } = people;
  const owns = { ...user.owns, ...vendor.owns };
  const bodies = sensible(owns);
  const writing = api.operations.filter(({ method, path }) => method !== 'GET' && !/auth|webhooks/.test(path));
  const before = await people.look();
  const answers: [string, Answer][] = [];
  for (const operation of writing) {
    const client = operation.roles.includes('user') ? user.client : back;
    const headers = {
      'if-match': '*',
      prefer: 'handling=dry-run',
      ...(operation.method === 'POST' ? { 'Idempotency-Key': 'rehearsed' } : {}),
    };
    const body = bodies[named(operation)] ?? (operation.body && api.example(operation.body));
    answers.push([named(operation), await client.send(operation.method, String(urlOf(operation, owns)), body, headers)]);
  }
  expect(await people.look()).toEqual(before);
  const outside = answers.filter(([, { body }]) => body?.code === 'dry_run_not_possible').map(([name]) => name);
  const rehearsed = answers.filter(([, { headers }]) => headers.get('preference-applied') === 'handling=dry-run');
  expect(
    rehearsed.filter(([, { status, headers }]) => ![200, 204].includes(status) || headers.has('location') || headers.has('etag')),
  ).toEqual([]);
  process.stdout.write(
    `Dry runs: ${writing.length} operations, ${rehearsed.length} rehearsed, ${outside.length} reach outside: ${outside.join(', ')}\n`,
  );
  expect(answers.filter(([, { status }]) => status >= 500)).toEqual([]);
  const missing = Object.keys(bodies).filter((name) => !rehearsed.some(([other]) => other === name));
  expect(answers.filter(([name]) => missing.includes(name)).map(([name, { body }]) => [name, body])).toEqual([]);
  expect(rehearsed.length).toBeGreaterThan(20);
}, 60_000);

test('a dry run shows what would be refused, and the key that it was sent with is free for the real thing', async () => {
  const { client } = people.user;
  const dry = { prefer: 'return=representation, handling=dry-run', 'Idempotency-Key': 'once' };
  const path = '/api/users/me/addresses';
  const many = (await client.get(path)).body.pagination.total as number;
  expect(await client.post(path, { ...address, city: undefined }, dry)).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'city' }] },
  });
  expect(await people.back.post('/api/categories', { name: 'Goods' }, dry)).toMatchObject({
    status: 409,
    body: { code: 'duplicate_category' },
  });
  const rehearsed = await client.post(path, address, dry);
  expect(rehearsed).toMatchObject({ status: 200, body: { city: address.city } });
  expect((await client.get(path)).body.pagination.total).toBe(many);
  const real = await client.post(path, address, { 'Idempotency-Key': 'once' });
  expect(real).toMatchObject({ status: 201, body: { city: address.city } });
  expect(real.headers.get('idempotent-replayed')).toBeNull();
  expect((await client.get(path)).body.pagination.total).toBe(many + 1);
});

test('return=minimal leaves out the body where it can be read again, and nowhere else', async () => {
  const { client, owns } = people.user;
  const minimal = { prefer: 'return=minimal' };
  const made = await client.post('/api/users/me/addresses', address, minimal);
  expect([made.status, made.body, made.headers.get('preference-applied')]).toEqual([201, '', 'return=minimal']);
  expect((await client.get(made.headers.get('location') ?? '')).body).toMatchObject({ city: address.city });
  const edited = await people.back.patch(
    `/api/categories/${owns['category']}`,
    { name: 'Goods and more' },
    { ...minimal, 'if-match': '*' },
  );
  expect([edited.status, edited.body, edited.headers.get('preference-applied')]).toEqual([204, '', 'return=minimal']);
  expect(edited.headers.get('etag')).toBe((await client.get(`/api/categories/${owns['category']}`)).headers.get('etag'));
  const guest = await new Client(shop).post('/api/auth/guest', {}, minimal);
  expect(guest).toMatchObject({ status: 201, body: { accessToken: expect.any(String) } });
  expect(guest.headers.get('preference-applied')).toBeNull();
  const refused = await client.post('/api/users/me/addresses', {}, minimal);
  expect([refused.status, refused.body.code]).toEqual([400, 'invalid_input']);
});
