import { Controller, Module, Post } from '@nestjs/common';
import type { Config } from '../config/config';
import { startTestApp, type TestApp } from '../testing/test-app';
import { TestRedis } from '../testing/test-redis';
import { Public } from './access';

@Controller('auth')
@Public()
class DoorController {
  @Post('login')
  login(): void {}

  @Post('guest')
  begin(): void {}
}

@Module({ controllers: [DoorController] })
class DoorModule {}

let redis: TestRedis;
const open: TestApp[] = [];
beforeAll(async () => {
  redis = await TestRedis.start();
});
afterEach(async () => {
  redis.mend();
  for (const app of open.splice(0).reverse()) await app.stop();
});
afterAll(() => redis.stop());

let shops = 0;

/** A shop of so many processes on one database; with Redis between them if there are several. */
async function startShop(processes: number, limits: Partial<Config>): Promise<readonly TestApp[]> {
  const shared = processes > 1 ? { REDIS_URL: redis.url, REDIS_PREFIX: `${redis.prefix}-${(shops += 1)}` } : {};
  for (let i = 0; i < processes; i += 1) {
    open.push(
      await startTestApp({
        imports: [DoorModule],
        config: { ...limits, ...shared },
        delivery: { deliver: false },
        mongoUri: open[0]?.mongoUri,
      }),
    );
  }
  return open;
}

async function ask(app: TestApp | undefined, method = 'GET', path = '/health/live'): Promise<{ status: number; headers: Headers }> {
  const response = await fetch(`${app?.url}${path}`, { method });
  await response.text();
  return response;
}

it('says what the limit is, what is left of it and for how long, and refuses what is beyond', async () => {
  const [app] = await startShop(1, { RATE_LIMIT_PER_MINUTE: 2 });
  const [first, second, third] = [await ask(app), await ask(app), await ask(app)];
  expect([first.status, second.status, third.status]).toEqual([200, 200, 429]);
  expect(first.headers.get('ratelimit-policy')).toBe('"general";q=2;w=60');
  expect(first.headers.get('ratelimit')).toMatch(/^"general";r=1;t=(60|59)$/);
  expect(third.headers.get('ratelimit')).toMatch(/^"general";r=0;t=\d+$/);
  expect(third.headers.get('retry-after')).toBe(/t=(\d+)/.exec(third.headers.get('ratelimit') ?? '')?.[1]);
});

it.each([
  ['requests', 'GET', '/health/live', 200],
  ['guesses', 'POST', '/api/auth/login', 201],
])('counts %s in all processes together', async (_, method, path, normal) => {
  const [one, two] = await startShop(2, { RATE_LIMIT_PER_MINUTE: 10, AUTH_RATE_LIMIT_PER_MINUTE: 10 });
  const statuses: number[] = [];
  for (let i = 0; i < 14; i += 1) statuses.push((await ask(i % 2 ? one : two, method, path)).status);
  expect(statuses).toEqual([...Array<number>(10).fill(normal), ...Array<number>(4).fill(429)]);
});

it('counts a guess however its path is written, and who begins as a guest as strictly, beside it', async () => {
  const [app] = await startShop(1, { RATE_LIMIT_PER_MINUTE: 100, AUTH_RATE_LIMIT_PER_MINUTE: 3 });
  const statuses = async (...paths: readonly string[]): Promise<number[]> => {
    const all: number[] = [];
    for (const path of paths) all.push((await ask(app, 'POST', path)).status);
    return all;
  };
  const ways = ['/api/auth/login', '/api/auth/%6Cogin', '/api/auth/logi%6e', '/%61pi/auth/login'];
  expect(await statuses(...ways)).toEqual([201, 201, 201, 429]);
  expect(await statuses(...Array<string>(4).fill('/api/auth/guest'))).toEqual([201, 201, 201, 429]);
  expect((await ask(app)).status).toBe(200);
});

it('goes on in each process without Redis, from where it was', async () => {
  const [one, two] = await startShop(2, { RATE_LIMIT_PER_MINUTE: 10 });
  for (let i = 0; i < 4; i += 1) await ask(i % 2 ? one : two);
  redis.cut();
  const statuses: number[] = [];
  for (let i = 0; i < 8; i += 1) statuses.push((await ask(one)).status);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(6);
  expect(statuses.at(-1)).toBe(429);
});
