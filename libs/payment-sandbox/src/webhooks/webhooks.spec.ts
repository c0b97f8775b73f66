import { aPayment, control, eventually, failure, sdkFor, startPaymentSandbox, webhookEndpoint } from '../../test/with-sandbox';
import { type PaymentSandbox } from '../sandbox';

const secret = 'whsec_spec';

describe('webhooks', () => {
  let endpoint: Awaited<ReturnType<typeof webhookEndpoint>>;
  let sandbox: PaymentSandbox;
  const stripe = () => sdkFor(sandbox.port);
  const policy = (change: object) => control(sandbox.url, 'POST', 'webhooks', change);
  const types = () => endpoint.received.map(({ type }) => type);

  beforeEach(async () => {
    endpoint = await webhookEndpoint();
    sandbox = await startPaymentSandbox({ port: 0, webhook: { url: endpoint.url, secret }, webhookRetryMs: [20, 40] });
  });
  afterEach(async () => {
    await sandbox.stop();
    await endpoint.close();
  });

  test('events are delivered, signed as the SDK expects, in the order they happened', async () => {
    await stripe().paymentIntents.create(aPayment());
    await endpoint.until(3);
    expect([...types()].sort()).toEqual(['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded']);
    for (const { payload, headers, id } of endpoint.received) {
      const signature = headers['stripe-signature'] as string;
      expect(stripe().webhooks.constructEvent(payload, signature, secret)).toMatchObject({
        id,
        object: 'event',
        api_version: '2026-10-28.endive',
        pending_webhooks: 1,
      });
      expect(() => stripe().webhooks.constructEvent(payload, signature, 'whsec_other')).toThrow('signature');
      expect(() => stripe().webhooks.constructEvent(payload.replace('2000', '1'), signature, secret)).toThrow('signature');
      // Written with spaces, as Stripe does: who verifies a parsed and rewritten body will notice.
      expect(payload).not.toBe(JSON.stringify(JSON.parse(payload)));
    }
    await eventually(async () => expect((await stripe().events.list({ delivery_success: true })).data).toHaveLength(3));
  });

  test('what is not answered 2xx is sent again, and given up after the last pause', async () => {
    endpoint.statuses.push(500, 404);
    const { id } = await stripe().customers.create();
    await endpoint.until(3);
    expect(new Set(endpoint.received.map((event) => event.id)).size).toBe(1);
    endpoint.statuses.push(500, 500, 500);
    await stripe().customers.update(id, { name: 'x' });
    await endpoint.until(6);
    await eventually(async () =>
      expect(await control(sandbox.url, 'GET', 'webhooks')).toMatchObject({
        delivered: 1,
        failedAttempts: 5,
        givenUp: 1,
        waiting: [],
        backingOff: 0,
      }),
    );
    expect(
      (await stripe().events.list({ delivery_success: false })).data.map(({ type, pending_webhooks }) => [type, pending_webhooks]),
    ).toEqual([['customer.updated', 0]]);
  });

  test('held events wait, and come when released', async () => {
    await policy({ hold: true });
    await stripe().paymentIntents.create(aPayment());
    await new Promise((done) => setTimeout(done, 50));
    expect(endpoint.received).toEqual([]);
    expect((await stripe().events.list()).data.map(({ pending_webhooks }) => pending_webhooks)).toEqual([1, 1, 1]);
    await policy({ release: true });
    await endpoint.until(3);
  });

  test('flush sends what waits and answers when it has arrived, the hold stays', async () => {
    await policy({ hold: true });
    await stripe().paymentIntents.create(aPayment());
    expect(await policy({ flush: true })).toMatchObject({ delivered: 3, waiting: [], policy: { hold: true } });
    expect(endpoint.received).toHaveLength(3);
    await stripe().customers.create();
    expect(await control(sandbox.url, 'GET', 'webhooks')).toMatchObject({ waiting: [{ type: 'customer.created' }] });
  });

  test('duplicates come so many times more', async () => {
    await policy({ duplicate: 2 });
    await stripe().customers.create();
    await endpoint.until(3);
    expect(new Set(endpoint.received.map(({ id }) => id)).size).toBe(1);
  });

  test('a shuffle is the same for the same seed', async () => {
    const orders: string[][] = [];
    for (const seed of [7, 7, 8]) {
      endpoint.received.length = 0;
      await policy({ hold: true, shuffle: seed });
      for (let index = 0; index < 3; index += 1) await stripe().paymentIntents.create(aPayment());
      await policy({ flush: true });
      orders.push(types());
    }
    expect(orders[0]).toHaveLength(9);
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).not.toEqual(orders[0]);
  });

  test('drops are never sent but can be asked for; types limit what is disturbed', async () => {
    await policy({ drop: 1, types: ['payment_intent.succeeded'] });
    const { id } = await stripe().paymentIntents.create(aPayment());
    await endpoint.until(2);
    await policy({ flush: true });
    expect([...types()].sort()).toEqual(['charge.succeeded', 'payment_intent.created']);
    expect((await stripe().events.list({ type: 'payment_intent.succeeded' })).data[0]?.data.object).toMatchObject({ id });
    await control(sandbox.url, 'DELETE', 'webhooks');
    await stripe().paymentIntents.create(aPayment());
    await endpoint.until(5);
  });

  test('a delay delays', async () => {
    await policy({ delayMs: 80 });
    const start = Date.now();
    await stripe().customers.create();
    await endpoint.until(1);
    expect(Date.now() - start).toBeGreaterThanOrEqual(75);
  });

  test('a target may be set later and may want some types only', async () => {
    sandbox.setWebhook(endpoint.url, 'whsec_new', ['payment_intent.payment_failed']);
    await failure(stripe().paymentIntents.create(aPayment({ payment_method: 'pm_card_chargeDeclined' })));
    await endpoint.until(1);
    await policy({ flush: true });
    expect(types()).toEqual(['payment_intent.payment_failed']);
    const [{ payload, headers }] = endpoint.received as [(typeof endpoint.received)[0]];
    expect(stripe().webhooks.constructEvent(payload, headers['stripe-signature'] as string, 'whsec_new').type).toBe(
      'payment_intent.payment_failed',
    );
  });
});
