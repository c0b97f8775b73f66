import Queue from 'bull';
import { TestRedis } from '../testing/test-redis';
import { BullJobs, bullOptions, queueNames } from './bull-jobs';
import type { Job, JobTransport } from './jobs';
import { MemoryJobs } from './memory-jobs';

let redis: TestRedis;
const opened: (() => Promise<unknown>)[] = [];

/** Bull finds out after a second, instead of half a minute, that a worker died with a job in hand. */
const settings = { lockDuration: 1_000, lockRenewTime: 300, stalledInterval: 300 };

function byBull(prefix: string, url = redis.url): JobTransport {
  const open = (name: string): Queue.Queue => {
    const { url: at, ...options } = bullOptions({ REDIS_URL: url, REDIS_PREFIX: prefix });
    return new Queue(name, at ?? '', { ...options, settings });
  };
  const queues = [open(queueNames.event), open(queueNames.timer)] as const;
  const jobs = new BullJobs(...queues);
  opened.push(() => Promise.all(queues.map((queue) => queue.close(true))));
  return jobs;
}

function inMemory(): JobTransport {
  return new MemoryJobs();
}

beforeAll(async () => {
  redis = await TestRedis.start();
});
afterEach(async () => {
  redis.mend();
  for (const close of opened.splice(0)) await close();
});
afterAll(() => redis.stop());

