import { TooManyRequests } from '@cartwright/platform';
import { loadConfig } from '../../../platform/src/config/config';
import { MemoryState } from '../../../platform/src/state/memory-state';
import { RedisState } from '../../../platform/src/state/redis-state';
import { TestRedis } from '../../../platform/src/testing/test-redis';
import { FailedAttempts } from './failed-attempts';

const minutes = (n: number): number => n * 60_000;
const ada = { account: 'ada', from: 'home' };
const fails = (): Promise<null> => Promise.resolve(null);
const succeeds = (): Promise<string> => Promise.resolve('in');

let now = 1_000_000;
let attempts: FailedAttempts;
beforeEach(() => {
  attempts = new FailedAttempts(new MemoryState());
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

const failTimes = async (times: number, attempt = ada): Promise<void> => {
  for (let i = 0; i < times; i += 1) expect(await attempts.watch(attempt, fails)).toBeNull();
};

it('refuses to check an eleventh time, and says for how long', async () => {
  await failTimes(10);
  now += minutes(5);
  const check = jest.fn(succeeds);
  await expect(attempts.watch(ada, check)).rejects.toThrow(TooManyRequests);
  await expect(attempts.watch(ada, check)).rejects.toMatchObject({ details: { retryAfter: 600 } });
  expect(check).not.toHaveBeenCalled();
});

it('listens again a quarter of an hour after the first failure', async () => {
  await failTimes(10);
  now += minutes(15);
  await failTimes(10);
  await expect(attempts.watch(ada, succeeds)).rejects.toThrow(TooManyRequests);
});

it('forgets failures with a success, and keeps keys apart', async () => {
  await failTimes(9);
  expect(await attempts.watch(ada, succeeds)).toBe('in');
  await failTimes(10);
  expect(await attempts.watch({ account: 'grace', from: 'home' }, succeeds)).toBe('in');
});

it('does not count successes, even many at once', async () => {
  const all = await Promise.all(Array.from({ length: 30 }, () => attempts.watch(ada, succeeds)));
  expect(all).toEqual(Array<string>(30).fill('in'));
});

it('lets no more than ten of many simultaneous guesses through', async () => {
  const check = jest.fn(fails);
  await Promise.allSettled(Array.from({ length: 50 }, () => attempts.watch(ada, check)));
  expect(check).toHaveBeenCalledTimes(10);
});

it('lets no more than a hundred guesses an hour through at one account, wherever they come from, and other accounts alone', async () => {
  const from = (index: number, account = 'ada'): Promise<unknown> => attempts.watch({ account, from: `client ${index}` }, fails);
  for (let index = 0; index < 100; index += 1) expect(await from(index)).toBeNull();
  await expect(from(100)).rejects.toMatchObject({ details: { retryAfter: 3600 } });
  expect(await from(101, 'grace')).toBeNull();
  now += minutes(60);
  expect(await from(100)).toBeNull();
  expect(await attempts.watch(ada, succeeds)).toBe('in');
});

it('does not count against a client what its account has no room for', async () => {
  for (let index = 0; index < 100; index += 1) await attempts.watch({ account: 'ada', from: `client ${index}` }, fails);
  for (let times = 0; times < 12; times += 1) await expect(attempts.watch(ada, succeeds)).rejects.toThrow(TooManyRequests);
  now += minutes(60);
  await failTimes(10);
});

it('hands on what a check throws, and does not count it', async () => {
  const broken = () => Promise.reject(new Error('no database'));
  for (let i = 0; i < 12; i += 1) await expect(attempts.watch(ada, broken)).rejects.toThrow('no database');
  expect(await attempts.watch(ada, succeeds)).toBe('in');
});

it('counts the guesses at several processes together, and lets none of them refuse who knows the password', async () => {
  const redis = await TestRedis.start();
  const config = loadConfig({ REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix });
  const states = [new RedisState(config, 10_000), new RedisState(config, 10_000)];
  await Promise.all(states.map((state) => state.onModuleInit()));
  const processes = states.map((state) => new FailedAttempts(state));
  const check = jest.fn(fails);
  const all = (work: () => Promise<unknown>) =>
    Promise.allSettled(processes.flatMap((one) => Array.from({ length: 25 }, () => one.watch(ada, work))));
  const right = await Promise.all(processes.map((one) => one.watch(ada, succeeds)));
  await all(check);
  const refused = await Promise.allSettled(processes.map((one) => one.watch(ada, succeeds)));
  for (const state of states) state.onApplicationShutdown();
  await redis.stop();
  expect(right).toEqual(['in', 'in']);
  expect(check).toHaveBeenCalledTimes(10);
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
