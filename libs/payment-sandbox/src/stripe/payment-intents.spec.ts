import type Stripe from 'stripe';
import { aPayment, control, failure, withSandbox } from '../../test/with-sandbox';
import { checkMove, intentMoves, type IntentMove, type IntentStatus } from './payment-intent-states';

describe('payment intents', () => {
  const context = withSandbox();
  const intents = () => context.stripe.paymentIntents;
  const neverRedirect = { enabled: true, allow_redirects: 'never' } as const;

  test('a confirmed visa payment succeeds with its charge', async () => {
    const intent = await intents().create(aPayment({ metadata: { order: '7' }, expand: ['latest_charge'] }));
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

  test('a declined payment can be confirmed again with another card', async () => {
    const error = await failure(intents().create(aPayment({ payment_method: 'pm_card_visa_chargeDeclined' })));
    const { id } = error.payment_intent!;
    expect(await intents().retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { code: 'card_declined', charge: error.charge },
    });
    expect(await intents().confirm(id, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 'succeeded',
      last_payment_error: null,
    });
    expect((await context.stripe.charges.list({ payment_intent: id })).data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  test('created step by step, it asks for a payment method, then for confirmation', async () => {
    const bare = await intents().create({ amount: 500, currency: 'EUR', automatic_payment_methods: neverRedirect });
    expect(bare).toMatchObject({
      status: 'requires_payment_method',
      currency: 'eur',
      capture_method: 'automatic_async',
      payment_method_types: ['card'],
      allowed_payment_method_types: null,
    });
    const chosen = await intents().update(bare.id, { payment_method: 'pm_card_mastercard', metadata: { a: '1', b: '2' } });
    expect(chosen).toMatchObject({ status: 'requires_confirmation', metadata: { a: '1', b: '2' } });
    expect(await intents().update(bare.id, { metadata: { a: '' }, amount: 700 })).toMatchObject({ metadata: { b: '2' }, amount: 700 });
    expect(await intents().confirm(bare.id)).toMatchObject({ status: 'succeeded', amount_received: 700 });
  });

  test('a held amount is captured in part, once, and the rest is released', async () => {
    const held = await intents().create(aPayment({ capture_method: 'manual', expand: ['latest_charge'] }));
    expect(held).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 2000,
      amount_received: 0,
      latest_charge: { captured: false, paid: true },
    });
    expect(await failure(intents().capture(held.id, { amount_to_capture: 2001 }))).toMatchObject({
      statusCode: 400,
      code: 'amount_too_large',
      param: 'amount_to_capture',
    });
    const captured = await intents().capture(held.id, { amount_to_capture: 1500, expand: ['latest_charge'] });
    expect(captured).toMatchObject({
      status: 'succeeded',
      amount: 2000,
      amount_received: 1500,
      amount_capturable: 0,
      latest_charge: { captured: true, amount_captured: 1500 },
    });
    expect(await failure(intents().capture(held.id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
  });

  test('a cancelled hold is released', async () => {
    const held = await intents().create(aPayment({ capture_method: 'manual' }));
    expect(await intents().cancel(held.id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
      amount_capturable: 0,
      canceled_at: expect.any(Number),
    });
    expect(await context.stripe.charges.retrieve(held.latest_charge as string)).toMatchObject({ refunded: true, captured: false });
  });

  const builders: Record<Exclude<IntentStatus, 'processing'>, () => Promise<Stripe.PaymentIntent>> = {
    requires_payment_method: () => intents().create({ amount: 500, currency: 'usd', automatic_payment_methods: neverRedirect }),
    requires_confirmation: () => intents().create(aPayment({ confirm: false })),
    requires_action: () => intents().create(aPayment({ payment_method: 'pm_card_authenticationRequired' })),
    requires_capture: () => intents().create(aPayment({ capture_method: 'manual' })),
    succeeded: () => intents().create(aPayment()),
    canceled: async () => intents().cancel((await intents().create(aPayment({ confirm: false }))).id),
  };
  const moves: Record<IntentMove, (id: string) => Promise<unknown>> = {
    confirm: (id) => intents().confirm(id, { payment_method: 'pm_card_visa' }),
    capture: (id) => intents().capture(id),
    cancel: (id) => intents().cancel(id),
    amend: (id) => intents().update(id, { amount: 900 }),
    authenticate: async (id) => {
      const { error } = await control(context.sandbox.url, 'POST', `payment_intents/${id}/authenticate`, { outcome: 'succeed' });
      if (error) throw error;
    },
  };
  const table = Object.keys(builders).flatMap((status) =>
    Object.keys(moves).map((move) => [status, move] as [keyof typeof builders, IntentMove]),
  );

  test.each(table)('%s: %s is answered as the table of states says', async (status, move) => {
    const intent = await builders[status]();
    expect(intent.status).toBe(status);
    const outcome = await moves[move](intent.id).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    expect(outcome).toBe(intentMoves[status].includes(move) ? 'done' : 'payment_intent_unexpected_state');
    if (outcome !== 'done') expect((await intents().retrieve(intent.id)).status).toBe(status);
  });

  test('a payment in processing can only be cancelled', () => {
    const intent = { status: 'processing' } as Stripe.PaymentIntent;
    expect(() => checkMove(intent, 'cancel')).not.toThrow();
    for (const move of ['confirm', 'capture', 'amend', 'authenticate'] as const)
      expect(() => checkMove(intent, move)).toThrow('processing');
  });

  test.each<[string, Partial<Stripe.PaymentIntentCreateParams>, string, string]>([
    ['below the minimum', { amount: 49 }, 'amount', 'amount_too_small'],
    ['above the maximum', { amount: 100_000_000 }, 'amount', 'amount_too_large'],
    ['of nothing', { amount: 0 }, 'amount', 'parameter_invalid_integer'],
    ['with a fraction', { amount: 10.5 }, 'amount', 'parameter_invalid_integer'],
    ['below the minimum in yen, which has no minor unit', { amount: 49, currency: 'jpy' }, 'amount', 'amount_too_small'],
    ['with an unknown parameter', { amout: 1 } as object, 'amout', 'parameter_unknown'],
    ['with an old parameter name', { payment_method_types: ['card'] } as object, 'payment_method_types', 'parameter_unknown'],
    ['without a currency', { currency: undefined }, 'currency', 'parameter_missing'],
    ['of a customer who does not exist', { customer: 'cus_none' }, 'customer', 'resource_missing'],
    ['by a payment method that does not exist', { payment_method: 'pm_none' }, 'payment_method', 'resource_missing'],
  ])('a payment %s is refused', async (_case, more, param, code) => {
    expect(await failure(intents().create(aPayment(more)))).toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
      param,
      code,
    });
  });

  test('fifty yen are enough', async () => {
    expect(await intents().create(aPayment({ amount: 50, currency: 'jpy' }))).toMatchObject({ status: 'succeeded', amount_received: 50 });
  });

  test('a confirmation that might redirect needs a return_url', async () => {
    const { automatic_payment_methods: _automatic, ...plain } = aPayment();
    expect((await failure(intents().create(plain))).message).toContain('you must provide a `return_url`');
    expect(await intents().create({ ...plain, return_url: 'https://shop.test/back' })).toMatchObject({
      status: 'succeeded',
      automatic_payment_methods: { allow_redirects: 'always' },
    });
    expect(await intents().create({ ...plain, allowed_payment_method_types: ['card'] })).toMatchObject({
      status: 'succeeded',
      automatic_payment_methods: null,
      allowed_payment_method_types: ['card'],
    });
  });

  test('a refused call leaves nothing behind', async () => {
    const before = (await intents().list({ limit: 1 })).data[0]?.id;
    await failure(intents().create(aPayment({ expand: ['nonsense'] })));
    await failure(intents().create(aPayment({ payment_method: 'pm_none' })));
    expect((await intents().list({ limit: 1 })).data[0]?.id).toBe(before);
  });

  test('a card without a customer pays once', async () => {
    const method = await context.stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
    await intents().create(aPayment({ payment_method: method.id }));
    expect((await failure(intents().create(aPayment({ payment_method: method.id })))).message).toContain('It may not be used again');
  });

  test('setup_future_usage saves the card, which then pays again for its customer only', async () => {
    const { id: customer } = await context.stripe.customers.create();
    const first = await intents().create(aPayment({ customer, setup_future_usage: 'off_session' }));
    const again = aPayment({ payment_method: first.payment_method as string });
    expect(await intents().create({ ...again, customer, off_session: true })).toMatchObject({ status: 'succeeded', customer });
    expect((await failure(intents().create(again))).message).toContain('you must provide the customer');
    const { id: other } = await context.stripe.customers.create();
    expect(await failure(intents().create({ ...again, customer: other }))).toMatchObject({
      code: 'resource_missing',
      param: 'payment_method',
    });
  });

  test('lists go page by page in both directions, by customer and by time', async () => {
    const { id: customer } = await context.stripe.customers.create();
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.unshift((await intents().create(aPayment({ customer, confirm: false }))).id);
    const first = await intents().list({ customer, limit: 2 });
    expect([first.data.map(({ id }) => id), first.has_more, first.url]).toEqual([made.slice(0, 2), true, '/v1/payment_intents']);
    const last = await intents().list({ customer, limit: 3, starting_after: made[1]! });
    expect([last.data.map(({ id }) => id), last.has_more]).toEqual([made.slice(2), false]);
    const back = await intents().list({ customer, limit: 2, ending_before: made[4]! });
    expect([back.data.map(({ id }) => id), back.has_more]).toEqual([made.slice(2, 4), true]);
    const all: string[] = [];
    for await (const { id } of intents().list({ customer, limit: 2 })) all.push(id);
    expect(all).toEqual(made);
    const now = first.data[0]!.created;
    expect((await intents().list({ customer, created: { gt: now + 10 } })).data).toEqual([]);
    expect((await intents().list({ customer, created: { lte: now + 10 } })).data).toHaveLength(5);
    expect(await failure(intents().list({ starting_after: 'pi_none' }))).toMatchObject({
      statusCode: 400,
      param: 'starting_after',
      code: 'resource_missing',
    });
    expect(await failure(intents().list({ limit: 101 }))).toMatchObject({ statusCode: 400, param: 'limit' });
  });

  test('expand puts objects where ids stand, in lists, too', async () => {
    const { id: customer } = await context.stripe.customers.create({ email: 'a@shop.test' });
    const { id } = await intents().create(aPayment({ customer }));
    expect(await intents().retrieve(id, { expand: ['customer', 'latest_charge.customer', 'latest_charge.refunds'] })).toMatchObject({
      customer: { email: 'a@shop.test' },
      latest_charge: { customer: { id: customer }, refunds: { data: [] } },
    });
    expect((await intents().list({ customer, expand: ['data.payment_method'] })).data[0]).toMatchObject({
      payment_method: { object: 'payment_method' },
    });
    expect(await failure(intents().retrieve(id, { expand: ['status'] }))).toMatchObject({
      statusCode: 400,
      message: 'This property cannot be expanded (status).',
    });
  });

  test('an unknown intent is 404', async () => {
    expect(await failure(intents().retrieve('pi_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such payment_intent: 'pi_none'",
    });
  });
});

describe('3-D Secure', () => {
  const context = withSandbox();
  const authenticate = (id: string, outcome: string) =>
    control(context.sandbox.url, 'POST', `payment_intents/${id}/authenticate`, { outcome });
  const start = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    context.stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_authenticationRequired', ...more }));

  test('a buyer who passes pays', async () => {
    const { id } = await start();
    expect(await authenticate(id, 'succeed')).toMatchObject({ status: 'succeeded', next_action: null, amount_received: 2000 });
    expect(await context.stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })).toMatchObject({
      latest_charge: { payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } },
    });
  });

  test('a buyer who fails can try another card', async () => {
    const { id } = await start();
    expect(await authenticate(id, 'fail')).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect(await context.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })).toMatchObject({ status: 'succeeded' });
  });

  test('a card may still be refused after the buyer passed', async () => {
    const { id } = await start({ payment_method: 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds' });
    expect(await authenticate(id, 'succeed')).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'insufficient_funds' },
    });
  });

  test('with manual confirmation the shop confirms once more', async () => {
    const { id } = await start({ confirmation_method: 'manual' });
    expect(await authenticate(id, 'succeed')).toMatchObject({ status: 'requires_confirmation' });
    expect(await context.stripe.paymentIntents.confirm(id)).toMatchObject({ status: 'succeeded' });
  });

  test('a held amount may ask for the buyer, too', async () => {
    const { id } = await start({ capture_method: 'manual' });
    expect(await authenticate(id, 'succeed')).toMatchObject({ status: 'requires_capture', amount_capturable: 2000 });
  });
});
