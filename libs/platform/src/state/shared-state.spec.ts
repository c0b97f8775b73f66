import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { loadConfig } from '../config/config';
import { TooManyRequests } from '../http/problem';
import { TestRedis } from '../testing/test-redis';
import { MemoryState } from './memory-state';
import { RedisState } from './redis-state';
import type { Quota, SharedState, Taken } from './shared-state';

let redis: TestRedis;
let shop = 0;
let warn: jest.SpyInstance;
const opened: RedisState[] = [];

/** One more process of the shop. It is patient, as the machine of the tests may be busy. */
async function byRedis(answerWithinMs = 10_000): Promise<SharedState> {
  const state = new RedisState(loadConfig({ REDIS_URL: redis.url, REDIS_PREFIX: `${redis.prefix}-${shop}` }), answerWithinMs);
  opened.push(state);
  await state.onModuleInit();
  return state;
}

beforeAll(async () => {
  redis = await TestRedis.start();
});
beforeEach(() => {
  shop += 1;
  warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  jest.spyOn(Logger.prototype, 'log').mockImplementation();
});
afterEach(() => {
  jest.restoreAllMocks();
  redis.mend();
  for (const state of opened.splice(0)) state.onApplicationShutdown();
});
afterAll(() => redis.stop());

const aQuota = (changes: Partial<Quota> = {}): Quota => ({ name: 'guesses', most: 3, windowMs: 60_000, slack: 0, ...changes });

