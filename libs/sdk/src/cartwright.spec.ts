import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, NoAnswer } from './api-error';
import { Cartwright, type CartwrightOptions } from './cartwright';
import type { FileBody } from './operation';
import { tokensIn, tokensInMemory } from './tokens';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Reply = (request: Seen, response: ServerResponse) => void;

let server: Server;
let seen: Seen[];
/** What the server does with the requests that come, in their order; the last one does for all that follow. */
let replies: Reply[];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const one = { method: request.method!, url: request.url!, headers: request.headers, body };
      seen.push(one);
      (replies.length > 1 ? replies.shift()! : replies[0]!)(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  seen = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function shop(options: Partial<CartwrightOptions> = {}): Cartwright {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new Cartwright({ baseUrl, retries: { firstWaitMs: 2 }, ...options });
}

function says(status: number, body?: unknown, headers: Record<string, string> = {}): Reply {
  return (_, response) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'Content-Type': type, ...headers }).end(body === undefined ? undefined : JSON.stringify(body));
  };
}
const refuses = (status: number, code: string, headers?: Record<string, string>): Reply =>
  says(status, { status, code, detail: code }, headers);
const hangsUp: Reply = (_, response) => response.destroy();
const breaksOff: Reply = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
  response.write('{"id":', () => response.destroy());
};
const silence: Reply = () => undefined;
const address = { name: 'A', phone: '1', line1: 'x', city: 'x', state: 'x', pincode: '1', country: 'GB' };

test('writes paths, queries and bodies as the document says', async () => {
  replies = [says(200, { data: [], pagination: { limit: 1, total: 0 } })];
  await shop().get('/api/products', { query: { q: 'stone mug', options: { Size: 'M' }, fields: ['id', 'name'], limit: 1 } });
  await shop().get('/api/products/{id}', { path: { id: 'a/b' } });
  await shop().post('/api/cart/items', { body: { productId: 'p', quantity: 2 } });
  expect(seen.map(({ method, url, body }) => [method, decodeURIComponent(url).replaceAll('+', ' '), body])).toEqual([
    ['GET', '/api/products?q=stone mug&options[Size]=M&fields=id,name&limit=1', ''],
    ['GET', '/api/products/a/b', ''],
    ['POST', '/api/cart/items', '{"productId":"p","quantity":2}'],
  ]);
  expect(seen[1]!.url).toBe('/api/products/a%2Fb');
  expect(seen.map(({ headers }) => headers['api-version'])).toEqual(['1', '1', '1']);
});

test.each([
  ['the shop hangs up', hangsUp],
  ['the answer breaks off', breaksOff],
  ['the shop is busy', refuses(503, 'too_busy')],
  ['there were too many requests', refuses(429, 'too_many_requests', { 'Retry-After': '0' })],
  ['the first attempt still runs', refuses(409, 'idempotency_in_progress', { 'Retry-After': '0' })],
])('a POST comes again under its one key when %s, and the next POST has another', async (_why, trouble) => {
  replies = [trouble, trouble, says(201, { id: 'cart' }), says(201, { id: 'cart' })];
  const client = shop();
  expect(await client.post('/api/cart/items', { body: { productId: 'p', quantity: 1 } })).toEqual({ id: 'cart' });
  await client.post('/api/cart/items', { body: { productId: 'p', quantity: 1 } });
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[3]).not.toBe(keys[0]);
  expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
});

test('a key of the caller is sent as it is', async () => {
  replies = [says(201, {})];
  await shop().post('/api/orders', { idempotencyKey: 'order-7', body: { shippingAddress: address, payment: { token: 'pm' } } });
  expect(seen[0]!.headers['idempotency-key']).toBe('order-7');
});

test('a PATCH does not come again, and tries end', async () => {
  replies = [hangsUp];
  const client = shop({ retries: { firstWaitMs: 2, attempts: 3 } });
  await expect(client.patch('/api/products/{id}', { path: { id: 'p' }, ifMatch: '*', body: {} })).rejects.toMatchObject({ attempts: 1 });
  await expect(client.get('/api/cart')).rejects.toThrow(NoAnswer);
  expect(seen.map(({ method }) => method)).toEqual(['PATCH', 'GET', 'GET', 'GET']);
});

test('a refusal is an error with its code, and is not tried again', async () => {
  replies = [
    says(400, { code: 'invalid_input', detail: 'Bad.', requestId: 'r', errors: [{ path: 'quantity', code: 'min', message: 'm' }] }),
  ];
  const failed = shop().post('/api/cart/items', { body: { productId: 'p', quantity: 0 } });
  await expect(failed).rejects.toThrow(ApiError);
  await expect(failed).rejects.toMatchObject({ code: 'invalid_input', status: 400, requestId: 'r', errors: [{ path: 'quantity' }] });
  expect(seen).toHaveLength(1);
});

