import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { control, failure, sdkFor, startPaymentSandbox, webhookEndpoint } from '../../test/with-sandbox';

test('an endpoint gets the events it is enabled for, signed with its secret, beside the target of the start, until it is deleted', async () => {
  const [first, second] = [await webhookEndpoint(), await webhookEndpoint()];
  const sandbox = await startPaymentSandbox({ port: 0, webhook: { url: first.url, secret: 'whsec_first' } });
  const stripe = sdkFor(sandbox.port);
  const flush = () => control(sandbox.url, 'POST', 'webhooks', { flush: true });
  const made = await stripe.webhookEndpoints.create({ url: second.url, enabled_events: ['customer.created'] });
  expect(made).toMatchObject({ status: 'enabled', secret: expect.stringMatching(/^whsec_\w{32}$/), enabled_events: ['customer.created'] });
  const { id } = await stripe.customers.create();
  await stripe.customers.update(id, { name: 'x' });
  await flush();
  expect([first.received, second.received].map((received) => received.map(({ type }) => type).sort())).toEqual([
    ['customer.created', 'customer.updated'],
    ['customer.created'],
  ]);
  const [{ payload, headers }] = second.received as [(typeof second.received)[0]];
  expect(stripe.webhooks.constructEvent(payload, headers['stripe-signature'] as string, made.secret!).type).toBe('customer.created');
  expect((await stripe.webhookEndpoints.retrieve(made.id)).secret).toBeUndefined();
  await stripe.webhookEndpoints.update(made.id, { disabled: true });
  await stripe.customers.create();
  await flush();
  expect(second.received).toHaveLength(1);
  await stripe.webhookEndpoints.update(made.id, { disabled: false, enabled_events: ['*'] });
  await stripe.customers.update(id, { name: 'y' });
  await flush();
  expect(second.received).toHaveLength(2);
  expect(await stripe.webhookEndpoints.del(made.id)).toMatchObject({ deleted: true });
  await stripe.customers.create();
  await flush();
  expect([first.received.length, second.received.length]).toEqual([5, 2]);
  expect((await stripe.webhookEndpoints.list()).data).toEqual([]);
  await sandbox.stop();
  await Promise.all([first.close(), second.close()]);
});

test('an endpoint outlives a restart, and one that is not a URL is refused', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'payment-sandbox-'));
  const endpoint = await webhookEndpoint();
  const before = await startPaymentSandbox({ port: 0, dataDir });
  const { webhookEndpoints } = sdkFor(before.port);
  expect(await failure(webhookEndpoints.create({ url: 'nowhere', enabled_events: ['*'] }))).toMatchObject({
    code: 'url_invalid',
    param: 'url',
  });
  await webhookEndpoints.create({ url: endpoint.url, enabled_events: ['*'] });
  await before.stop();
  const after = await startPaymentSandbox({ port: 0, dataDir });
  await sdkFor(after.port).customers.create();
  await endpoint.until(1);
  await after.stop();
  await endpoint.close();
  rmSync(dataDir, { recursive: true, force: true });
});