async function takeTimes(times: number, state: SharedState, quota: Quota, key = 'ada'): Promise<Taken[]> {
  const all: Taken[] = [];
  for (let i = 0; i < times; i += 1) all.push(await state.take(quota, key));
  return all;
}
const granted = (all: readonly Taken[]): number => all.filter((taken) => taken.granted).length;

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 15_000; !(await condition());) {
    if (Date.now() > deadline) throw new Error(`It never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each([
  ['in memory', () => Promise.resolve(new MemoryState())],
  ['on Redis', () => byRedis()],
])('shared state %s', (_, open: () => Promise<SharedState>) => {
  test('grants as many as the quota has, and does not count what it refuses', async () => {
    const state = await open();
    const all = await takeTimes(5, state, aQuota());
    expect(all.map(({ granted, used }) => [granted, used])).toEqual([
      [true, 1],
      [true, 2],
      [true, 3],
      [false, 3],
      [false, 3],
    ]);
  });

  test('refuses a claim that the quota has no room for, and says for how long; a refused one is not counted', async () => {
    const state = await open();
    const quota = aQuota({ windowMs: 90_000 });
    for (let i = 0; i < 3; i += 1) await state.claim(quota, 'ada');
    await expect(state.claim(quota, 'ada')).rejects.toThrow(TooManyRequests);
    const refused: unknown = await state.claim(quota, 'ada').catch((error: unknown) => error);
    const { retryAfter } = (refused as InstanceType<typeof TooManyRequests>).details;
    expect(retryAfter).toBeGreaterThan(60);
    expect(retryAfter).toBeLessThanOrEqual(90);
    await state.giveBack(quota, 'ada');
    await state.claim(quota, 'ada');
  });

  test('says when the window ends, which no later request moves, and begins a new one then', async () => {
    const state = await open();
    const quota = aQuota({ most: 1, windowMs: 300 });
    const begun = Date.now();
    const { endsAt } = await state.take(quota, 'ada');
    expect(endsAt - begun).toBeGreaterThanOrEqual(299);
    await until(async () => (await state.take(quota, 'ada')).granted, 'a new window');
    expect(Date.now() - begun).toBeGreaterThanOrEqual(299);
  });

  test('keeps keys apart, and quotas', async () => {
    const state = await open();
    await takeTimes(3, state, aQuota());
    expect(await state.take(aQuota(), 'grace')).toMatchObject({ granted: true, used: 1 });
    expect(await state.take(aQuota({ name: 'mails' }), 'ada')).toMatchObject({ granted: true, used: 1 });
  });

  test('grants no more of many that are asked for at once', async () => {
    const state = await open();
    const all = await Promise.all(Array.from({ length: 100 }, async () => state.take(aQuota({ most: 20 }), 'ada')));
    expect(granted(all)).toBe(20);
  });

  test('takes back what was not needed, and begins anew when told to forget', async () => {
    const state = await open();
    await takeTimes(3, state, aQuota());
    await state.giveBack(aQuota(), 'ada');
    expect(granted(await takeTimes(2, state, aQuota()))).toBe(1);
    await state.forget(aQuota(), 'ada');
    expect(granted(await takeTimes(4, state, aQuota()))).toBe(3);
  });

  test('grants one process exactly the quota where there is some slack, too', async () => {
    const state = await open();
    expect(granted(await takeTimes(150, state, aQuota({ most: 100, slack: 10 })))).toBe(100);
  });

  test('lets this process hear what it announces before it goes on, and nothing else', async () => {
    const state = await open();
    const heard: string[] = [];
    // What came before the connection is taken for missed; that is over when the first of these is heard once.
    for (const topic of ['products', 'locations']) state.listen(topic, () => heard.push(topic));
    heard.length = 0;
    state.announce('products');
    expect(heard).toEqual(['products']);
  });
});

describe('several processes on one Redis', () => {
  test('grant one quota between them', async () => {
    const [one, two] = [await byRedis(), await byRedis()];
    const quota = aQuota({ most: 30 });
    const all = await Promise.all(Array.from({ length: 100 }, async (_, i) => (i % 2 ? one : two).take(quota, 'ada')));
    expect(granted(all)).toBe(30);
  });

  test('grant no more than the slack of each beyond it, and ask nobody for nearly all of it', async () => {
    const processes = [await byRedis(), await byRedis(), await byRedis()];
    const quota = aQuota({ most: 1_000, slack: 10 });
    const answers = Array.from({ length: 1_500 }, async (_, i) => processes[i % 3]?.take(quota, 'ada'));
    const more = await Promise.all(processes.map((state) => takeTimes(500, state, quota)));
    const all = [...((await Promise.all(answers)) as Taken[]), ...more.flat()];
    expect(granted(all)).toBeGreaterThanOrEqual(1_000);
    expect(granted(all)).toBeLessThanOrEqual(1_030);
  });

  test('know soon what the others took without asking', async () => {
    const [one, two] = [await byRedis(), await byRedis()];
    const quota = aQuota({ most: 100, slack: 50 });
    expect(one.take(quota, 'ada')).toMatchObject({ granted: true });
    await takeTimes(9, one, quota);
    await until(async () => (await two.take({ ...quota, slack: 0, most: 1 }, 'ada')).used >= 10, 'the ten of the other process');
  });

  test('hear what the others announce, and take a lost connection for an announcement', async () => {
    const [one, two] = [await byRedis(), await byRedis()];
    let heard = 0;
    two.listen('products', () => (heard += 1));
    await until(() => (one.announce('products'), heard > 0), 'the announcement');
    redis.cut();
    one.announce('products');
    const before = heard;
    redis.mend();
    await until(() => heard > before, 'a call after the connection came back');
  });
});

describe('without the Redis that there was', () => {
  test('a process goes on from what it knew, and tells it when Redis is back', async () => {
    const [one, two] = [await byRedis(), await byRedis()];
    const quota = aQuota({ most: 10 });
    await takeTimes(2, two, quota);
    await takeTimes(2, one, quota);
    redis.cut();
    expect(granted(await takeTimes(3, one, quota))).toBe(3);
    expect(warn.mock.calls.length).toBeLessThanOrEqual(2); // once for each process, however often it tried
    redis.mend();
    await until(async () => (await two.take({ ...quota, most: 1 }, 'ada')).used === 7, 'what was taken meanwhile');
    expect(granted(await takeTimes(10, one, quota))).toBe(3);
  });

  test('nothing waits for a Redis that does not answer', async () => {
    const state = await byRedis(100);
    const client = new Redis(redis.url);
    await client.call('CLIENT', 'PAUSE', '3000', 'ALL');
    const over = client.ping().then(() => 'the pause');
    const asked = takeTimes(50, state, aQuota({ most: 10 })).then(granted);
    expect(await Promise.race([asked, over])).toBe(10);
    await over;
    client.disconnect();
  });

  test('a process starts', async () => {
    redis.cut();
    const state = await byRedis();
    expect(granted(await takeTimes(5, state, aQuota()))).toBe(3);
    await expect(state.forget(aQuota(), 'ada')).resolves.toBeUndefined();
    expect(() => state.announce('products')).not.toThrow();
  });
});
