import { aPayment, failure, withSandbox } from '../../../test/with-sandbox';
import { cardName, cardNamed, cardNames } from './test-cards';

describe('test cards', () => {
  const context = withSandbox();

  test.each([
    ['pm_card_visa', 'visa', '4242', 'credit'],
    ['pm_card_visa_debit', 'visa', '5556', 'debit'],
    ['pm_card_mastercard', 'mastercard', '4444', 'credit'],
    ['pm_card_mastercard_debit', 'mastercard', '8210', 'debit'],
    ['pm_card_mastercard_prepaid', 'mastercard', '5100', 'prepaid'],
    ['pm_card_amex', 'amex', '0005', 'credit'],
    ['pm_card_discover', 'discover', '1117', 'credit'],
    ['pm_card_diners', 'diners', '0004', 'credit'],
    ['pm_card_jcb', 'jcb', '0505', 'credit'],
    ['pm_card_unionpay', 'unionpay', '0005', 'credit'],
  ])('%s pays as %s ending in %s', async (token, brand, last4, funding) => {
    const intent = await context.stripe.paymentIntents.create(
      aPayment({ payment_method: token, expand: ['payment_method', 'latest_charge'] }),
    );
    expect(intent).toMatchObject({
      status: 'succeeded',
      payment_method: { card: { brand, last4, funding } },
      latest_charge: { payment_method_details: { card: { brand, last4 } } },
    });
  });

  test.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
  ])('%s is refused as %s / %s, and leaves a failed charge', async (token, code, declineCode) => {
    const error = await failure(context.stripe.paymentIntents.create(aPayment({ payment_method: token })));
    expect(error).toMatchObject({
      type: 'StripeCardError',
      statusCode: 402,
      code,
      decline_code: declineCode,
      payment_intent: { status: 'requires_payment_method' },
    });
    expect(error.doc_url).toBe(`https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}`);
    expect(await context.stripe.charges.retrieve(error.charge!)).toMatchObject({
      status: 'failed',
      paid: false,
      captured: false,
      amount_captured: 0,
      failure_code: code,
    });
  });

  test.each([
    'pm_card_authenticationRequired',
    'pm_card_authenticationRequiredOnSetup',
    'pm_card_threeDSecure2Required',
    'pm_card_threeDSecureRequired',
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
  ])('%s asks for the buyer and charges nothing yet', async (token) => {
    const intent = await context.stripe.paymentIntents.create(aPayment({ payment_method: token, return_url: 'https://shop.test/back' }));
    expect(intent).toMatchObject({
      status: 'requires_action',
      latest_charge: null,
      amount_received: 0,
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: 'https://shop.test/back' } },
    });
  });

  test('a card that asks for the buyer is refused without one', async () => {
    const { stripe } = context;
    const customer = await stripe.customers.create();
    const method = await stripe.paymentMethods.attach('pm_card_authenticationRequired', { customer: customer.id });
    const error = await failure(
      stripe.paymentIntents.create(aPayment({ payment_method: method.id, customer: customer.id, off_session: true })),
    );
    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required', decline_code: 'authentication_required' });
  });

  test('error_on_requires_action fails the call before any charge', async () => {
    const error = await failure(
      context.stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_authenticationRequired', error_on_requires_action: true })),
    );
    expect(error).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      decline_code: 'authentication_not_handled',
      payment_intent: { latest_charge: null },
    });
  });

  test('every token can be saved and used as its table says', async () => {
    for (const name of cardNames) {
      const intent = await context.stripe.paymentIntents
        .create(aPayment({ payment_method: `pm_card_${name}` }))
        .catch((error) => error.payment_intent);
      const { authentication, decline } = cardNamed(name);
      expect([name, intent.status]).toEqual([
        name,
        authentication !== 'never' ? 'requires_action' : decline ? 'requires_payment_method' : 'succeeded',
      ]);
    }
  });

  test('names are found by payment method token, card token and number', () => {
    expect([
      cardName('pm_card_visa'),
      cardName('tok_visa'),
      cardName('4242424242424242'),
      cardName('pm_card_nonsense'),
      cardName('pm_1abc'),
    ]).toEqual(['visa', 'visa', 'visa', undefined, undefined]);
  });
});
