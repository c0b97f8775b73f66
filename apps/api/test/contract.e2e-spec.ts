import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type Answer, type Json } from './support/client';
import { Shop } from './support/shop';

let shop: Shop;
let document: Json;

beforeAll(async () => {
  shop = await Shop.start({ DEMO_DATA: 'true' });
  document = (await new Client(shop).get('/api/openapi.json')).body;
}, 60_000);
afterAll(() => shop.stop());

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly spec: Json;
}

function operations(): Operation[] {
  return Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, spec]) => ({ method: method.toUpperCase(), path, spec })),
  );
}

/** Sends an operation with made-up ids and an empty body. */
async function call({ method, path }: Operation, token?: string): Promise<Answer> {
  const url = `${shop.url}${path.replace(/\{\w+\}/g, 'ffffffffffffffffffffffff')}`;
  const headers: Record<string, string> = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(url, { method, headers, body: method === 'GET' ? undefined : '{}' });
  const text = await response.text();
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
}

const named = (operation: Operation): string => `${operation.method} ${operation.path}`;

test('Swagger UI is served', async () => {
  const page = await new Client(shop).get('/api/docs');
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining('swagger-ui') });
});

test('the server publishes the document that docs/openapi.json keeps', () => {
  expect(document).toEqual(JSON.parse(readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8')));
});

test("the document has each of the seed's endpoints", () => {
  const there = new Set(operations().map(named));
  const asked = [
    ...['GET /api/products', 'GET /api/products/{id}', 'GET /api/categories', 'GET /api/categories/{slug}/products'],
    ...['POST /api/auth/register', 'POST /api/auth/login', 'GET /api/users/me/profile', 'PUT /api/users/me/profile'],
    ...[
      'GET /api/users/me/addresses',
      'POST /api/users/me/addresses',
      'GET /api/cart',
      'POST /api/cart/items',
      'PUT /api/cart/items/{itemId}',
    ],
    ...['DELETE /api/cart/items/{itemId}', 'POST /api/orders', 'GET /api/orders', 'GET /api/orders/{orderNumber}'],
  ];
  expect(asked.filter((name) => !there.has(name))).toEqual([]);
});

test('each operation has a summary, an id of its own, tags, roles, an answer, and its errors', () => {
  const ids = operations().map(({ spec }) => spec.operationId as string);
  expect(new Set(ids).size).toBe(ids.length);
  const lacking = operations().filter(
    ({ spec }) => !spec.summary || !spec.tags?.length || !spec['x-roles']?.length || !spec.responses['400'] || !spec.responses['429'],
  );
  expect(lacking.map(named)).toEqual([]);
});

test('every reference in the document leads to a component, and every answer with a body has one', () => {
  const text = JSON.stringify(document);
  const references = new Set([...text.matchAll(/"\$ref":"([^"]*)"/g)].map((match) => match[1] ?? ''));
  const broken = [...references].filter((reference) => {
    const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(reference) ?? [];
    return document.components[kind]?.[name] === undefined;
  });
  expect(references.size).toBeGreaterThan(20);
  expect(broken).toEqual([]);
  const bodyless = operations().filter(({ spec }) =>
    Object.entries<Json>(spec.responses).some(([status, answer]) => status === '201' && !answer.content),
  );
  expect(bodyless.map(named)).toEqual([]);
});

test('no filter of a list is filled in for whoever tries it, and maps are sent as name[key]=value', () => {
  const query = operations().flatMap(({ spec }) => (spec.parameters ?? []).filter((parameter: Json) => parameter.in === 'query'));
  expect(query.filter((parameter: Json) => parameter.schema.example !== undefined)).toEqual([]);
  const maps = query.filter((parameter: Json) => parameter.schema.type === 'object');
  expect(maps.map((parameter: Json) => [parameter.name, parameter.style, parameter.explode])).toContainEqual([
    'options',
    'deepObject',
    true,
  ]);
});

test('what is not for everybody is refused to nobody, to guests and to users who have not the role; never with data, never with a 500', async () => {
  const guest = (await Client.guest(shop)).token;
  const user = (await Client.user(shop, 'nobody@example.com')).token;
  const wrong: string[] = [];
  const check = async (operation: Operation, who: string, token: string | undefined, expected: number[]): Promise<void> => {
    const { status, headers } = await call(operation, token);
    if (!expected.includes(status)) wrong.push(`${named(operation)} as ${who}: ${status}`);
    if (status >= 400 && !headers.get('content-type')?.startsWith('application/problem+json'))
      wrong.push(`${named(operation)} as ${who}: no problem document`);
  };
  for (const operation of operations()) {
    const roles = operation.spec['x-roles'] as string[];
    if (roles.includes('anonymous')) continue;
    await check(operation, 'nobody', undefined, [401]);
    if (!roles.includes('guest')) await check(operation, 'guest', guest, [403]);
    if (!roles.includes('user')) await check(operation, 'user', user, [403]);
  }
  expect(wrong).toEqual([]);
});

test('made-up ids, empty bodies and operators in place of strings are the caller’s mistake on every operation', async () => {
  const admin = (await Client.admin(shop)).token;
  const wrong: string[] = [];
  for (const operation of operations()) {
    if (operation.path === '/api/auth/logout') continue; // it would end the admin's own session
    const { status, body } = await call(operation, admin);
    if (status >= 500) wrong.push(`${named(operation)}: ${status} ${JSON.stringify(body)}`);
  }
  for (const path of ['/api/auth/login', '/api/auth/register', '/api/orders', '/api/cart/items']) {
    const client = new Client(shop, (await Client.guest(shop)).token);
    const evil = { $ne: null };
    const { status, body } = await client.post(path, {
      email: evil,
      password: evil,
      name: evil,
      productId: evil,
      quantity: evil,
      payment: { token: evil },
      shippingAddress: evil,
    });
    if (status !== 400 || body.code !== 'invalid_input') wrong.push(`${path} with operators: ${status}`);
  }
  expect(wrong).toEqual([]);
});

test.each([
  ['a field that is missing', { email: 'a@b.example', password: 'long enough pw' }, 'name', 'required'],
  ['a field that is unknown', { name: 'A', email: 'a@b.example', password: 'long enough pw', roles: ['admin'] }, 'roles', 'unknown_field'],
  ['a field of the wrong type', { name: 7, email: 'a@b.example', password: 'long enough pw' }, 'name', 'is_string'],
  ['a card number', { name: 'pay 4242 4242 4242 4242', email: 'a@b.example', password: 'long enough pw' }, 'name', 'no_card_number'],
])('%s is named', async (_, body, path, code) => {
  const answer = await new Client(shop).post('/api/auth/register', body);
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', status: 400, requestId: expect.any(String), errors: [expect.objectContaining({ path, code })] },
  });
});

test('what is not JSON, too long, of another type, or beside every path is a problem document, too', async () => {
  const send = async (path: string, init: RequestInit): Promise<Json> => {
    const response = await fetch(`${shop.url}${path}`, init);
    return { status: response.status, type: response.headers.get('content-type')?.split(';')[0], ...((await response.json()) as object) };
  };
  const json = { 'content-type': 'application/json' };
  const problem = { type: expect.any(String) };
  expect(await send('/api/auth/login', { method: 'POST', headers: json, body: '{"email":' })).toMatchObject({
    ...problem,
    status: 400,
    code: 'malformed_request',
  });
  expect(await send('/api/auth/login', { method: 'POST', headers: json, body: '{"__proto__":{"x":1},"email":"a"}' })).toMatchObject({
    ...problem,
    status: 400,
  });
  expect(
    await send('/api/auth/login', { method: 'POST', headers: json, body: JSON.stringify({ email: 'a'.repeat(1_100_000) }) }),
  ).toMatchObject({ ...problem, status: 413 });
  expect(await send('/api/auth/login', { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' })).toMatchObject({
    ...problem,
    status: 415,
  });
  expect(await send('/api/nothing/here', {})).toMatchObject({ ...problem, status: 404, code: 'not_found' });
  expect(await send('/api/products', { headers: { 'api-version': '9' } })).toMatchObject({
    ...problem,
    status: 400,
    code: 'unsupported_api_version',
  });
  expect(await send('/api/products?limit=0', {})).toMatchObject({ ...problem, status: 400, code: 'invalid_input' });
  expect(await send('/api/products?page=1&cursor=bzE', {})).toMatchObject({ ...problem, status: 400, code: 'invalid_input' });
});

test('every answer says its request id, its API version and the limits; an id that was sent is kept', async () => {
  const { headers } = await new Client(shop).get('/api/products', { 'x-request-id': 'mine-1' });
  expect(headers.get('x-request-id')).toBe('mine-1');
  expect(headers.get('api-version')).toBe('1');
  expect(headers.get('ratelimit-policy')).toMatch(/q=\d+;w=60/);
});

test('a product carries a strong ETag; asking again with it is answered with 304', async () => {
  const client = new Client(shop);
  const { body } = await client.get('/api/products?limit=1');
  const path = `/api/products/${body.data[0].id}`;
  const etag = (await client.get(path)).headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[^"]+"$/);
  expect((await client.get(path, { 'if-none-match': etag })).status).toBe(304);
  const admin = await Client.admin(shop);
  expect(await admin.patch(path, { description: 'New' }, { 'if-match': '"999"' })).toMatchObject({
    status: 412,
    body: { code: 'precondition_failed' },
  });
  expect((await admin.patch(path, { description: 'New' }, { 'if-match': etag })).status).toBe(200);
  expect((await client.get(path, { 'if-none-match': etag })).status).toBe(200);
});

test('paging goes through every product once, by page and by cursor', async () => {
  const client = new Client(shop);
  const { pagination } = (await client.get('/api/products?limit=7')).body;
  const byCursor: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const { body }: Answer = await client.get(`/api/products?limit=7&sort=name${cursor ? `&cursor=${cursor}` : ''}`);
    byCursor.push(...body.data.map((product: Json) => product.id as string));
    cursor = body.pagination.nextCursor as string | undefined;
  }
  expect(new Set(byCursor).size).toBe(pagination.total);
  expect(byCursor).toHaveLength(pagination.total);
});
