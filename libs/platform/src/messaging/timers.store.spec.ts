import { Injectable, Module } from '@nestjs/common';
import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Config } from '../config/config';
import { startTestApp, type TestApp } from '../testing/test-app';
import { TestRedis } from '../testing/test-redis';
import { Repeats, Timers, type TimerRow } from './timers';

/** What the rounds of all the processes of this spec did. */
const seen = { rounds: 0, now: 0, mostAtOnce: 0, byProcess: new Map<object, number>(), rare: [] as number[] };
let hold: Promise<void> | undefined;

@Injectable()
class Sweeper {
  @Repeats('timersspec.sweep', 30)
  async sweep(): Promise<void> {
    seen.rounds += 1;
    seen.byProcess.set(this, (seen.byProcess.get(this) ?? 0) + 1);
    seen.mostAtOnce = Math.max(seen.mostAtOnce, (seen.now += 1));
    await (hold ?? new Promise((resolve) => setTimeout(resolve, 5)));
    seen.now -= 1;
    if (seen.rounds % 3 === 0) throw new Error('every third round fails');
  }

  @Repeats('timersspec.rare', 3_600_000)
  rare(): Promise<void> {
    return Promise.resolve(void seen.rare.push(Date.now()));
  }
}

@Module({ providers: [Sweeper] })
class SweepModule {}

let redis: TestRedis;
beforeAll(async () => {
  redis = await TestRedis.start();
});
afterAll(() => redis.stop());

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 15_000; !condition();) {
    if (Date.now() > deadline) throw new Error(`It never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each([
  ['in memory', (): Partial<Config> => ({})],
  ['by Bull on Redis', (): Partial<Config> => ({ REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix })],
])('timers %s', (_, config) => {
  const shops: TestApp[] = [];
  let rows: Model<TimerRow>;

  beforeAll(async () => {
    Object.assign(seen, { rounds: 0, now: 0, mostAtOnce: 0, byProcess: new Map(), rare: [] });
    const first = await startTestApp({ imports: [SweepModule], config: config() });
    shops.push(first, await startTestApp({ imports: [SweepModule], config: config(), mongoUri: first.mongoUri }));
    rows = first.app.get(getModelToken('timers'), { strict: false });
  });
  afterAll(async () => {
    for (const shop of shops.reverse()) await shop.stop();
  });

  test('several processes run one round at a time, and a round that fails is not the last', async () => {
    await until(() => seen.rounds >= 12, 'some rounds');
    expect(seen.mostAtOnce).toBe(1);
  });

  test('a round that is asked for comes at its time, not only when the interval is over', async () => {
    await until(() => seen.rare.length === 1, 'the first round');
    const at = new Date(Date.now() + 400);
    shops[0]?.app.get(Timers, { strict: false }).wakeAt('timersspec.rare', at);
    await until(() => seen.rare.length === 2, 'the round that was asked for');
    expect(seen.rare[1]).toBeGreaterThanOrEqual(at.getTime());
  });

  test('what a dead process held is taken over when its lease ends, not before', async () => {
    const dueAt = new Date(Date.now() + 700);
    await rows.updateOne({ _id: 'timersspec.sweep' }, { $set: { holder: 'somebody who died', dueAt } });
    // A round that was begun before may still come to its end; it does not give back what it no longer holds.
    await until(() => seen.now === 0, 'the end of the round before');
    const before = seen.rounds;
    await until(() => seen.rounds > before, 'the next round');
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt.getTime());
  });

  test('who lost a timer does not give it back', async () => {
    let release!: () => void;
    const before = seen.rounds;
    hold = new Promise((resolve) => (release = resolve));
    await until(() => seen.rounds > before, 'a round that lasts');
    // It was cut off for so long that somebody else has taken its timer.
    const dueAt = new Date(Date.now() + 3_600_000);
    await rows.updateOne({ _id: 'timersspec.sweep' }, { $set: { holder: 'somebody else', dueAt } });
    release();
    hold = undefined;
    await until(() => seen.now === 0, 'its end');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await rows.findById('timersspec.sweep').lean()).toMatchObject({ holder: 'somebody else', dueAt });
    await rows.updateOne({ _id: 'timersspec.sweep' }, { $set: { dueAt: new Date() } });
  });

  test('a stop waits for the round in hand', async () => {
    let release!: () => void;
    const before = seen.rounds;
    hold = new Promise((resolve) => (release = resolve));
    await until(() => seen.rounds > before, 'a round that lasts');
    const stopped = Promise.all(shops.map((shop) => shop.app.close())).then(() => seen.now);
    setTimeout(release, 200);
    expect(await stopped).toBe(0);
    hold = undefined;
  });
});