const event = (id: string, more: Partial<Job> = {}): Job => ({ kind: 'event', ids: [id], ...more });

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 15_000; !condition();) {
    if (Date.now() > deadline) throw new Error(`It never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A transport in working order: Bull connects in its own time, and what is sent before that is dropped. */
async function ready(jobs: JobTransport): Promise<JobTransport> {
  for (const deadline = Date.now() + 15_000; ;) {
    const problem = await jobs.check().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!problem) return jobs;
    if (Date.now() > deadline) throw problem as Error;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let round = 0;

describe.each([
  ['in memory', () => inMemory()],
  ['by Bull on Redis', () => byBull(`${redis.prefix}-${(round += 1)}`)],
])('jobs %s', (_, make) => {
  test('come to who works at their kind, with their ids in the order given', async () => {
    const jobs = await ready(make());
    const done: (readonly string[])[] = [];
    jobs.work('event', ({ ids }) => Promise.resolve(void done.push(ids)));
    jobs.work('timer', () => Promise.reject(new Error('a timer was not asked for')));
    jobs.send({ kind: 'event', ids: ['b', 'a', 'c'] });
    await until(() => done.length === 1, 'the job');
    expect(done).toEqual([['b', 'a', 'c']]);
  });

  test('are done several at a time', async () => {
    const jobs = await ready(make());
    let here = 0;
    let all!: () => void;
    const everybody = new Promise<void>((resolve) => (all = resolve));
    jobs.work('event', () => {
      if ((here += 1) === 8) all();
      return everybody;
    });
    for (let n = 0; n < 8; n += 1) jobs.send(event(String(n)));
    await everybody;
    expect(here).toBe(8);
  });

  test('that are for later come then, not before', async () => {
    const jobs = await ready(make());
    const arrived = new Map<string, number>();
    jobs.work('event', ({ ids }) => Promise.resolve(void arrived.set(ids.join(), Date.now())));
    const at = new Date(Date.now() + 700);
    jobs.send(event('later', { at }));
    jobs.send(event('now'));
    await until(() => arrived.size === 2, 'both jobs');
    expect([...arrived.keys()]).toEqual(['now', 'later']);
    expect(arrived.get('later')).toBeGreaterThanOrEqual(at.getTime());
  });

  test('that fail end nothing but themselves', async () => {
    const jobs = await ready(make());
    const done: string[] = [];
    jobs.work('event', ({ ids }) => {
      if (ids.includes('poison')) return Promise.reject(new Error('poison'));
      return Promise.resolve(void done.push(...ids));
    });
    for (const id of ['a', 'poison', 'b']) jobs.send(event(id));
    await until(() => done.length === 2, 'the jobs beside it');
    expect(done.sort()).toEqual(['a', 'b']);
  });

  test('are finished before a stop, and none is begun afterwards', async () => {
    const jobs = await ready(make());
    const steps: string[] = [];
    let finish!: () => void;
    jobs.work('event', ({ ids }) => {
      steps.push(`begin ${ids.join()}`);
      return new Promise<void>((resolve) => (finish = resolve)).then(() => void steps.push('end'));
    });
    jobs.send(event('1'));
    await until(() => steps.length === 1, 'the beginning of the job');
    const stopped = jobs.stop().then(() => void steps.push('stopped'));
    jobs.send(event('2'));
    finish();
    await stopped;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(steps).toEqual(['begin 1', 'end', 'stopped']);
  });

  test('can be checked', async () => {
    await expect((await ready(make())).check()).resolves.toBeUndefined();
  });
});

describe('by Bull on Redis', () => {
  test('any process takes what any other sent', async () => {
    const prefix = `${redis.prefix}-${(round += 1)}`;
    const [one, other] = [await ready(byBull(prefix)), await ready(byBull(prefix))];
    const done: string[] = [];
    other.work('event', ({ ids }) => Promise.resolve(void done.push(...ids)));
    one.send(event('x'));
    await until(() => done.length === 1, 'the job from the other process');
    expect(done).toEqual(['x']);
  });

  test('patient jobs give way', async () => {
    const prefix = `${redis.prefix}-${(round += 1)}`;
    const [sender, worker] = [await ready(byBull(prefix)), await ready(byBull(prefix))];
    for (let n = 0; n < 40; n += 1) sender.send(event(`patient ${n}`, { patient: true }));
    for (let n = 0; n < 5; n += 1) sender.send(event(`urgent ${n}`));
    await sender.check();
    const done: string[] = [];
    worker.work('event', ({ ids }) => Promise.resolve(void done.push(...ids)));
    await until(() => done.length === 45, 'all of them');
    expect(done.slice(0, 5).every((id) => id.startsWith('urgent'))).toBe(true);
  });

  test('a round of a timer that everybody asks for at the same second is one job', async () => {
    const jobs = await ready(byBull(`${redis.prefix}-${(round += 1)}`));
    const done: string[] = [];
    jobs.work('timer', ({ ids }) => Promise.resolve(void done.push(...ids)));
    const at = new Date(Date.now() + 300);
    for (let n = 0; n < 10; n += 1) jobs.send({ kind: 'timer', ids: ['sweep'], at });
    jobs.send({ kind: 'timer', ids: ['other'], at: new Date(at.getTime() + 200) });
    await until(() => done.includes('other'), 'the last job');
    expect(done).toEqual(['sweep', 'other']);
  });

  test('what a worker had in hand when it was cut off comes to another one', async () => {
    const prefix = `${redis.prefix}-${(round += 1)}`;
    const link = await TestRedis.startBeside(redis);
    const dying = await ready(byBull(prefix, link.url));
    let begun = 0;
    dying.work('event', () => {
      begun += 1;
      return new Promise(() => undefined);
    });
    const sender = await ready(byBull(prefix));
    sender.send(event('x'));
    await until(() => begun === 1, 'the first attempt');
    link.cut();
    const done: string[] = [];
    sender.work('event', ({ ids }) => Promise.resolve(void done.push(...ids)));
    await until(() => done.length > 0, 'the second attempt');
    expect(done).toEqual(['x']);
    link.mend();
    await ready(dying);
    opened.push(() => link.stop());
  });

  test('without Redis sending is quick and loses the job, the check says so, and afterwards all is as before', async () => {
    const jobs = await ready(byBull(`${redis.prefix}-${(round += 1)}`));
    const done: string[] = [];
    jobs.work('event', ({ ids }) => Promise.resolve(void done.push(...ids)));
    redis.cut();
    await until(() => redis.connections === 0, 'the end of the connections');
    await expect(jobs.check()).rejects.toThrow(/connection|answer/i);
    jobs.send(event('lost'));
    redis.mend();
    await ready(jobs);
    jobs.send(event('kept'));
    await until(() => done.includes('kept'), 'the job after the outage');
    expect(done).toEqual(['kept']);
  });
});
