import type Stripe from 'stripe';
import { aPayment, control, failure, withSandbox } from '../../test/with-sandbox';

describe('captures', () => {
  const context = withSandbox();
  const hold = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    context.stripe.paymentIntents.create(aPayment({ capture_method: 'manual', ...more }));
  const multicapture = { payment_method_options: { card: { request_multicapture: 'if_available' } } } as const;
  const typesSince = async (id: string) =>
    (await context.stripe.events.list({ limit: 20 })).data
      .filter(({ data }) =>
        [id, (data.object as { payment_intent?: string }).payment_intent, (data.object as { id: string }).id].includes(id),
      )
      .map(({ type }) => type)
      .reverse();

  test('parts are captured one after the other where multicapture was asked for', async () => {
    const { id } = await hold(multicapture);
    const { paymentIntents } = context.stripe;
    expect(await paymentIntents.capture(id, { amount_to_capture: 500, final_capture: false })).toMatchObject({
      ...{ status: 'requires_capture', amount_received: 500, amount_capturable: 1500 },
    });
    expect(await paymentIntents.capture(id, { amount_to_capture: 700, final_capture: true, expand: ['latest_charge'] })).toMatchObject({
      ...{ status: 'succeeded', amount_received: 1200, amount_capturable: 0 },
      latest_charge: { captured: true, amount_captured: 1200, payment_method_details: { card: { multicapture: { status: 'available' } } } },
    });
    expect(await failure(paymentIntents.capture(id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect((await typesSince(id)).slice(3)).toEqual([
      ...['charge.updated', 'payment_intent.amount_capturable_updated', 'refund.created', 'charge.captured', 'payment_intent.succeeded'],
    ]);
    expect((await control(context.sandbox.url, 'GET', `ledger?payment=${id}`)).payments[0]).toMatchObject({
      captured: 1200,
      capturable: 0,
      net: 1200,
    });
  });

  test('a capture of all that is left is the last one, and a cancellation keeps what was captured', async () => {
    const { paymentIntents, refunds } = context.stripe;
    const all = await hold(multicapture);
    expect(await paymentIntents.capture(all.id, { final_capture: false })).toMatchObject({ status: 'succeeded', amount_received: 2000 });
    const some = await hold(multicapture);
    await paymentIntents.capture(some.id, { amount_to_capture: 500, final_capture: false });
    expect(await failure(refunds.create({ payment_intent: some.id, amount: 501 }))).toMatchObject({ param: 'amount' });
    expect(await refunds.create({ payment_intent: some.id, amount: 200 })).toMatchObject({ status: 'succeeded' });
    expect(await paymentIntents.cancel(some.id)).toMatchObject({ status: 'succeeded', amount_received: 500, amount_capturable: 0 });
  });

  test('what a capture leaves of the hold is a refund by which no money moves: all that was taken can still go back', async () => {
    const { charges, paymentIntents, refunds } = context.stripe;
    const { id } = await hold();
    const { latest_charge: charge } = await paymentIntents.capture(id, { amount_to_capture: 1500 });
    const [rest] = (await refunds.list({ payment_intent: id })).data;
    expect(rest).toMatchObject({ amount: 500, status: 'succeeded', balance_transaction: null, metadata: {} });
    expect(await charges.retrieve(charge as string)).toMatchObject({ amount_captured: 1500, amount_refunded: 500, refunded: false });
    expect(await failure(refunds.create({ payment_intent: id, amount: 1501 }))).toMatchObject({ param: 'amount' });
    await refunds.create({ payment_intent: id });
    expect(await charges.retrieve(charge as string)).toMatchObject({ amount_refunded: 2000, refunded: true });
    expect((await control(context.sandbox.url, 'GET', `ledger?payment=${id}`)).payments[0]).toMatchObject({
      ...{ captured: 1500, refunded: 1500, net: 0 },
    });
  });

  test('without multicapture a part is all there is', async () => {
    const { id } = await hold();
    expect(await failure(context.stripe.paymentIntents.capture(id, { amount_to_capture: 1, final_capture: false }))).toMatchObject({
      ...{ statusCode: 400, param: 'final_capture' },
    });
    expect(await context.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture', amount_capturable: 2000 });
  });

  test('an authorisation that runs out says so', async () => {
    const { id } = await hold();
    await control(context.sandbox.url, 'POST', 'clock', { advance: 8 * 24 * 3600 });
    expect(await context.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' });
    expect((await typesSince(id)).slice(-2)).toEqual(['charge.expired', 'payment_intent.canceled']);
  });

  test.each([
    ['bhd', 1001, 'must be evenly divisible by 10'],
    ['isk', 1050, 'must be evenly divisible by 100'],
    ['ugx', 500_010, 'must be evenly divisible by 100'],
  ])('in %s an amount of %i is refused', async (currency, amount, message) => {
    expect(await failure(hold({ currency, amount }))).toMatchObject({ param: 'amount', message: expect.stringContaining(message) });
  });

  test.each([
    ['request_three_d_secure', 'any'],
    ['capture_method', 'manual'],
  ])('a card option that the sandbox would not honour is refused: %s %s', async (name, value) => {
    expect(await failure(hold({ payment_method_options: { card: { [name]: value } } }))).toMatchObject({
      ...{ statusCode: 400, param: `payment_method_options[card][${name}]` },
    });
  });
});
