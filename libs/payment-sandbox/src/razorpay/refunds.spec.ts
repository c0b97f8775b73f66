import { razorpayClient } from '../../test/with-razorpay';
import { control, withSandbox } from '../../test/with-sandbox';

describe('Razorpay: refunds', () => {
  const context = withSandbox();
  const client = () => razorpayClient(context.sandbox.url);
  const advance = (seconds: number) => control(context.sandbox.url, 'POST', 'clock', { advance: seconds });
  const lineOf = async (payment: string) => (await control(context.sandbox.url, 'GET', `ledger?payment=${payment}`)).payments[0];
  const manual = { payment: { capture: 'manual', capture_options: { manual_expiry_period: 7200, refund_speed: 'normal' } } };

  test('refunds, in parts and with a key, never exceed what was captured', async () => {
    const { order, pay, payment, call } = client();
    const { razorpay_payment_id: id } = await pay((await order()).id);
    const refund = (body: object, key?: string) => call('POST', `payments/${id}/refund`, body, key ? { 'x-refund-idempotency': key } : {});
    const first = await refund({ amount: 20_000, speed: 'optimum', receipt: 'rf-1', notes: { why: 'late' } }, 'refund-0001');
    expect(first.body).toEqual({
      id: expect.stringMatching(/^rfnd_\w{14}$/),
      ...{ entity: 'refund', amount: 20_000, currency: 'INR', payment_id: id, notes: { why: 'late' }, receipt: 'rf-1' },
      ...{ acquirer_data: { arn: null }, created_at: expect.any(Number), batch_id: null, status: 'processed' },
      ...{ speed_processed: 'normal', speed_requested: 'optimum' },
    });
    expect(await refund({ amount: 20_000, speed: 'optimum', receipt: 'rf-1', notes: { why: 'late' } }, 'refund-0001')).toEqual(first);
    expect(await refund({ amount: 1 }, 'refund-0001')).toMatchObject({
      status: 400,
      body: { error: { description: 'Different request with the same idempotency key has already been processed.' } },
    });
    expect(await refund({ amount: 1 }, 'short')).toMatchObject({ status: 400 });
    expect(await payment(id)).toMatchObject({ status: 'captured', amount_refunded: 20_000, refund_status: 'partial' });
    expect(await refund({ amount: 30_001 })).toMatchObject({
      body: { error: { description: 'The refund amount provided is greater than amount captured' } },
    });
    expect(await refund({})).toMatchObject({ body: { amount: 30_000 } });
    expect(await payment(id)).toMatchObject({ status: 'refunded', refund_status: 'full' });
    expect(await refund({})).toMatchObject({ body: { error: { description: 'The payment has been fully refunded already' } } });
    expect((await call('GET', `payments/${id}/refunds`)).body).toMatchObject({ count: 2, items: [{ amount: 30_000 }, { amount: 20_000 }] });
    expect(await call('GET', `payments/${id}/refunds/${first.body.id}`)).toEqual(first);
    expect(await call('GET', `refunds/${first.body.id}`)).toEqual(first);
    expect(await lineOf(id)).toMatchObject({ captured: 50_000, refunded: 50_000, net: 0, idempotency_keys: ['refund-0001'] });
  });

  test('fifty refunds at once never exceed the payment', async () => {
    const { order, pay, call } = client();
    const { razorpay_payment_id: id } = await pay((await order()).id);
    const answers = await Promise.all(Array.from({ length: 50 }, () => call('POST', `payments/${id}/refund`, { amount: 3000 })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(16);
    expect(await lineOf(id)).toMatchObject({ refunded: 48_000, net: 2000 });
  });

  test.each([
    ['pending', 'processed', 50_000, 'refunded'],
    ['failed', 'failed', 0, 'captured'],
  ])('a refund that is pending first becomes, as told, %s: %s', async (refunds, status, refunded, paymentStatus) => {
    const { order, pay, payment, call } = client();
    const { razorpay_payment_id: id } = await pay((await order()).id, { refunds });
    const { body } = await call('POST', `payments/${id}/refund`, {});
    expect(body).toMatchObject({ status: 'pending', speed_processed: null });
    await advance(5);
    expect((await call('GET', `refunds/${body.id}`)).body).toMatchObject({ status });
    expect(await payment(id)).toMatchObject({ status: paymentStatus, amount_refunded: refunded });
    expect(await lineOf(id)).toMatchObject({ refunded, net: 50_000 - refunded });
  });

  test('what was not captured cannot be refunded', async () => {
    const { order, pay, call } = client();
    const { razorpay_payment_id: id } = await pay((await order(manual)).id);
    expect(await call('POST', `payments/${id}/refund`, {})).toMatchObject({ status: 400, body: { error: { reason: 'invalid_state' } } });
  });

  test('faults meet Razorpay, too: a refund whose answer is lost is found again by its key', async () => {
    const { order, pay, call } = client();
    const { razorpay_payment_id: id } = await pay((await order()).id);
    const refund = () => call('POST', `payments/${id}/refund`, { amount: 100 }, { 'x-refund-idempotency': 'lost-answer' });
    for (const kind of ['error', 'rate_limit']) {
      await control(context.sandbox.url, 'POST', 'faults', { kind, when: 'before', path: '/razorpay/v1/payments/*/refund' });
      expect(await refund()).toMatchObject({ status: kind === 'error' ? 500 : 429, body: { error: { description: expect.any(String) } } });
    }
    expect(await lineOf(id)).toMatchObject({ refunded: 0 });
    await control(context.sandbox.url, 'POST', 'faults', {
      kind: 'reset',
      when: 'after',
      path: '/razorpay/v1/payments/*/refund',
      times: 2,
    });
    await expect(refund()).rejects.toThrow('fetch failed');
    expect(await lineOf(id)).toMatchObject({ refunded: 100 });
    await control(context.sandbox.url, 'DELETE', 'faults');
    expect(await refund()).toMatchObject({ status: 200, body: { amount: 100 } });
    expect(await lineOf(id)).toMatchObject({ refunded: 100 });
  });

  test('while a refund runs, its key is 409', async () => {
    const { order, pay, call } = client();
    const { razorpay_payment_id: id } = await pay((await order()).id);
    const refund = () => call('POST', `payments/${id}/refund`, { amount: 100 }, { 'x-refund-idempotency': 'in-progress' });
    await control(context.sandbox.url, 'POST', 'faults', { kind: 'slow', delayMs: 150, path: '/razorpay/v1/payments/*/refund' });
    const slow = refund();
    await new Promise((done) => setTimeout(done, 50));
    expect(await refund()).toMatchObject({ status: 409 });
    expect(await slow).toMatchObject({ status: 200 });
  });
});
