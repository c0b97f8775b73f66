import { createHmac } from 'node:crypto';
import { razorpayClient } from '../../test/with-razorpay';
import { control, eventually, startPaymentSandbox, webhookEndpoint, withSandbox } from '../../test/with-sandbox';

const DAY = 24 * 3600;

describe('Razorpay', () => {
  const context = withSandbox();
  const client = () => razorpayClient(context.sandbox.url);
  const advance = (seconds: number) => control(context.sandbox.url, 'POST', 'clock', { advance: seconds });
  const lineOf = async (payment: string) => (await control(context.sandbox.url, 'GET', `ledger?payment=${payment}`)).payments[0];
  const manual = { payment: { capture: 'manual', capture_options: { manual_expiry_period: 7200, refund_speed: 'normal' } } };

  test('an order is paid in the checkout, whose signature is the HMAC of order and payment, and is captured by itself', async () => {
    const { order, pay, payment, call } = client();
    const made = await order({ receipt: 'r1', notes: { order: '1' } });
    expect(made).toEqual({
      id: expect.stringMatching(/^order_\w{14}$/),
      entity: 'order',
      amount: 50_000,
      amount_paid: 0,
      amount_due: 50_000,
      currency: 'INR',
      receipt: 'r1',
      offer_id: null,
      status: 'created',
      attempts: 0,
      notes: { order: '1' },
      created_at: expect.any(Number),
    });
    const paid = await pay(made.id);
    const signature = createHmac('sha256', 'razorpay_sandbox_secret').update(`${made.id}|${paid.razorpay_payment_id}`).digest('hex');
    expect(paid).toEqual({
      razorpay_payment_id: expect.stringMatching(/^pay_\w{14}$/),
      razorpay_order_id: made.id,
      razorpay_signature: signature,
    });
    expect(await payment(paid.razorpay_payment_id)).toMatchObject({
      ...{
        entity: 'payment',
        status: 'captured',
        captured: true,
        amount: 50_000,
        order_id: made.id,
        method: 'card',
        notes: { order: '1' },
      },
      ...{ fee: 1180, tax: 180, error_code: null, refund_status: null },
    });
    expect((await call('GET', `orders/${made.id}`)).body).toMatchObject({
      status: 'paid',
      amount_paid: 50_000,
      amount_due: 0,
      attempts: 1,
    });
    expect((await call('GET', `orders/${made.id}/payments`)).body).toMatchObject({ entity: 'collection', count: 1 });
    expect(await pay(made.id)).toMatchObject({ error: { description: expect.stringContaining('the order is already paid') } });
  });

  test('with manual capture the amount must match, once', async () => {
    const { order, pay, call } = client();
    const { id } = await order(manual);
    const { razorpay_payment_id: payment } = await pay(id, { method: 'upi' });
    const capture = (body: object) => call('POST', `payments/${payment}/capture`, body);
    expect(await capture({ amount: 49_999, currency: 'INR' })).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST_ERROR', description: 'Capture amount must be equal to the amount authorized', field: 'amount' } },
    });
    expect(await capture({ amount: 500.5, currency: 'INR' })).toMatchObject({
      body: {
        error: {
          description: 'The amount must be an integer.',
          source: 'business',
          step: 'payment_initiation',
          reason: 'input_validation_failed',
        },
      },
    });
    expect(await capture({ currency: 'INR' })).toMatchObject({ body: { error: { field: 'amount' } } });
    expect(await lineOf(payment)).toMatchObject({ captured: 0, capturable: 50_000, net: 0 });
    expect(await capture({ amount: 50_000, currency: 'INR' })).toMatchObject({ status: 200, body: { status: 'captured' } });
    expect(await capture({ amount: 50_000, currency: 'INR' })).toMatchObject({
      status: 400,
      body: { error: { description: 'This payment has already been captured' } },
    });
    expect(await lineOf(payment)).toMatchObject({ provider: 'razorpay', order: id, captured: 50_000, refunded: 0, net: 50_000 });
  });

  test('while a payment of an order is authorized, no other can be begun', async () => {
    const { order, pay } = client();
    const { id } = await order(manual);
    await pay(id);
    expect(await pay(id)).toMatchObject({ error: { description: expect.stringContaining('already authorized') } });
  });

  test('a failed payment tells why, and the buyer may try again on the same order', async () => {
    const { order, pay, payment, call } = client();
    const { id } = await order();
    const { error } = await pay(id, { outcome: 'fail' });
    expect(error).toMatchObject({ code: 'BAD_REQUEST_ERROR', reason: 'payment_failed', metadata: { order_id: id } });
    expect(await payment(error.metadata.payment_id)).toMatchObject({ status: 'failed', captured: false, error_reason: 'payment_failed' });
    expect((await call('GET', `orders/${id}`)).body).toMatchObject({ status: 'attempted', attempts: 1 });
    expect(await pay(id)).toMatchObject({ razorpay_signature: expect.any(String) });
    expect((await call('GET', `orders/${id}/payments`)).body.items.map(({ status }: { status: string }) => status)).toEqual([
      'captured',
      'failed',
    ]);
  });

  test('a failed payment becomes authorized days later, and can then be captured', async () => {
    const { order, pay, payment, call } = client();
    const { id } = await order();
    const failed = (await pay(id, { outcome: 'fail', authorize_after: 2 * DAY })).error.metadata.payment_id;
    await advance(DAY);
    expect(await payment(failed)).toMatchObject({ status: 'failed' });
    await advance(DAY);
    expect(await payment(failed)).toMatchObject({ status: 'authorized', captured: false, error_code: null });
    expect(await call('POST', `payments/${failed}/capture`, { amount: 50_000, currency: 'INR' })).toMatchObject({
      body: { status: 'captured' },
    });
  });

  test('late money for an order that was paid otherwise cannot be captured, and goes back after five days', async () => {
    const { order, pay, payment, call } = client();
    const { id } = await order();
    const late = (await pay(id, { outcome: 'fail' })).error.metadata.payment_id;
    await pay(id);
    expect(await control(context.sandbox.url, 'POST', `razorpay_payments/${late}/authorize`)).toMatchObject({ status: 'authorized' });
    expect(await call('POST', `payments/${late}/capture`, { amount: 50_000, currency: 'INR' })).toMatchObject({
      status: 400,
      body: { error: { description: expect.stringContaining('the order is already paid') } },
    });
    await advance(5 * DAY + 60);
    expect(await payment(late)).toMatchObject({ status: 'refunded', refund_status: 'full', captured: false });
    expect(await lineOf(late)).toMatchObject({ captured: 0, refunded: 0, net: 0 });
    expect(await control(context.sandbox.url, 'POST', `razorpay_payments/${late}/authorize`)).toMatchObject({
      error: { code: 'BAD_REQUEST_ERROR' },
    });
  });

  test('within its automatic period a late payment is captured by itself', async () => {
    const { order, pay, payment } = client();
    const { id } = await order({
      payment: { capture: 'automatic', capture_options: { automatic_expiry_period: 30, refund_speed: 'normal' } },
    });
    const late = (await pay(id, { outcome: 'fail', authorize_after: 1200 })).error.metadata.payment_id;
    await advance(1300);
    expect(await payment(late)).toMatchObject({ status: 'captured' });
  });

  test('an order that may be paid in parts is paid when nothing is due', async () => {
    const { order, pay, call } = client();
    const { id } = await order({ partial_payment: true, first_payment_min_amount: 20_000 });
    expect(await pay(id, { amount: 10_000 })).toMatchObject({ error: { field: 'amount' } });
    await pay(id, { amount: 20_000 });
    expect((await call('GET', `orders/${id}`)).body).toMatchObject({ status: 'attempted', amount_paid: 20_000, amount_due: 30_000 });
    expect(await pay(id, { amount: 30_001 })).toMatchObject({
      error: { description: expect.stringContaining('greater than the amount due') },
    });
    await pay(id, { amount: 30_000 });
    expect((await call('GET', `orders/${id}`)).body).toMatchObject({ status: 'paid', amount_due: 0 });
    const whole = await order();
    expect(await pay(whole.id, { amount: 1000 })).toMatchObject({ error: { field: 'amount' } });
  });

  test('with unique_receipt a repeated order is the first one, and another amount is refused', async () => {
    const { order, call } = client();
    const first = await order({ receipt: 'once', unique_receipt: true });
    expect(await order({ receipt: 'once', unique_receipt: true })).toEqual(first);
    expect(await order({ receipt: 'once', unique_receipt: true, amount: 1000 })).toMatchObject({
      error: { description: 'Order receipt should be unique.' },
    });
    expect((await call('GET', 'orders?receipt=once')).body).toMatchObject({ count: 1, items: [{ id: first.id }] });
  });

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

  test('notes can be changed, and nothing else', async () => {
    const { order, call } = client();
    const { id } = await order({ notes: [] });
    expect((await call('PATCH', `orders/${id}`, { notes: { a: '1' } })).body).toMatchObject({ id, notes: { a: '1' } });
    expect(await call('PATCH', `orders/${id}`, { amount: 1 })).toMatchObject({
      status: 400,
      body: { error: { reason: 'extra_field_sent' } },
    });
  });

  test.each<[string, object | string, string]>([
    ['99 paise', { amount: 99, currency: 'INR' }, 'The amount must be at least INR 1.00'],
    ['a fraction', { amount: 100.5, currency: 'INR' }, 'The amount must be an integer.'],
    ['no amount', { currency: 'INR' }, 'The amount field is required.'],
    ['an unknown currency', { amount: 100, currency: 'XXX' }, 'Currency is not supported'],
    ['a fourth decimal', { amount: 1001, currency: 'KWD' }, 'The last digit of an amount in a three decimal currency must be 0'],
    ['a long receipt', { amount: 100, currency: 'INR', receipt: 'r'.repeat(41) }, 'The receipt may not be greater than 40 characters.'],
    ['an unknown field', { amount: 100, currency: 'INR', tip: 1 }, 'tip is/are not required and should not be sent'],
    [
      'sixteen notes',
      { amount: 100, currency: 'INR', notes: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [n, 'x'])) },
      'Number of fields in notes should be less than or equal to 15',
    ],
    [
      'a short automatic period',
      { amount: 100, currency: 'INR', payment: { capture: 'automatic', capture_options: { automatic_expiry_period: 5 } } },
      'The automatic_expiry_period must be at least 12.',
    ],
    [
      'a long manual period',
      { amount: 100, currency: 'INR', payment: { capture: 'manual', capture_options: { manual_expiry_period: 9999 } } },
      'The manual expiry period must be between the automatic expiry period and 7200.',
    ],
    ['no JSON', '{', 'The request body must be a JSON object.'],
  ])('an order with %s is refused', async (_what, body, description) => {
    expect(await client().call('POST', 'orders', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'BAD_REQUEST_ERROR', description, metadata: {} } },
    });
  });

  test.each([
    ['payments/pay_00000000000000', 400, 'The id provided does not exist'],
    ['payments/nonsense', 400, 'nonsense is not a valid id'],
    ['settlements', 400, 'The requested URL was not found on the server'],
    ['orders?count=101', 400, 'The count may not be greater than 100.'],
  ])('GET %s is %i', async (path, status, description) => {
    expect(await client().call('GET', path)).toMatchObject({ status, body: { error: { code: 'BAD_REQUEST_ERROR', description } } });
  });

  test.each(['rzp_test_sandbox:wrong', 'rzp_live_other:razorpay_sandbox_secret', ''])('the key %p is refused', async (key) => {
    expect(await razorpayClient(context.sandbox.url, key).call('GET', 'orders')).toEqual({
      status: 401,
      body: {
        error: { code: 'BAD_REQUEST_ERROR', description: 'Authentication failed', source: 'NA', step: 'NA', reason: 'NA', metadata: {} },
      },
    });
  });

  test('the newest come first, page by page, between two times', async () => {
    const { order, call } = client();
    await advance(DAY);
    const from = (await control(context.sandbox.url, 'GET', 'clock')).now;
    const made: string[] = [];
    for (let index = 0; index < 3; index += 1) made.unshift((await order()).id);
    const page = async (query: string) =>
      (await call('GET', `orders?from=${from}&${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await page('count=2')).toEqual(made.slice(0, 2));
    expect(await page('count=2&skip=2')).toEqual(made.slice(2));
    expect((await call('GET', `orders?to=${from - 1}&count=100`)).body.items.map(({ id }: { id: string }) => id)).not.toContain(made[0]);
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

describe('Razorpay’s webhooks', () => {
  test('come signed over the raw body with an id in a header, tell what was, and obey the same policy', async () => {
    const endpoint = await webhookEndpoint();
    const sandbox = await startPaymentSandbox({ port: 0 });
    sandbox.setRazorpayWebhook(endpoint.url, 'whsec_rzp');
    const { order, pay, call } = razorpayClient(sandbox.url);
    const { id } = await order();
    await pay(id, { outcome: 'fail' });
    const { razorpay_payment_id: payment } = await pay(id);
    await call('POST', `payments/${payment}/refund`, { amount: 100 });
    await control(sandbox.url, 'POST', 'webhooks', { flush: true });
    const told = endpoint.received.map(({ payload }) => JSON.parse(payload));
    expect(told.map(({ event }) => event).sort()).toEqual([
      ...['order.paid', 'payment.authorized', 'payment.captured', 'payment.failed', 'refund.created', 'refund.processed'],
    ]);
    for (const { payload, headers } of endpoint.received) {
      expect(headers['x-razorpay-signature']).toBe(createHmac('sha256', 'whsec_rzp').update(payload).digest('hex'));
      expect(headers['x-razorpay-event-id']).toMatch(/^evt_\w{14}$/);
    }
    expect(new Set(endpoint.received.map(({ headers }) => headers['x-razorpay-event-id'])).size).toBe(6);
    expect(told.find(({ event }) => event === 'order.paid')).toEqual({
      entity: 'event',
      account_id: expect.stringMatching(/^acc_\w{14}$/),
      event: 'order.paid',
      contains: ['payment', 'order'],
      payload: {
        payment: { entity: expect.objectContaining({ id: payment, status: 'captured' }) },
        order: { entity: expect.objectContaining({ id, status: 'paid' }) },
      },
      created_at: expect.any(Number),
    });
    expect(told.find(({ event }) => event === 'payment.authorized').payload.payment.entity).toMatchObject({
      status: 'authorized',
      captured: false,
    });
    await control(sandbox.url, 'POST', 'webhooks', { drop: 1, types: ['payment.failed'] });
    await pay((await order()).id, { outcome: 'fail' });
    await pay((await order()).id, { outcome: 'fail' });
    await eventually(() => expect(endpoint.received).toHaveLength(7));
    await sandbox.stop();
    await endpoint.close();
  });

  test('the same seed and the same calls give the same ids', async () => {
    const run = async () => {
      const sandbox = await startPaymentSandbox({ port: 0, seed: 3 });
      const { order, pay, call } = razorpayClient(sandbox.url);
      const { razorpay_payment_id: id } = await pay((await order()).id);
      const { body } = await call('POST', `payments/${id}/refund`, {});
      await sandbox.stop();
      return [id, body.id];
    };
    expect(await run()).toEqual(await run());
  });
});
