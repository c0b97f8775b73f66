import { aPayment, control, failure, withSandbox } from '../../test/with-sandbox';

describe('idempotency keys', () => {
  const context = withSandbox();
  const create = (key: string, more = {}) => context.stripe.paymentIntents.create(aPayment(more), { idempotencyKey: key });
  const count = async () => (await control(context.sandbox.url, 'GET', 'ledger')).payments.length;

  test('the same call again is answered from memory, marked as such, and has no second effect', async () => {
    const first = await create('k1', { metadata: { a: '1', b: '2' } });
    const payments = await count();
    const again = await create('k1', { metadata: { b: '2', a: '1' } });
    expect(again).toEqual(first);
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(again.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true', 'original-request': first.lastResponse.requestId });
    expect(again.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
    expect(await count()).toBe(payments);
  });

  test('a decline is repeated, too', async () => {
    const first = await failure(create('k2', { payment_method: 'pm_card_chargeDeclined' }));
    const again = await failure(create('k2', { payment_method: 'pm_card_chargeDeclined' }));
    expect([again.statusCode, again.code, again.payment_intent!.id]).toEqual([402, 'card_declined', first.payment_intent!.id]);
    expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true' });
  });

  test('a 500 is repeated, too, and says that a retry cannot help', async () => {
    await control(context.sandbox.url, 'POST', 'faults', { kind: 'error', when: 'after', path: '/v1/payment_intents' });
    const payments = await count();
    const first = await failure(create('k3'));
    expect(first).toMatchObject({ type: 'StripeAPIError', statusCode: 500, headers: { 'stripe-should-retry': 'false' } });
    expect(await failure(create('k3'))).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect(await count()).toBe(payments + 1);
  });

  test('other parameters or another endpoint under the same key are refused', async () => {
    await create('k4');
    expect(await failure(create('k4', { amount: 2001 }))).toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
      rawType: 'idempotency_error',
    });
    expect(await failure(context.stripe.customers.create({}, { idempotencyKey: 'k4' }))).toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
    });
  });

  test('a call that failed validation does not use up its key', async () => {
    await failure(create('k5', { amount: 0 }));
    expect(await create('k5')).toMatchObject({ status: 'succeeded' });
  });

  test('a call that failed by the state of things does', async () => {
    const { id } = await create('k6');
    await failure(context.stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'k7' }));
    expect(await failure(context.stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'k7' }))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  test('while the first call runs, the same key is 409', async () => {
    await control(context.sandbox.url, 'POST', 'faults', { kind: 'slow', delayMs: 150, path: '/v1/payment_intents' });
    const slow = create('k8');
    await new Promise((done) => setTimeout(done, 50));
    expect(await failure(create('k8'))).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    const first = await slow;
    expect(await create('k8')).toEqual(first);
  });

  test('twenty at once with one key make one payment', async () => {
    const payments = await count();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => create('k9')));
    const ids = new Set(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.id] : [])));
    expect(ids.size).toBe(1);
    expect(await count()).toBe(payments + 1);
  });

  test('a key is forgotten after a day', async () => {
    const first = await create('k10');
    await control(context.sandbox.url, 'POST', 'clock', { advance: 25 * 3600 });
    expect((await create('k10')).id).not.toBe(first.id);
  });

  test('a key of more than 255 characters is refused', async () => {
    expect(await failure(create('k'.repeat(256)))).toMatchObject({ statusCode: 400 });
  });
});
