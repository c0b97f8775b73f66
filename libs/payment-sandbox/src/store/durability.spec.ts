import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aPayment, control, eventually, sdkFor, startPaymentSandbox, webhookEndpoint } from '../../test/with-sandbox';
import { type PaymentSandbox, type PaymentSandboxOptions } from '../sandbox';
import { DataFolderInUse } from './folder-claim';

function onlyOnce(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= run());
}

describe('durability', () => {
  let dataDir: string;
  // Ended after each test even if it failed midway, or the run would never end.
  const leftovers: (() => Promise<unknown>)[] = [];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'payment-sandbox-'));
  });
  afterEach(async () => {
    for (const end of leftovers.splice(0)) await end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const start = async (options: PaymentSandboxOptions = {}): Promise<PaymentSandbox> => {
    const sandbox = await startPaymentSandbox({ port: 0, dataDir, ...options });
    const stop = onlyOnce(() => sandbox.stop());
    leftovers.push(stop);
    return { ...sandbox, stop };
  };

  const startProcess = async (options: PaymentSandboxOptions): Promise<{ port: number; kill(): Promise<void> }> => {
    const child = spawn(process.execPath, [join(__dirname, '../../test/sandbox-process.cjs'), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const kill = onlyOnce(async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    leftovers.push(kill);
    return { port: Number(line.toString()), kill };
  };

  test('after a restart everything is as before: objects, lists, keys, clock, and ids go on without repeating', async () => {
    const first = await start({ seed: 5 });
    const paid = await sdkFor(first.port).paymentIntents.create(aPayment({ metadata: { order: '1' } }), { idempotencyKey: 'k' });
    await control(first.url, 'POST', 'clock', { advance: 3600 });
    const ledger = await control(first.url, 'GET', 'ledger');
    await first.stop();
    const second = await start({ seed: 5 });
    const stripe = sdkFor(second.port);
    expect(await stripe.paymentIntents.retrieve(paid.id)).toEqual(paid);
    expect((await stripe.events.list()).data).toHaveLength(3);
    expect(
      (await stripe.paymentIntents.create(aPayment({ metadata: { order: '1' } }), { idempotencyKey: 'k' })).lastResponse.headers[
        'idempotent-replayed'
      ],
    ).toBe('true');
    expect((await stripe.paymentIntents.create(aPayment())).id).not.toBe(paid.id);
    expect((await control(second.url, 'GET', 'clock')).offset).toBe(3600);
    expect((await control(second.url, 'GET', `ledger?payment=${paid.id}`)).payments).toEqual(ledger.payments);
    await second.stop();
  });

  test('what was answered survives kill -9, and a repeated call never pays twice', async () => {
    const answered: string[] = [];
    const keys = Array.from({ length: 120 }, (_, index) => `auth:${index}`);
    const create = (port: number, key: string) =>
      sdkFor(port).paymentIntents.create(aPayment({ metadata: { key } }), { idempotencyKey: key });
    for (let round = 0; round < 3; round += 1) {
      const { port, kill } = await startProcess({ port: 0, dataDir });
      const calls = keys.map((key) =>
        create(port, key)
          .then(({ id }) => answered.push(id))
          .catch(() => undefined),
      );
      await eventually(() => expect(answered.length).toBeGreaterThan(20 + round * 30));
      await kill();
      await Promise.all(calls);
    }
    const sandbox = await start();
    const stripe = sdkFor(sandbox.port);
    for (const id of new Set(answered)) expect((await stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
    for (const key of keys) await create(sandbox.port, key);
    const { payments, totals } = await control(sandbox.url, 'GET', 'ledger');
    expect(payments.map(({ metadata }: { metadata: { key: string } }) => metadata.key).sort()).toEqual([...keys].sort());
    expect(totals.usd).toEqual({ payments: 120, captured: 240_000, refunded: 0, disputed: 0, net: 240_000 });
    await sandbox.stop();
  });

  test('an event that could not be delivered before kill -9 is delivered after', async () => {
    const endpoint = await webhookEndpoint();
    leftovers.push(() => endpoint.close());
    endpoint.statuses.push(500, 500, 500);
    const webhook = { url: endpoint.url, secret: 'whsec_x' };
    const { port, kill } = await startProcess({ port: 0, dataDir, webhook, webhookRetryMs: [60_000] });
    await sdkFor(port).paymentIntents.create(aPayment());
    await endpoint.until(3);
    await kill();
    const sandbox = await start();
    sandbox.setWebhook(webhook.url, webhook.secret);
    await endpoint.until(6);
    const ids = endpoint.received.map(({ id }) => id);
    expect(ids.slice(3).sort()).toEqual(ids.slice(0, 3).sort());
    await eventually(async () => expect((await control(sandbox.url, 'GET', 'webhooks')).delivered).toBe(3));
    await sandbox.stop();
  });

  test('a refund that settles later does so after a restart', async () => {
    const first = await start();
    const { id } = await sdkFor(first.port).paymentIntents.create(aPayment({ payment_method: 'pm_card_pendingRefund' }));
    const refund = await sdkFor(first.port).refunds.create({ payment_intent: id });
    await first.stop();
    const second = await start();
    await eventually(async () => expect((await sdkFor(second.port).refunds.retrieve(refund.id)).status).toBe('succeeded'));
    await second.stop();
  });

  test('two sandboxes cannot share a folder, but a claim left by a killed one is taken over', async () => {
    const { kill } = await startProcess({ port: 0, dataDir });
    await expect(start()).rejects.toThrow(DataFolderInUse);
    await kill();
    const sandbox = await start();
    await expect(start()).rejects.toThrow(DataFolderInUse);
    await sandbox.stop();
  });
});
