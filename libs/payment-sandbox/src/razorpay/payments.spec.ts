import { createHmac } from 'node:crypto';
import { razorpayClient } from '../../test/with-razorpay';
import { control, withSandbox } from '../../test/with-sandbox';

const DAY = 24 * 3600;

describe('Razorpay: orders and payments', () => {
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

  test('all the payments of an order are told, however often the buyer tried', async () => {
    const { order, pay, call } = client();
    const { id } = await order();
    for (let tries = 0; tries < 12; tries += 1) await pay(id, { outcome: 'fail' });
    expect((await call('GET', `orders/${id}/payments`)).body).toMatchObject({ count: 12 });
    expect(await call('GET', `orders/${id}/payments?count=5`)).toMatchObject({ status: 400 });
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
    expect((await order({ receipt: 'once' })).id).not.toBe(first.id);
  });
});
