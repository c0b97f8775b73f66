import { request as send, type ClientRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { fastify, type FastifyInstance } from 'fastify';
import { watchBodies } from './slow-bodies';

let server: FastifyInstance;
let port: number;
const failed: unknown[] = [];
beforeAll(async () => {
  server = fastify();
  watchBodies(server, { bodyMs: 300, uploadMs: 1_200 });
  server.setErrorHandler((error, _request, reply) => {
    failed.push(error);
    return reply.send();
  });
  server.addContentTypeParser('text/csv', (_request, _payload, done) => done(null));
  server.post('/json', () => ({ taken: true }));
  server.post('/file', { config: { takesUpload: true } }, async (request) => ({ taken: (await text(request.raw)).length }));
  server.post('/refused', { config: { takesUpload: true } }, (_request, reply) => reply.code(413).send({ taken: false }));
  await server.listen({ port: 0, host: '127.0.0.1' });
  port = (server.addresses()[0] as { port: number }).port;
});
afterAll(() => server.close());

function begin(path: string, type: string): { request: ClientRequest; answer: Promise<[number | undefined, string]> } {
  const request = send({
    port,
    host: '127.0.0.1',
    path,
    method: 'POST',
    headers: { 'content-type': type, 'transfer-encoding': 'chunked' },
  });
  const answer = new Promise<[number | undefined, string]>((resolve, reject) => {
    request.once('response', (response) => void text(response).then((body) => resolve([response.statusCode, body]), reject));
    request.once('error', reject);
  });
  return { request, answer };
}
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a body that does not come to its end in time is given up, an upload later than others', async () => {
  const json = begin('/json', 'application/json');
  json.request.write('{"a":');
  const [status, body] = await json.answer;
  expect([status, JSON.parse(body)]).toMatchObject([408, { detail: 'The request did not come in time.' }]);
  json.request.destroy();
  const file = begin('/file', 'text/csv');
  file.request.write('a,b');
  await wait(600);
  file.request.end(',c');
  expect(await file.answer).toEqual([200, '{"taken":5}']);
  const slow = begin('/file', 'text/csv');
  slow.request.write('a,b');
  expect((await slow.answer)[0]).toBe(408);
  slow.request.destroy();
});

test('a sender that is refused midway hears it, however much it still sends', async () => {
  const { request, answer } = begin('/refused', 'text/csv');
  request.write(Buffer.alloc(1_000_000));
  expect(await answer).toEqual([413, '{"taken":false}']);
  await new Promise<void>((resolve) => request.end(Buffer.alloc(3_000_000), resolve));
});

test('a sender that goes on for ever after it was refused is cut off', async () => {
  const { request, answer } = begin('/refused', 'text/csv');
  request.write('a');
  expect((await answer)[0]).toBe(413);
  const startedAt = Date.now();
  await new Promise((resolve) => request.once('close', resolve));
  expect(Date.now() - startedAt).toBeLessThan(8_000);
}, 15_000);