test('an attempt that takes too long is given up and made again', async () => {
  replies = [silence, says(200, { id: 'cart' })];
  expect(await shop({ retries: { firstWaitMs: 2, attempts: 9 } }).get('/api/cart', { timeoutMs: 500 })).toEqual({ id: 'cart' });
  expect(seen.length).toBeGreaterThan(1);
});

test('an abort ends a running attempt, and the waiting for the next one', async () => {
  const running = new AbortController();
  replies = [() => running.abort(new Error('the buyer left'))];
  await expect(shop().get('/api/cart', { signal: running.signal })).rejects.toThrow('the buyer left');
  const waiting = new AbortController();
  replies = [
    (request, response) => {
      refuses(503, 'overloaded', { 'Retry-After': '9' })(request, response);
      response.once('finish', () => setImmediate(() => waiting.abort(new Error('the buyer left'))));
    },
  ];
  await expect(shop().get('/api/cart', { signal: waiting.signal })).rejects.toThrow('the buyer left');
  expect(seen).toHaveLength(2);
});

test('a list is read to its end by its cursors', async () => {
  const page = (data: number[], nextCursor?: string): Reply => says(200, { data, pagination: { limit: 2, total: 5, nextCursor } });
  replies = [page([1, 2], 'b'), page([3, 4], 'c'), page([5])];
  const found: unknown[] = [];
  for await (const product of shop().items('/api/products', { query: { limit: 2, page: 1 } })) found.push(product);
  expect(found).toEqual([1, 2, 3, 4, 5]);
  expect(seen.map(({ url }) => url.split('?')[1])).toEqual(['limit=2&page=1', 'limit=2&cursor=b', 'limit=2&cursor=c']);
});

test('whoever stops reading a list asks for no more of it', async () => {
  replies = [says(200, { data: [1, 2], pagination: { limit: 100, total: 5, nextCursor: 'b' } })];
  for await (const product of shop().items('/api/products')) {
    expect(product).toBe(1);
    break;
  }
  expect(seen.map(({ url }) => url)).toEqual(['/api/products?limit=100']);
});

test('an edit names the version that was read, and an unchanged answer is given back', async () => {
  replies = [says(200, { id: 'p' }, { ETag: '"3"' }), says(304), says(200, { id: 'p' }, { ETag: '"4"' }), says(204)];
  const client = shop();
  const read = await client.get('/api/products/{id}', { path: { id: 'p' } });
  expect(client.etagOf(read)).toBe('"3"');
  expect(await client.get('/api/products/{id}', { path: { id: 'p' }, unlessChangedSince: read })).toBe(read);
  const changed = await client.patch('/api/products/{id}', { path: { id: 'p' }, ifMatch: read, body: { name: 'New' }, dryRun: true });
  expect(await client.delete('/api/products/{id}', { path: { id: 'p' }, ifMatch: changed })).toBeUndefined();
  expect(seen.map(({ headers }) => [headers['if-none-match'], headers['if-match'], headers.prefer])).toEqual([
    [undefined, undefined, undefined],
    ['"3"', undefined, undefined],
    [undefined, '"3"', 'handling=dry-run'],
    [undefined, '"4"', undefined],
  ]);
  await expect(client.delete('/api/products/{id}', { path: { id: 'p' }, ifMatch: {} })).rejects.toThrow('no answer of this client');
});

const tokens = (generation: number): { accessToken: string; refreshToken: string } => ({
  accessToken: `access-${generation}`,
  refreshToken: `refresh-${generation}`,
});

/** A shop whose access tokens of the first generation have expired. */
const expired: Reply = (request, response) => {
  if (request.url === '/api/auth/refresh') return says(200, { ...tokens(2), tokenType: 'Bearer', expiresIn: 900 })(request, response);
  if (request.headers.authorization === 'Bearer access-2') return says(200, { id: 'cart' })(request, response);
  return refuses(401, 'unauthenticated')(request, response);
};

test('many calls that find the access token expired renew it once, and are made again', async () => {
  replies = [expired];
  const store = tokensInMemory(tokens(1));
  const client = shop({ tokens: store });
  expect(await Promise.all([1, 2, 3, 4, 5].map(() => client.get('/api/cart')))).toEqual(Array(5).fill({ id: 'cart' }));
  const renewals = seen.filter(({ url }) => url === '/api/auth/refresh');
  expect(renewals).toMatchObject([{ body: '{"refreshToken":"refresh-1"}' }]);
  expect(renewals[0]!.headers.authorization).toBeUndefined();
  expect(await store.get()).toEqual(tokens(2));
});

test('tokens that another tab has renewed are taken as they are', async () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const store = tokensIn(storage);
  void store.set(tokens(1));
  replies = [
    (request, response) => {
      void store.set(tokens(2));
      expired(request, response);
    },
    expired,
  ];
  expect(await shop({ tokens: store }).get('/api/cart')).toEqual({ id: 'cart' });
  expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/api/cart', 'Bearer access-1'],
    ['/api/cart', 'Bearer access-2'],
  ]);
});

