import fastify from 'fastify';
import { sendProblem } from './problem.filter';

test('a problem says nothing of the success that did not come about', async () => {
  const server = fastify();
  server.post('/orders', (request, reply) => {
    void reply.code(201).header('Location', '/orders/1').header('ETag', '"1"');
    sendProblem(new Error('the commit failed'), request, reply);
  });
  const { statusCode, headers } = await server.inject({ method: 'POST', url: '/orders' });
  expect({ statusCode, headers }).toMatchObject({ statusCode: 500, headers: { 'content-type': expect.stringContaining('problem+json') } });
  expect(Object.keys(headers).filter((name) => ['location', 'etag'].includes(name))).toEqual([]);
});
