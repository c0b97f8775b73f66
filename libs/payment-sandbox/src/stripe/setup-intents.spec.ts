import { aPayment, control, failure, withSandbox } from '../../test/with-sandbox';

describe('setup intents', () => {
  const context = withSandbox();
  const automatic_payment_methods = { enabled: true, allow_redirects: 'never' } as const;

  test('a card saved with the buyer present pays later without', async () => {
    const { stripe } = context;
    const { id: customer } = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      automatic_payment_methods,
    });
    expect(setup.status).toBe('requires_action');
    const done = await control(context.sandbox.url, 'POST', `setup_intents/${setup.id}/authenticate`, { outcome: 'succeed' });
    expect(done).toMatchObject({ status: 'succeeded', customer });
    expect(await stripe.paymentMethods.retrieve(done.payment_method)).toMatchObject({ customer });
    expect(
      await stripe.paymentIntents.create(aPayment({ customer, payment_method: done.payment_method, off_session: true })),
    ).toMatchObject({ status: 'succeeded' });
    expect((await stripe.setupIntents.list({ customer })).data).toHaveLength(1);
  });

  test('a buyer who fails leaves the intent waiting for another card', async () => {
    const setup = await context.stripe.setupIntents.create({
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      automatic_payment_methods,
    });
    await control(context.sandbox.url, 'POST', `setup_intents/${setup.id}/authenticate`, { outcome: 'fail' });
    expect(await context.stripe.setupIntents.retrieve(setup.id)).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'setup_intent_authentication_failure' },
    });
    expect(await context.stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_visa' })).toMatchObject({ status: 'succeeded' });
  });

  test('a refused card is 402, a finished intent cannot be cancelled', async () => {
    const { setupIntents } = context.stripe;
    expect(
      await failure(setupIntents.create({ payment_method: 'pm_card_visa_chargeDeclined', confirm: true, automatic_payment_methods })),
    ).toMatchObject({ statusCode: 402, code: 'card_declined', setup_intent: { status: 'requires_payment_method' } });
    const done = await setupIntents.create({ payment_method: 'pm_card_visa', confirm: true, automatic_payment_methods });
    expect(await failure(setupIntents.cancel(done.id))).toMatchObject({ code: 'setup_intent_unexpected_state' });
    const waiting = await setupIntents.create({ automatic_payment_methods });
    expect(await setupIntents.cancel(waiting.id)).toMatchObject({ status: 'canceled' });
  });

  test("another customer's card cannot be set up", async () => {
    const { stripe } = context;
    const [{ id: one }, { id: other }] = [await stripe.customers.create(), await stripe.customers.create()];
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: one });
    const setup = await stripe.setupIntents.create({ customer: other, automatic_payment_methods });
    const refused = { statusCode: 400, code: 'resource_missing', param: 'payment_method' };
    expect(await failure(stripe.setupIntents.confirm(setup.id, { payment_method: method.id }))).toMatchObject(refused);
    expect(await failure(stripe.setupIntents.update(setup.id, { payment_method: method.id }))).toMatchObject(refused);
    expect(await failure(stripe.setupIntents.create({ customer: other, payment_method: method.id }))).toMatchObject(refused);
    expect(await stripe.setupIntents.create({ customer: one, payment_method: method.id })).toMatchObject({
      status: 'requires_confirmation',
    });
  });

  test('saved cards are listed by whether they may be shown again', async () => {
    const { stripe } = context;
    const { id: customer } = await stripe.customers.create();
    const shown = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.paymentMethods.update(shown.id, { allow_redisplay: 'always' });
    await stripe.paymentMethods.attach('pm_card_mastercard', { customer });
    expect((await stripe.customers.listPaymentMethods(customer, { allow_redisplay: 'always' })).data.map(({ id }) => id)).toEqual([
      shown.id,
    ]);
    expect((await stripe.paymentMethods.list({ customer, allow_redisplay: 'unspecified' })).data).toHaveLength(1);
  });
});
