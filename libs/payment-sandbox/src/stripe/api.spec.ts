import { request } from 'node:http';
import Stripe from 'stripe';
import { aPayment, failure, sdkFor, withSandbox } from '../../test/with-sandbox';
import { apiVersion } from './kinds';

describe('the API as a whole', () => {
  const context = withSandbox();
  const call = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
    const response = await fetch(`${context.sandbox.url}${path}`, {
      method,
      headers: { authorization: 'Bearer sk_test_spec', ...headers },
      body,
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as { error: { type: string; message: string; code?: string; param?: string } },
    };
  };

  test('the version is that of the pinned SDK, and answers carry it with a request id', async () => {
    expect(apiVersion).toBe(Stripe.API_VERSION);
    const { lastResponse } = await context.stripe.paymentIntents.create(aPayment(), { idempotencyKey: 'api-1' });
    expect(lastResponse).toMatchObject({ apiVersion, idempotencyKey: 'api-1', requestId: expect.stringMatching(/^req_\w{14}$/) });
    expect(lastResponse.headers['content-type']).toBe('application/json');
  });

  test('another version is refused rather than misunderstood', async () => {
    expect(await call('GET', '/v1/events', { 'stripe-version': '2020-08-27' })).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error' } },
    });
  });

  test.each([
    ['no key', '', 'You did not provide an API key'],
    ['a live key', 'Bearer sk_live_1234567890', 'Invalid API Key provided: sk_live_******7890'],
    ['a publishable key', 'Bearer pk_test_1234567890', 'Invalid API Key'],
  ])('%s is 401', async (_what, authorization, message) => {
    const answer = await call('GET', '/v1/events', { authorization });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { type: 'invalid_request_error', message: expect.stringContaining(message) } },
    });
  });

  test('a key may come as basic user name', async () => {
    expect((await call('GET', '/v1/events', { authorization: `Basic ${Buffer.from('sk_test_basic:').toString('base64')}` })).status).toBe(
      200,
    );
  });

  test.each([
    ['GET', '/v1/nonsense'],
    ['GET', '/v1/payment_intents/pi_1/nonsense'],
    ['DELETE', '/v1/payment_intents/pi_1'],
    ['GET', '/v2/payment_intents'],
    ['GET', '/v1/payment_intents/pi_1/confirm/x/y/z'],
    ['GET', '/'],
  ])('%s %s is not known', async (method, path) => {
    expect(await call(method, path)).toMatchObject({
      status: 404,
      body: { error: { type: 'invalid_request_error', message: `Unrecognized request URL (${method}: ${path}).` } },
    });
  });

  test('a path that is not UTF-8 is only an unknown id', async () => {
    expect((await call('GET', '/v1/payment_intents/%ff')).status).toBe(404);
  });

  test.each([
    ['amount=abc&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=-5&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=500', 'parameter_missing', 'currency'],
    ['amount=500&currency=usd&shipping[nonsense]=1', 'parameter_unknown', 'shipping[nonsense]'],
    ['amount=500&currency=usd&payment_method=', 'parameter_invalid_empty', 'payment_method'],
    ['amount=500&currency=xxx', undefined, 'currency'],
    ['amount=500&currency=usd&confirm=maybe', undefined, 'confirm'],
    ['amount=500&currency=usd&capture_method=later', undefined, 'capture_method'],
    ['amount=500&currency=usd&metadata=text', undefined, 'metadata'],
    [`amount=500&currency=usd&metadata[${'k'.repeat(41)}]=1`, undefined, 'metadata'],
    ['amount=500&currency=usd&__proto__[x]=1', 'parameter_unknown', '__proto__'],
    ['amount=500&currency=usd&return_url=https://shop.test', undefined, 'return_url'],
  ])('%s is refused with the parameter', async (body, code, param) => {
    const answer = await call('POST', '/v1/payment_intents', {}, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error', param } } });
    expect(answer.body.error.code).toBe(code);
  });

  test('a body of more than a megabyte is refused', async () => {
    const status = await new Promise((done) => {
      const post = request(`${context.sandbox.url}/v1/customers`, { method: 'POST' }, (response) => done(response.resume().statusCode));
      post.end('a'.repeat(1_100_000));
    });
    expect(status).toBe(413);
  });
});

describe('a sandbox with a secret key of its own', () => {
  const context = withSandbox({ secretKey: 'sk_test_mine' });

  test('knows only that key', async () => {
    expect(await failure(context.stripe.events.list())).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    expect((await sdkFor(context.sandbox.port, 'sk_test_mine').events.list()).data).toEqual([]);
  });
});
