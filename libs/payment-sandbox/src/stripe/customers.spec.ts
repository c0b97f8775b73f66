import { aPayment, failure, withSandbox } from '../../test/with-sandbox';

describe('customers and their payment methods', () => {
  const context = withSandbox();

  test('a customer is created, read, changed, listed by email and deleted', async () => {
    const { customers } = context.stripe;
    const made = await customers.create({
      email: 'ada@shop.test',
      name: 'Ada',
      metadata: { user: '1' },
      address: { city: 'Paris', country: 'FR' },
    });
    expect(made).toMatchObject({
      object: 'customer',
      email: 'ada@shop.test',
      name: 'Ada',
      address: { city: 'Paris', country: 'FR', line1: null },
    });
    expect(made.id).toMatch(/^cus_\w{14}$/);
    expect(await customers.update(made.id, { name: 'Ada L.', email: 'al@shop.test', metadata: { vip: 'yes' } })).toMatchObject({
      name: 'Ada L.',
      metadata: { user: '1', vip: 'yes' },
    });
    expect((await customers.list({ email: 'al@shop.test' })).data.map(({ id }) => id)).toEqual([made.id]);
    expect((await customers.list({ email: 'ada@shop.test' })).data).toEqual([]);
    expect(await customers.del(made.id)).toEqual({ id: made.id, object: 'customer', deleted: true });
    expect(await customers.retrieve(made.id)).toEqual({ id: made.id, object: 'customer', deleted: true });
    expect((await customers.list({ email: 'al@shop.test' })).data).toEqual([]);
    expect(await failure(context.stripe.paymentIntents.create(aPayment({ customer: made.id })))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'customer',
    });
  });

  test('a card is attached, listed, made the default, changed and detached for good', async () => {
    const { customers, paymentMethods } = context.stripe;
    const { id: customer } = await customers.create();
    const method = await paymentMethods.attach('pm_card_visa', { customer });
    expect(method).toMatchObject({ customer, type: 'card', card: { brand: 'visa', last4: '4242' } });
    expect(await customers.update(customer, { invoice_settings: { default_payment_method: method.id } })).toMatchObject({
      invoice_settings: { default_payment_method: method.id },
    });
    expect(await paymentMethods.update(method.id, { billing_details: { name: 'Ada' }, card: { exp_year: 2040 } })).toMatchObject({
      billing_details: { name: 'Ada', email: null },
      card: { exp_year: 2040, last4: '4242' },
    });
    expect((await paymentMethods.list({ customer, type: 'card' })).data.map(({ id }) => id)).toEqual([method.id]);
    expect((await customers.listPaymentMethods(customer)).data.map(({ id }) => id)).toEqual([method.id]);
    expect(await customers.retrievePaymentMethod(customer, method.id)).toMatchObject({ id: method.id });
    expect(await paymentMethods.detach(method.id)).toMatchObject({ customer: null });
    expect((await paymentMethods.list({ customer })).data).toEqual([]);
    expect((await failure(paymentMethods.attach(method.id, { customer }))).message).toContain('may not be used again');
  });

  test('a payment method is made from a token or a test number, not from a wrong one', async () => {
    const { paymentMethods } = context.stripe;
    expect(await paymentMethods.create({ type: 'card', card: { token: 'tok_mastercard' } })).toMatchObject({
      card: { brand: 'mastercard' },
      customer: null,
    });
    const byNumber = await paymentMethods.create({
      type: 'card',
      card: { number: '4242 4242 4242 4242', exp_month: 3, exp_year: 2031, cvc: '123' },
    });
    expect(await paymentMethods.retrieve(byNumber.id)).toMatchObject({ card: { exp_month: 3, exp_year: 2031, last4: '4242' } });
    expect(await failure(paymentMethods.create({ type: 'card', card: { number: '4111111111111112' } }))).toMatchObject({
      code: 'incorrect_number',
    });
    expect(await failure(paymentMethods.create({ type: 'card', card: { token: 'tok_none' } }))).toMatchObject({ code: 'resource_missing' });
  });

  test('a card that the issuer refuses cannot be saved; pm_card_chargeCustomerFail can, and fails at the payment', async () => {
    const { id: customer } = await context.stripe.customers.create();
    expect(await failure(context.stripe.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer }))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    });
    const method = await context.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    expect(
      await failure(context.stripe.paymentIntents.create(aPayment({ customer, payment_method: method.id, off_session: true }))),
    ).toMatchObject({ statusCode: 402, code: 'card_declined' });
  });
});