test('a session that has ended is forgotten, and the call refused', async () => {
  replies = [refuses(401, 'unauthenticated'), refuses(401, 'invalid_refresh_token')];
  const store = tokensInMemory(tokens(1));
  await expect(shop({ tokens: store }).get('/api/cart')).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(await store.get()).toBeUndefined();
  expect(seen).toHaveLength(2);
});

test('a shop that cannot renew just now does not end the session', async () => {
  replies = [refuses(401, 'unauthenticated'), refuses(503, 'unavailable')];
  const store = tokensInMemory(tokens(1));
  await expect(shop({ tokens: store }).get('/api/cart')).rejects.toMatchObject({ code: 'unavailable' });
  expect(await store.get()).toEqual(tokens(1));
});

test('a wrong password renews nothing', async () => {
  replies = [refuses(401, 'invalid_credentials')];
  const login = shop({ tokens: tokensInMemory(tokens(1)) }).session.login({ email: 'a@example.com', password: 'wrong' });
  await expect(login).rejects.toMatchObject({ code: 'invalid_credentials' });
  expect(seen).toHaveLength(1);
});

test('a guest becomes a user, taking its token along, and logs out', async () => {
  const session = (generation: number): Reply => says(201, { ...tokens(generation), tokenType: 'Bearer', expiresIn: 900 });
  replies = [session(1), session(2), says(204)];
  const store = tokensInMemory();
  const client = shop({ tokens: store });
  await client.session.guestUnlessKnown();
  await client.session.guestUnlessKnown();
  await client.session.register({ name: 'Ada', email: 'a@example.com', password: 'correct horse battery' });
  expect(await store.get()).toEqual(tokens(2));
  await client.session.logout();
  await client.session.logout();
  expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/api/auth/guest', undefined],
    ['/api/auth/register', 'Bearer access-1'],
    ['/api/auth/logout', undefined],
  ]);
  expect(await store.get()).toBeUndefined();
});

const session = says(200, { accessToken: 'of ada', refreshToken: 'r3' });
const login = { email: 'ada@example.com', password: 'correct horse battery' };

test('logging in renews a token that has expired, so that what the guest had comes along', async () => {
  replies = [refuses(401, 'unauthenticated'), says(200, { accessToken: 'fresh', refreshToken: 'r2' }), session];
  await shop({ tokens: tokensInMemory({ accessToken: 'stale', refreshToken: 'r1' }) }).session.login(login);
  expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/api/auth/login', 'Bearer stale'],
    ['/api/auth/refresh', undefined],
    ['/api/auth/login', 'Bearer fresh'],
  ]);
});

test('logging in needs no token when the session before is over', async () => {
  replies = [refuses(401, 'unauthenticated'), refuses(401, 'invalid_refresh_token'), session];
  const tokens = tokensInMemory({ accessToken: 'stale', refreshToken: 'r1' });
  await shop({ tokens }).session.login(login);
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer stale', undefined, undefined]);
  expect(await tokens.get()).toEqual({ accessToken: 'of ada', refreshToken: 'r3' });
});

const inParts = (...parts: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });

test.each<[string, FileBody]>([
  ['a text', '{"a":1}\n'],
  ['bytes', new TextEncoder().encode('{"a":1}\n')],
  ['a blob', new Blob(['{"a"', ':1}\n'])],
  ['a stream that can be opened again', () => inParts('{"a":', '1}\n')],
])('a file is sent as it is, and again when an attempt failed, from %s', async (_, body) => {
  replies = [refuses(503, 'too_busy'), says(202, { id: 'i' })];
  expect(await shop().post('/api/products/import', { body, query: { setStock: true } })).toEqual({ id: 'i' });
  expect(seen.map(({ body: sent, url, headers }) => [sent, url, headers['content-type']])).toEqual(
    new Array(2).fill(['{"a":1}\n', '/api/products/import?setStock=true', 'application/x-ndjson']),
  );
  expect(seen[0]!.headers['idempotency-key']).toBe(seen[1]!.headers['idempotency-key']);
});

test('a stream is sent once, whatever comes of it', async () => {
  replies = [refuses(503, 'too_busy')];
  await expect(shop().post('/api/products/import', { body: inParts('a', 'b') })).rejects.toMatchObject({ code: 'too_busy' });
  expect(seen.map(({ body }) => body)).toEqual(['ab']);
});

test('a file comes as a stream, and what is refused as an error', async () => {
  const slowly: Reply = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('{"a":1}\n');
    setTimeout(() => response.end('{"a":2}\n'), 20);
  };
  replies = [refuses(503, 'too_busy'), slowly, refuses(403, 'forbidden')];
  const client = shop();
  expect(await new Response(await client.download('/api/products/export')).text()).toBe('{"a":1}\n{"a":2}\n');
  await expect(client.download('/api/products/export')).rejects.toMatchObject({ code: 'forbidden' });
});
