import { aPayment, control, failure, sdkFor, withSandbox } from '../../test/with-sandbox';

describe('faults', () => {
  const context = withSandbox();
  const arm = (fault: object) => control(context.sandbox.url, 'POST', 'faults', { path: '/v1/payment_intents', ...fault });
  const create = (key: string) =>
    sdkFor(context.sandbox.port, 'sk_test_spec', { timeout: 150 }).paymentIntents.create(aPayment(), { idempotencyKey: key });
  const paymentsOf = async (key: string): Promise<number> =>
    (await control(context.sandbox.url, 'GET', 'ledger')).payments.filter(({ idempotency_keys }: { idempotency_keys: string[] }) =>
      idempotency_keys.includes(key),
    ).length;
  afterEach(() => control(context.sandbox.url, 'DELETE', 'faults'));

  // The SDK repeats a call once by itself when the connection was reset, hence two.
  test.each([
    ['timeout', 1, 'StripeConnectionError', undefined],
    ['reset', 2, 'StripeConnectionError', undefined],
    ['truncated', 1, 'StripeConnectionError', undefined],
    ['rate_limit', 1, 'StripeRateLimitError', 429],
    ['error', 1, 'StripeAPIError', 500],
  ])('%s before the effect: nothing happened, and the same key can pay', async (kind, times, type, statusCode) => {
    await arm({ kind, times, when: 'before', kept: false });
    const key = `before-${kind}`;
    const error = await failure(create(key));
    expect([error.type, error.statusCode]).toEqual([type, statusCode]);
    expect(await paymentsOf(key)).toBe(0);
    expect(await create(key)).toMatchObject({ status: 'succeeded' });
    expect(await paymentsOf(key)).toBe(1);
  });

  test.each([
    ['timeout', 1, 'StripeConnectionError'],
    ['reset', 2, 'StripeConnectionError'],
    ['truncated', 1, 'StripeConnectionError'],
    ['rate_limit', 1, 'StripeRateLimitError'],
    ['error', 1, 'StripeAPIError'],
  ])('%s after the effect: the money has moved, and the same key tells so without moving it again', async (kind, times, type) => {
    await arm({ kind, times, when: 'after', kept: false });
    const key = `after-${kind}`;
    expect((await failure(create(key))).type).toBe(type);
    expect(await paymentsOf(key)).toBe(1);
    const again = await create(key);
    expect(again.status).toBe('succeeded');
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await paymentsOf(key)).toBe(1);
  });

  test('a kept 500 before the effect stays the answer of its key', async () => {
    await arm({ kind: 'error', when: 'before' });
    expect((await failure(create('kept'))).statusCode).toBe(500);
    expect((await failure(create('kept'))).statusCode).toBe(500);
    expect(await paymentsOf('kept')).toBe(0);
  });

  test('slow is late, and right', async () => {
    await arm({ kind: 'slow', delayMs: 100, when: 'after' });
    const start = Date.now();
    expect(await create('slow')).toMatchObject({ status: 'succeeded' });
    expect(Date.now() - start).toBeGreaterThanOrEqual(95);
  });

  test('a fault meets the calls it names: method, path, after some, so many times', async () => {
    await arm({ kind: 'rate_limit', method: 'GET', path: '/v1/payment_intents/*', skip: 1, times: 2 });
    const { id } = await create('pattern');
    const outcomes: number[] = [];
    for (let call = 0; call < 5; call += 1)
      outcomes.push(
        await context.stripe.paymentIntents.retrieve(id).then(
          () => 200,
          ({ statusCode }) => statusCode,
        ),
      );
    expect(outcomes).toEqual([200, 429, 429, 200, 200]);
    expect((await control(context.sandbox.url, 'GET', 'faults')).faults).toMatchObject([{ kind: 'rate_limit', hits: 2 }]);
  });

  test('an unknown fault is refused', async () => {
    expect(await arm({ kind: 'meteorite' })).toMatchObject({ error: { param: 'kind' } });
  });
});
