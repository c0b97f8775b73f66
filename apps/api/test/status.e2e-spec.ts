import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './support/client';
import { eventually, Shop } from './support/shop';

const root = join(__dirname, '../../..');

let shop: Shop;
let worker: ChildProcess;
let said = '';

beforeAll(async () => {
  shop = await Shop.start({ DEMO_DATA: 'true' });
  const env = { PATH: process.env.PATH, DATA_DIR: shop.dataDir, PAYMENT_SANDBOX_PORT: String(shop.sandboxPort), LOG_LEVEL: 'warn' };
  worker = spawn(process.execPath, [join(root, 'dist/apps/worker/src/main.js')], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [worker.stdout, worker.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
}, 60_000);
afterAll(async () => {
  worker.kill('SIGKILL');
  await shop.stop();
});

async function text(url: string): Promise<{ status: number; body: string }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.text() };
}

test('an API that answers has everything that is made at a start, and shows its metrics to who asks from the same machine', async () => {
  expect((await text(`${shop.url}/health/startup`)).status).toBe(200);
  const { body: products } = await new Client(shop).get('/api/products');
  expect(products.data.length).toBeGreaterThan(0);
  await Client.user(shop, 'ada@example.com');
  const { status, body } = await text(`${shop.url}/metrics`);
  expect(status).toBe(200);
  expect(body).toContain('http_requests_total{method="GET",route="/api/products",status="200"} 1');
  expect(body).toMatch(/^events_announced_total\{event="identity\.[\w.]+"\} [1-9]/m);
  const passedOn = await fetch(`${shop.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  expect(await passedOn.json()).toMatchObject({ status: 403, code: 'forbidden' });
});

test('docs/operations.md has each metric, and no other, and alerts on nothing else', async () => {
  const operations = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const [table = '', alerts = ''] = (operations.split('\n| metric | says |\n')[1] ?? '').split('\n| alert on |');
  const named = (text: string): string[] =>
    [...text.matchAll(/\b(?:http|mongodb|nodejs|process|events|outbox|inventory|identity|jobs)(?:_[a-z_]+)?(?=[{`, )[])/g)].map(
      ([name]) => name,
    );
  const documented = table.split('\n').flatMap((row) => named(row.split(' | ')[0] ?? ''));
  const shown = [...(await text(`${shop.url}/metrics`)).body.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
  expect(documented.sort()).toEqual(shown.sort());
  const alerted =
    alerts
      .split('\n## ')[0]
      ?.split('\n')
      .flatMap((row) => named(row.split(' | ')[0] ?? '')) ?? [];
  expect(alerted.length).toBeGreaterThan(10);
  expect(alerted.filter((name) => !documented.includes(name))).toEqual([]);
});

test('a worker tells how it is and how far its work is behind, and stops when it is told to', async () => {
  const url = await eventually('the address of the worker', () => Promise.resolve(/http:\/\/127[^\s]*/.exec(said)?.[0]), 40);
  for (const path of ['live', 'startup', 'ready']) expect((await text(`${url}/health/${path}`)).status).toBe(200);
  expect((await text(`${url}/metrics`)).body).toMatch(/^outbox_events_parked 0$/m);
  const gone = new Promise<number | null>((resolve) => worker.once('exit', resolve));
  worker.kill('SIGTERM');
  expect(await gone).toBe(0);
});
