import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import Redis from 'ioredis';
import { Client, type Json } from './support/client';
import { eventually, freePort, Shop } from './support/shop';

let shop: Shop;
let kettle: Json;
let port: number;
let server: ChildProcess;

beforeAll(async () => {
  port = await freePort();
  await startRedis();
  shop = await Shop.start(
    { REDIS_URL: `redis://127.0.0.1:${port}`, REDIS_PREFIX: 'outage', LOG_LEVEL: 'fatal', AUTH_RATE_LIMIT_PER_MINUTE: '0' },
    { cluster: true },
  );
  const { back, goods } = await Client.seller(shop);
  const content = { name: 'Kettle', brand: 'Own', basePrice: 1700, currency: 'USD', sku: 'KETTLE', stock: 10_000, ...goods };
  kettle = (await back.post('/api/products', content)).body;
}, 180_000);
afterAll(async () => {
  await shop?.stop();
  await stopRedis();
});

/** A server that keeps nothing: killed, it has lost everything. */
async function startRedis(): Promise<void> {
  server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) =>
    server.stdout?.on('data', (chunk: Buffer) => chunk.includes('Ready to accept connections') && resolve()),
  );
}

async function stopRedis(): Promise<void> {
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}

async function flush(): Promise<void> {
  const redis = new Redis(port);
  await redis.flushall();
  redis.disconnect();
}

async function buy(): Promise<string> {
  const buyer = await Client.guest(shop);
  await buyer.post('/api/cart/items', { productId: kettle.id, quantity: 1 });
  const placed = await buyer.checkout();
  expect(placed.status).toBe(201);
  return placed.body.orderNumber as string;
}

test.each([
  ['flushed again and again', flush],
  ['killed and started anew, empty', () => stopRedis().then(startRedis)],
])(
  'when Redis is %s in the midst of checkouts, every buyer is served and every order comes to its end',
  async (_, trouble) => {
    const placed: string[] = [];
    let over = false;
    const lanes = Array.from({ length: 4 }, async () => {
      while (!over) placed.push(await buy());
    });
    for (let round = 1; round <= 3; round += 1) {
      const before = placed.length;
      await eventually('more purchases', async () => placed.length >= before + 8, 60);
      await trouble();
    }
    over = true;
    await Promise.all(lanes);
    const back = await Client.admin(shop);
    const count = async (status: string): Promise<number> =>
      (await back.get(`/api/admin/orders?status=${status}&limit=1`)).body.pagination.total;
    await eventually('no order that still waits for its payment', async () => (await count('PaymentPending')) === 0, 120);
    expect(await count('Failed')).toBe(0);
    expect((await back.get('/api/admin/jobs/failed')).body.data).toEqual([]);
    const statusOf = async (orderNumber: string): Promise<Json> => (await back.get(`/api/orders/${orderNumber}`)).body.status;
    expect(new Set(await Promise.all(placed.map(statusOf)))).toEqual(new Set(['Processing']));
    expect(await shop.cli('doctor')).toMatchObject({ code: 0 });
  },
  240_000,
);
