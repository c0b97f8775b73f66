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
  // Roles are said as a whole (ADR 16).
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
        let etag = headers.get('etag');
        if (status !== 200 || !etag) continue;
        let again = await client.get(url, { 'if-none-match': `"other", W/${etag}` });
        // A webhook may have changed it in between.
        for (let tries = 0; tries < 5 && again.headers.get('etag') !== etag; tries += 1) {
          etag = again.headers.get('etag');
          again = await client.get(url, { 'if-none-match': `"other", W/${etag}` });
        }
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
    'GET /api/admin/users/{id}',
    'GET /api/cart',
    'GET /api/categories/{id}',
    'GET /api/orders/{orderNumber}',
    'GET /api/products/{id}',
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

const cursorOf = (parts: readonly unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

test('every list goes through all that it has, in one order, by page and by cursor', async () => {
  const owns = { ...people.user.owns, ...people.vendor.owns, slug: 'goods' };
  // What a configuration has few of, and is sent as a whole.
  const lists = api.operations.filter(({ isList, path }) => isList && path !== '/api/payments/providers');
  const walked = await atOnce(lists, async (operation) => {
    const client = operation.roles.includes('user') ? people.user.client : people.back;
    const page = async (query: string): Promise<Json> => (await client.get(`${urlOf(operation, owns)}?${query}`)).body;
    const all = (await page('limit=100')).data as Json[];
    const [byPage, byCursor]: [Json[], Json[]] = [[], []];
    for (let at = 1; byPage.length < all.length; at += 1) byPage.push(...((await page(`limit=2&page=${at}`)).data as Json[]));
    for (let cursor: string | undefined = ''; cursor !== undefined && byCursor.length <= all.length;) {
      const { data, pagination }: Json = await page(`limit=2${cursor && `&cursor=${cursor}`}`);
      byCursor.push(...data);
      cursor = pagination.nextCursor as string | undefined;
      if (pagination.total !== all.length || pagination.limit !== 2) return [named(operation), pagination];
    }
    const beyond = await page('limit=2&page=1000');
    const nonsense = await client.get(`${urlOf(operation, owns)}?cursor=nonsense`);
    const foreign = await client.get(`${urlOf(operation, owns)}?cursor=${cursorOf(['1 nothing', 'x', null])}`);
    const both = await client.get(`${urlOf(operation, owns)}?cursor=bzE&page=1`);
    const same = JSON.stringify([byPage, byCursor]) === JSON.stringify([all, all]);
    return [named(operation), same, beyond.data.length, nonsense.status, foreign.status, both.status];
  });
  expect(walked).toEqual(lists.map((operation) => [named(operation), true, 0, 400, 400, 400]));
  process.stdout.write(`Lists: ${lists.length}\n`);
  expect(lists.length).toBeGreaterThan(14);
}, 60_000);

test('orders, payments and refunds are narrowed by operators, and shown in part', async () => {
  const numbers = async (query: string): Promise<string[]> =>
    ((await people.back.get(`/api/admin/orders?limit=100&${query}`)).body.data as Json[]).map(({ orderNumber }) => orderNumber as string);
  const all = (await people.back.get('/api/admin/orders?limit=100')).body.data as Json[];
  const delivered = all.filter(({ status }) => status === 'Delivered').map(({ orderNumber }) => orderNumber as string);
  const middle = all[Math.floor(all.length / 2)];
  expect(delivered.length).toBeGreaterThan(0);
  expect(await numbers('status=Delivered')).toEqual(delivered);
  expect(await numbers('status[in]=Delivered,Processing')).toHaveLength(all.length);
  expect(await numbers('status[in]=Shipped')).toEqual([]);
  const newer = all.filter(({ createdAt }) => createdAt > middle.createdAt).length;
  expect(await numbers(`createdAt[gt]=${middle.createdAt}`)).toHaveLength(newer);
  expect(await numbers(`createdAt[lte]=${middle.createdAt}`)).toHaveLength(all.length - newer);
  expect(await numbers(`totalAmount[gte]=${middle.totalAmount}&totalAmount[lt]=${middle.totalAmount + 1}`)).toHaveLength(
    all.filter(({ totalAmount }) => totalAmount === middle.totalAmount).length,
  );
  expect((await people.back.get('/api/admin/refunds?amount[lte]=100&status=succeeded')).body.pagination.total).toBeGreaterThan(0);
  expect((await people.back.get('/api/admin/payments?amount[gt]=999999999')).body.pagination.total).toBe(0);
  expect((await people.user.client.get('/api/orders?status=Delivered')).body.data).toMatchObject([
    { orderNumber: people.user.owns['sentBack'] },
  ]);
  const number = String(people.user.owns['orderNumber']);
  const part = await people.user.client.get(`/api/orders/${number}?fields=status,orderNumber`);
  expect(part.body).toEqual({ status: 'Processing', orderNumber: number });
  const { body: told } = await people.user.client.get(`/api/orders/${number}?expand=events&fields=events`);
  expect(told.events).toMatchObject([{ sequence: 1, name: 'orders.order_placed.v1' }, { sequence: 2 }]);
  for (const [query, path] of [
    ['status[ne]=Shipped', 'status'],
    ['status[in]=Shipped,Lost', 'status'],
    ['createdAt[gte]=yesterday', 'createdAt'],
    ['createdAt[gte]=2026-02-31T00:00:00.000Z', 'createdAt'],
    ['createdAt=2026-01-31T00:00:00.000Z', 'createdAt'],
    ['totalAmount[$gt]=1', 'totalAmount'],
    ['totalAmount[in]=1', 'totalAmount'],
    ['totalAmount=1e3', 'totalAmount'],
    ['fields=orderNumber,passwordHash', 'fields'],
    ['fields=', 'fields'],
  ])
    expect([query, await people.back.get(`/api/admin/orders?${query}`)]).toMatchObject([
      query,
      { status: 400, body: { errors: [{ path }] } },
    ]);
});
