import { aPayment, failure, withSandbox } from '../../test/with-sandbox';

describe('payment intents', () => {
  const context = withSandbox();

  test('a confirmed visa payment succeeds with its charge', async () => {
    const intent = await context.stripe.paymentIntents.create(aPayment({ metadata: { order: '7' }, expand: ['latest_charge'] }));
    expect(intent).toMatchObject({
      object: 'payment_intent',
      status: 'succeeded',
      amount: 2000,
      amount_received: 2000,
      metadata: { order: '7' },
      livemode: false,
    });
    expect(intent.id).toMatch(/^pi_3\w{23}$/);
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_\\w{25}$`));
    expect(intent.latest_charge).toMatchObject({
      object: 'charge',
      paid: true,
      captured: true,
      amount_captured: 2000,
      payment_intent: intent.id,
    });
  });

  test('a declined payment answers 402 with the intent, which waits for another payment method', async () => {
    const error = await failure(context.stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_visa_chargeDeclined' })));
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
    const intent = error.payment_intent!;
    expect(await context.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { code: 'card_declined', charge: error.charge },
    });
    expect(await context.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 'succeeded',
      last_payment_error: null,
    });
  });
});
