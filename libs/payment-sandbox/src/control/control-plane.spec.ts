import { MemoryShelf } from '../store/memory-shelf';
import { Store } from '../store/store';
import { WebhookDispatcher } from '../webhooks/dispatcher';
import { ControlPlane } from './control-plane';
import { Faults } from './faults';
import { Scheduler } from './scheduler';
import { scheduled } from './scheduled';
import { aPayment, control, failure, withSandbox } from '../../test/with-sandbox';

describe('control plane', () => {
  const context = withSandbox();
  const ask = (method: string, path: string, body?: object) => control(context.sandbox.url, method, path, body);

  test('the ledger tells of each payment what was captured, refunded and left, by whose keys, and in sum', async () => {
    const { stripe } = context;
    const paid = await stripe.paymentIntents.create(aPayment({ metadata: { order: '1' } }), { idempotencyKey: 'auth:1:1' });
    await stripe.refunds.create({ payment_intent: paid.id, amount: 300 }, { idempotencyKey: 'refund:1:1' });
    const held = await stripe.paymentIntents.create(aPayment({ capture_method: 'manual', currency: 'eur' }), {
      idempotencyKey: 'auth:2:1',
    });
    const declined = (
      await failure(stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_chargeDeclined' }), { idempotencyKey: 'auth:3:1' }))
    ).payment_intent!;
    await stripe.paymentIntents.confirm(declined.id, { payment_method: 'pm_card_visa' }, { idempotencyKey: 'auth:3:2' });
    expect(await ask('GET', 'ledger')).toEqual({
      payments: [
        expect.objectContaining({
          payment_intent: paid.id,
          status: 'succeeded',
          captured: 2000,
          refunded: 300,
          net: 1700,
          metadata: { order: '1' },
          idempotency_keys: ['auth:1:1', 'refund:1:1'],
        }),
        expect.objectContaining({
          payment_intent: held.id,
          status: 'requires_capture',
          captured: 0,
          refunded: 0,
          net: 0,
          capturable: 2000,
          idempotency_keys: ['auth:2:1'],
        }),
        expect.objectContaining({
          payment_intent: declined.id,
          captured: 2000,
          charges: { succeeded: 1, failed: 1 },
          idempotency_keys: ['auth:3:1', 'auth:3:2'],
        }),
      ],
      totals: {
        usd: { payments: 2, captured: 4000, refunded: 300, disputed: 0, net: 3700 },
        eur: { payments: 1, captured: 0, refunded: 0, disputed: 0, net: 0 },
      },
    });
  });

  test('after a week an uncaptured payment is released', async () => {
    const held = await context.stripe.paymentIntents.create(aPayment({ capture_method: 'manual' }));
    const { now } = await ask('GET', 'clock');
    expect(await ask('POST', 'clock', { advance: 8 * 24 * 3600 })).toMatchObject({ offset: 8 * 24 * 3600 });
    expect(await context.stripe.paymentIntents.retrieve(held.id)).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' });
    expect((await context.stripe.customers.create()).created).toBeGreaterThanOrEqual(now + 8 * 24 * 3600);
  });

  test('the snapshot holds every object', async () => {
    const { id } = await context.stripe.customers.create({ email: 'snap@shop.test' });
    const snapshot = await ask('GET', 'snapshot');
    expect(snapshot.customer).toContainEqual(expect.objectContaining({ id, email: 'snap@shop.test' }));
    expect(Object.keys(snapshot)).toEqual(
      expect.arrayContaining(['payment_intent', 'charge', 'refund', 'event', 'clock', 'faults', 'webhooks']),
    );
  });

  test('a web page cannot use it, and a wrong path or body is refused', async () => {
    const page = await fetch(`${context.sandbox.url}/_sandbox/ledger`, { headers: { origin: 'https://evil.test' } });
    expect(page.status).toBe(403);
    expect((await ask('GET', 'nonsense')).error.message).toContain('Unrecognized');
    expect((await ask('POST', 'clock', { advance: -1 })).error.param).toBe('advance');
    expect((await ask('POST', 'payment_intents/pi_none/authenticate', { outcome: 'succeed' })).error.code).toBe('resource_missing');
    const broken = await fetch(`${context.sandbox.url}/_sandbox/faults`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
  });
});

test.each([
  ['127.0.0.1', 200],
  ['127.8.0.1', 200],
  ['::1', 200],
  ['::ffff:127.0.0.1', 200],
  ['10.0.0.7', 403],
  ['192.168.127.1', 403],
  ['::ffff:10.127.0.1', 403],
  ['', 403],
])('a call of the control plane from %p is answered %i', async (address, status) => {
  const store = new Store(new MemoryShelf(), undefined);
  const dispatcher = new WebhookDispatcher(store, [], []);
  const control = new ControlPlane({
    store,
    faults: new Faults(),
    dispatcher,
    scheduler: new Scheduler(store, scheduled),
    razorpaySecret: '',
  });
  const call = { method: 'GET', path: '/_sandbox/ledger', query: '', body: '', headers: {} };
  expect((await control.handle(call, address)).status).toBe(status);
});
