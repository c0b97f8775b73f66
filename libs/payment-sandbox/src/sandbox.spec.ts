import { aPayment, control, sdkFor, startPaymentSandbox } from '../test/with-sandbox';
import { razorpayClient } from '../test/with-razorpay';
import { SandboxPortInUse } from './index';

test('a busy port is told as such', async () => {
  const first = await startPaymentSandbox({ port: 0 });
  await expect(startPaymentSandbox({ port: first.port })).rejects.toThrow(SandboxPortInUse);
  await first.stop();
  const second = await startPaymentSandbox({ port: first.port });
  expect(second.url).toBe(`http://127.0.0.1:${first.port}`);
  await second.stop();
});

test('the same seed makes the same ids, another seed others, no seed always new ones', async () => {
  const idsOf = async (seed?: number): Promise<string[]> => {
    const sandbox = await startPaymentSandbox({ port: 0, seed });
    const stripe = sdkFor(sandbox.port);
    const paid = await stripe.paymentIntents.create(aPayment());
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    const events = await stripe.events.list();
    await sandbox.stop();
    return [
      paid.id,
      paid.client_secret!,
      paid.payment_method as string,
      refund.id,
      refund.charge as string,
      ...events.data.map(({ id }) => id),
    ];
  };
  const seeded = await idsOf(1);
  expect(await idsOf(1)).toEqual(seeded);
  expect(await idsOf(2)).not.toEqual(seeded);
  expect(await idsOf()).not.toEqual(await idsOf());
  expect(new Set(seeded).size).toBe(seeded.length);
});

test('with a seed and a clock that stands, the same calls leave the same objects, ids, times and events', async () => {
  const run = async (seed: number): Promise<object> => {
    const sandbox = await startPaymentSandbox({ port: 0, seed, standsAt: 1_800_000_000 });
    const stripe = sdkFor(sandbox.port);
    const { order, pay } = razorpayClient(sandbox.url);
    const paid = await stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_createDispute' }), { idempotencyKey: 'k' });
    await stripe.refunds.create({ payment_intent: paid.id, amount: 500 }, { idempotencyKey: 'r' });
    await pay((await order()).id, { outcome: 'fail', authorize_after: 3600 });
    await control(sandbox.url, 'POST', 'clock', { advance: 7200 });
    const { faults: _faults, webhooks: _webhooks, ...snapshot } = await control(sandbox.url, 'GET', 'snapshot');
    await sandbox.stop();
    return snapshot;
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
  expect(first).toMatchObject({
    clock: { now: 1_800_007_200 },
    dispute: [{ created: 1_800_000_001 }],
    razorpay_payment: [{ status: 'authorized' }],
  });
});

test('a clock that stands brings nothing about by itself', async () => {
  const sandbox = await startPaymentSandbox({ port: 0, standsAt: 1_800_000_000 });
  const stripe = sdkFor(sandbox.port);
  const { id } = await stripe.paymentIntents.create(aPayment({ payment_method: 'pm_card_pendingRefund' }));
  const refund = await stripe.refunds.create({ payment_intent: id });
  await new Promise((done) => setTimeout(done, 1100));
  expect((await stripe.refunds.retrieve(refund.id)).status).toBe('pending');
  await control(sandbox.url, 'POST', 'clock', { advance: 1 });
  expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  await sandbox.stop();
});

test('stop ends a call that is still open', async () => {
  const sandbox = await startPaymentSandbox({ port: 0 });
  await control(sandbox.url, 'POST', 'faults', { kind: 'timeout' });
  const open = sdkFor(sandbox.port, 'sk_test_spec', { timeout: 60_000 })
    .events.list()
    .catch((error: Error) => error.message);
  await new Promise((done) => setTimeout(done, 50));
  await sandbox.stop();
  expect(await open).toContain('connection');
});
