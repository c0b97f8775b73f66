import { aPayment, control, failure, withSandbox } from '../../test/with-sandbox';

describe('events', () => {
  const context = withSandbox();
  const eventsSince = async (run: () => Promise<unknown>): Promise<string[]> => {
    const before = (await context.stripe.events.list({ limit: 1 })).data[0]?.id;
    await run();
    const { data } = await context.stripe.events.list({ limit: 100, ...(before && { ending_before: before }) });
    return data.map(({ type }) => type).reverse();
  };
  const { paymentIntents, refunds, customers } = {
    paymentIntents: () => context.stripe.paymentIntents,
    refunds: () => context.stripe.refunds,
    customers: () => context.stripe.customers,
  };

  test.each<[string, () => Promise<unknown>, string[]]>([
    ['a payment', () => paymentIntents().create(aPayment()), ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']],
    [
      'a declined payment',
      () => failure(paymentIntents().create(aPayment({ payment_method: 'pm_card_chargeDeclined' }))),
      ['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'],
    ],
    [
      'a payment that asks for the buyer',
      () => paymentIntents().create(aPayment({ payment_method: 'pm_card_authenticationRequired' })),
      ['payment_intent.created', 'payment_intent.requires_action'],
    ],
    [
      'an abandoned payment',
      async () => paymentIntents().cancel((await paymentIntents().create(aPayment({ confirm: false }))).id),
      ['payment_intent.created', 'payment_intent.canceled'],
    ],
    [
      'a hold and its capture',
      async () => paymentIntents().capture((await paymentIntents().create(aPayment({ capture_method: 'manual' }))).id),
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.amount_capturable_updated',
        'charge.captured',
        'payment_intent.succeeded',
      ],
    ],
    [
      'a hold that is cancelled',
      async () => paymentIntents().cancel((await paymentIntents().create(aPayment({ capture_method: 'manual' }))).id),
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.amount_capturable_updated',
        'charge.refunded',
        'payment_intent.canceled',
      ],
    ],
    [
      'a refund',
      async () => refunds().create({ payment_intent: (await paymentIntents().create(aPayment())).id }),
      ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'charge.refunded', 'refund.created'],
    ],
    [
      'a customer',
      async () => customers().del((await customers().create({ payment_method: 'pm_card_visa' })).id),
      ['customer.created', 'payment_method.attached', 'payment_method.detached', 'customer.deleted'],
    ],
    ['a refused call', () => failure(paymentIntents().create(aPayment({ amount: 1 }))), []],
  ])('%s', async (_what, run, expected) => {
    expect(await eventsSince(run)).toEqual(expected);
  });

  test('an event holds the object as it was then, the call that caused it and the version', async () => {
    const intent = await paymentIntents().create(aPayment({ confirm: false }), { idempotencyKey: 'event-1' });
    await paymentIntents().confirm(intent.id);
    const created = (await context.stripe.events.list({ type: 'payment_intent.created', limit: 1 })).data[0]!;
    expect(created).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      livemode: false,
      pending_webhooks: 0,
      request: { id: intent.lastResponse.requestId, idempotency_key: 'event-1' },
      data: { object: { id: intent.id, status: 'requires_confirmation' } },
    });
    expect(await context.stripe.events.retrieve(created.id)).toEqual(created);
  });

  test('events are found by type, types and time, page by page: the way to catch up', async () => {
    await control(context.sandbox.url, 'POST', 'clock', { advance: 3600 });
    const since = (await control(context.sandbox.url, 'GET', 'clock')).now;
    for (let index = 0; index < 3; index += 1) await paymentIntents().create(aPayment());
    const caughtUp: string[] = [];
    for await (const event of context.stripe.events.list({
      created: { gte: since },
      limit: 2,
      types: ['payment_intent.succeeded', 'charge.succeeded'],
    }))
      caughtUp.push(event.type);
    expect(caughtUp.reverse()).toEqual(Array.from({ length: 3 }, () => ['charge.succeeded', 'payment_intent.succeeded']).flat());
    expect((await context.stripe.events.list({ type: 'payment_intent.*', created: { gte: since }, limit: 100 })).data).toHaveLength(6);
    expect((await context.stripe.events.list({ type: 'payment_intent.succeeded', created: { gte: since } })).data).toHaveLength(3);
  });
});
