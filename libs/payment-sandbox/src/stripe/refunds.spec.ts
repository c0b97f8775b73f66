import { aPayment, control, eventually, failure, withSandbox } from '../../test/with-sandbox';

describe('refunds', () => {
  const context = withSandbox();
  const pay = async (token = 'pm_card_visa') => (await context.stripe.paymentIntents.create(aPayment({ payment_method: token }))).id;

  test('a refund gives back all unless told otherwise, and then there is nothing left', async () => {
    const payment_intent = await pay();
    const refund = await context.stripe.refunds.create({ payment_intent, reason: 'requested_by_customer', metadata: { order: '7' } });
    expect(refund).toMatchObject({
      object: 'refund',
      amount: 2000,
      status: 'succeeded',
      payment_intent,
      reason: 'requested_by_customer',
      metadata: { order: '7' },
    });
    expect(await context.stripe.charges.retrieve(refund.charge as string, { expand: ['refunds'] })).toMatchObject({
      refunded: true,
      amount_refunded: 2000,
      refunds: { data: [{ id: refund.id }] },
    });
    expect(await failure(context.stripe.refunds.create({ payment_intent }))).toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
    });
    expect(await context.stripe.refunds.retrieve(refund.id)).toMatchObject({ id: refund.id });
  });

  test('parts add up to no more than was captured', async () => {
    const payment_intent = await pay();
    await context.stripe.refunds.create({ payment_intent, amount: 1500 });
    expect(await failure(context.stripe.refunds.create({ payment_intent, amount: 501 }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: 'Refund amount ($5.01) is greater than unrefunded amount on charge ($5.00)',
    });
    const last = await context.stripe.refunds.create({ payment_intent, amount: 500, expand: ['charge.refunds'] });
    expect(last.charge).toMatchObject({ refunded: true, refunds: { data: [{ amount: 500 }, { amount: 1500 }] } });
    expect((await context.stripe.refunds.list({ payment_intent })).data.map(({ amount }) => amount)).toEqual([500, 1500]);
    const { id } = last.charge as { id: string };
    expect(await context.stripe.rawRequest('GET', `/v1/charges/${id}/refunds`)).toMatchObject({
      data: [{ amount: 500 }, { amount: 1500 }],
      has_more: false,
    });
  });

  test('fifty refunds at once never exceed a partly captured amount', async () => {
    const held = await context.stripe.paymentIntents.create(aPayment({ capture_method: 'manual' }));
    await context.stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, () => context.stripe.refunds.create({ payment_intent: held.id, amount: 90 })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(11);
    expect((await control(context.sandbox.url, 'GET', `ledger?payment=${held.id}`)).payments).toMatchObject([
      { captured: 1000, refunded: 990, net: 10 },
    ]);
  });

  test('what was not captured cannot be refunded', async () => {
    const held = await context.stripe.paymentIntents.create(aPayment({ capture_method: 'manual' }));
    expect(await failure(context.stripe.refunds.create({ payment_intent: held.id }))).toMatchObject({
      statusCode: 400,
      param: 'payment_intent',
    });
    expect(await failure(context.stripe.refunds.create({ charge: held.latest_charge as string }))).toMatchObject({
      statusCode: 400,
      code: 'charge_not_refundable',
    });
    expect(await failure(context.stripe.refunds.create({}))).toMatchObject({ code: 'parameter_missing' });
    expect(await failure(context.stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
    });
  });

  test('pm_card_pendingRefund: a refund that is pending first', async () => {
    const refund = await context.stripe.refunds.create({ payment_intent: await pay('pm_card_pendingRefund') });
    expect(refund.status).toBe('pending');
    await eventually(async () => expect((await context.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded'));
  });

  test('pm_card_refundFail: a refund that fails later puts the money back on the charge', async () => {
    const payment_intent = await pay('pm_card_refundFail');
    const refund = await context.stripe.refunds.create({ payment_intent });
    expect(refund.status).toBe('succeeded');
    await control(context.sandbox.url, 'POST', 'clock', { advance: 5 });
    expect(await context.stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    });
    expect(await context.stripe.charges.retrieve(refund.charge as string)).toMatchObject({ refunded: false, amount_refunded: 0 });
    expect((await control(context.sandbox.url, 'GET', `ledger?payment=${payment_intent}`)).payments).toMatchObject([
      { captured: 2000, refunded: 0, net: 2000 },
    ]);
    expect((await context.stripe.events.list({ type: 'refund.failed' })).data[0]?.data.object).toMatchObject({ id: refund.id });
  });
});
