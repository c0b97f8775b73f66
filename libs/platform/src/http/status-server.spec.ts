import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../testing/test-app';
import { Health } from '../observability/health';
import { serveStatus, type StatusServer } from './status-server';

let shop: TestApp;
let status: StatusServer;
beforeAll(async () => {
  shop = await startTestApp({ imports: [], config: { METRICS_PORT: 0 } });
  status = await serveStatus(shop.app);
});
afterAll(async () => {
  await status.stop();
  await shop.stop();
});

async function asked(path: string, url = status.url): Promise<{ status: number; body: string }> {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: await response.text() };
}

test('a program without an API tells how it is', async () => {
  for (const path of ['/health/live', '/health/startup', '/health/ready'])
    expect(await asked(path)).toEqual({ status: 200, body: '{"status":"ok"}' });
  expect((await asked('/api/products')).status).toBe(404);
});

test.each(['its own server', 'the API'])(
  'until what is made at a start is there, it has not started and is not ready, and yet alive: by %s',
  async (by) => {
    const url = by === 'the API' ? shop.url : status.url;
    let finish!: () => void;
    const work = shop.app.get(Health).startWith('indexes', () => new Promise<void>((resolve) => (finish = resolve)));
    for (const path of ['/health/startup', '/health/ready']) {
      const { status: code, body } = await asked(path, url);
      expect(code).toBe(503);
      expect(JSON.parse(body)).toMatchObject({ code: 'starting', part: 'indexes' });
    }
    expect((await asked('/health/live', url)).status).toBe(200);
    finish();
    await work;
    expect((await asked('/health/startup', url)).status).toBe(200);
  },
);

test('its metrics tell how far the delivery of events is behind, and what is parked', async () => {
  const connection = shop.app.get<Connection>(getConnectionToken());
  const long = new Date(Date.now() - 3_600_000);
  await connection.collection('outbox').insertMany([
    { aggregate: 'probe:1', sequence: 1, name: 'x', waiting: [], parked: [{ at: long }], failures: [] },
    {
      aggregate: 'probe:1',
      sequence: 2,
      name: 'x',
      waiting: ['nobody'],
      parked: [],
      failures: [],
      dueAt: new Date(Date.now() + 3_600_000),
    },
  ]);
  const { body } = await asked('/metrics');
  expect(body).toMatch(/^outbox_events_waiting 1$/m);
  expect(body).toMatch(/^outbox_events_parked 1$/m);
  expect(body).toMatch(/^outbox_oldest_due_seconds 0$/m);
  expect(body).toMatch(/^jobs\{state="\w+"\} \d+$/m);
});
