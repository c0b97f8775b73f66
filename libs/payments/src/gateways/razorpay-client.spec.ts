import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RazorpayClient, type RazorpayAnswer } from './razorpay-client';
import { isOrder, type RazorpayOrder } from './razorpay-entities';

let server: Server;
let answers: ((response: ServerResponse) => void)[];
let asked: IncomingMessage[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request);
    (answers.shift() ?? with200('{"id":"order_1","receipt":null}'))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  [answers, asked] = [[], []];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Asks for an order. */
function ask(timeoutMs?: number): Promise<RazorpayAnswer<RazorpayOrder>> {
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const client = new RazorpayClient({ keyId: 'rzp_test_k', keySecret: 's', apiUrl, timeoutMs });
  return client.call({ method: 'GET', path: 'orders/order_1', fits: isOrder });
}

function withStatus(status: number, body: string, headers: Record<string, string> = {}): (response: ServerResponse) => void {
  return (response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
function with200(body: string): (response: ServerResponse) => void {
  return withStatus(200, body);
}
const error = (told: object): string => JSON.stringify({ error: { code: 'BAD_REQUEST_ERROR', ...told } });

test('a call carries the key, and its answer is read', async () => {
  expect(await ask()).toEqual({ kind: 'ok', body: { id: 'order_1', receipt: null } });
  expect(asked[0]?.url).toBe('/v1/orders/order_1');
  expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('rzp_test_k:s').toString('base64')}`);
});

test.each([
  [{ reason: 'input_validation_failed' }, 'input_validation_failed'],
  [{ reason: 'NA' }, 'bad_request_error'],
  [{ reason: null }, 'bad_request_error'],
])('a 400 that says %p is a refusal, and not repeated', async (told, failureCode) => {
  answers = [withStatus(400, error(told))];
  expect(await ask()).toEqual({ kind: 'refused', failureCode });
  expect(asked).toHaveLength(1);
});

test.each([
  ['a 502 that is no JSON', withStatus(502, '<html>Bad gateway</html>')],
  ['a 500', withStatus(500, error({ code: 'SERVER_ERROR' }))],
  ['a 429', withStatus(429, error({}))],
  [
    'half an answer',
    (response: ServerResponse) => void response.writeHead(200, { 'content-length': '100' }).write('{"id"', () => response.destroy()),
  ],
])('%s is made up for by asking again', async (_what, answer) => {
  answers = [answer, answer];
  expect(await ask()).toMatchObject({ kind: 'ok' });
  expect(asked).toHaveLength(3);
});

test('whoever never answers is unknown, after three calls', async () => {
  answers = [() => {}, () => {}, () => {}];
  expect(await ask(50)).toEqual({ kind: 'unknown', reason: expect.stringMatching(/^TimeoutError/) });
  expect(asked).toHaveLength(3);
});

test.each([
  ['a key that is not taken', withStatus(401, error({ description: 'Authentication failed' })), '401 bad_request_error'],
  ['the same call still running', withStatus(409, error({})), '409 bad_request_error'],
  ['an answer about something else', with200('{"entity":"order"}'), 'an answer of an unknown form'],
])('%s is unknown at once', async (_what, answer, reason) => {
  answers = [answer];
  expect(await ask()).toEqual({ kind: 'unknown', reason });
  expect(asked).toHaveLength(1);
});

test('the key does not follow a redirect', async () => {
  answers = Array.from({ length: 3 }, () => withStatus(307, '', { location: '/elsewhere' }));
  expect((await ask()).kind).toBe('unknown');
  expect(asked.map(({ url }) => url)).toEqual(Array.from({ length: 3 }, () => '/v1/orders/order_1'));
});
