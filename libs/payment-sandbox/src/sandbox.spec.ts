import { aPayment, control, sdkFor, startPaymentSandbox } from '../test/with-sandbox';
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
