import { Controller, Get, HttpCode, Injectable, Module, Param, Post } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Public } from '../http/access';
import { EvenWhenBusy } from '../http/overload';
import { startTestApp, type TestApp } from '../testing/test-app';
import { EventLoop } from './event-loop';
import { Measures, remembering, type Measured } from './gauges';
import { mayReadMetrics } from './metrics-access';

const gates: (() => void)[] = [];

@Injectable()
class Warehouse {
  @Measures('probe_boxes', 'Boxes by size.', 'size')
  boxes(): Promise<Measured> {
    return Promise.resolve({ small: 3, large: 1 });
  }

  @Measures('probe_shelves', 'Shelves.')
  shelves(): Promise<number> {
    return Promise.resolve(7);
  }

  @Measures('probe_broken', 'Nobody knows.')
  broken(): Promise<number> {
    return Promise.reject(new Error('the database is away'));
  }
}

@Controller('probe')
class ProbeController {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  @Get('wait')
  @Public()
  async wait(): Promise<string> {
    await new Promise<void>((resolve) => gates.push(resolve));
    return 'waited';
  }

  @Post('webhook')
  @Public()
  @EvenWhenBusy()
  @HttpCode(200)
  webhook(): string {
    return 'heard';
  }

  @Get('things/:id')
  @Public()
  async thing(@Param('id') id: string): Promise<string> {
    const things = this.connection.collection<{ _id: string }>('things');
    await things.findOne({ _id: id });
    await things.insertOne({ _id: 'taken' }).catch(() => undefined);
    return id;
  }
}

@Module({ controllers: [ProbeController], providers: [Warehouse] })
class ProbeModule {}

let shop: TestApp;
beforeAll(async () => {
  shop = await startTestApp({ imports: [ProbeModule], config: { OVERLOAD_REQUESTS: 2 } });
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  // A connection whose sender went away in the middle of a request may count as busy until its time-out.
  shop.app.getHttpServer().closeAllConnections();
  await shop.stop();
});

/** The status of an answer whose body was read: a connection is not free before. */
async function statusOf(path: string, init: RequestInit = {}, url = shop.url): Promise<number> {
  const response = await fetch(`${url}${path}`, init);
  await response.arrayBuffer();
  return response.status;
}

/** What `/metrics` says, without its histograms' buckets. */
async function metrics(): Promise<string> {
  const response = await fetch(`${shop.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return (await response.text()).replace(/^.*_bucket\{.*\n/gm, '');
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It never came.');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test('requests are counted by route template, method and status, never by what is in the path', async () => {
  for (const id of ['one', 'two']) await fetch(`${shop.url}/api/probe/things/${id}`);
  await fetch(`${shop.url}/api/probe/things/one?q=secret-query`); // refused, as the route takes no query
  await fetch(`${shop.url}/api/nowhere/4711`);
  const text = await metrics();
  expect(text).toContain('http_requests_total{method="GET",route="/api/probe/things/:id",status="200"} 2');
  expect(text).toContain('http_requests_total{method="GET",route="/api/probe/things/:id",status="400"} 1');
  expect(text).toContain('http_requests_total{method="GET",route="none",status="404"} 1');
  expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/api/probe/things/:id"} 3');
  expect(text).not.toMatch(/4711|things\/one|secret-query/);
});

test('commands of the database are timed by name and collection, and its refusals counted by code', async () => {
  await fetch(`${shop.url}/api/probe/things/three`);
  const text = await metrics();
  expect(text).toMatch(/mongodb_command_duration_seconds_count\{command="find",collection="things"\} [1-9]/);
  expect(text).toMatch(/mongodb_command_errors_total\{command="insert",collection="things",code="11000"\} [1-9]/);
});

test('the process tells how late and how large it is', async () => {
  const text = await metrics();
  for (const name of [
    'nodejs_eventloop_delay_seconds',
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'http_requests_in_flight',
  ])
    expect(text).toMatch(new RegExp(`^${name} [0-9.e+-]+$`, 'm'));
});

test('what a context measures is there, and what cannot be measured is left out', async () => {
  const text = await metrics();
  expect(text).toContain('probe_boxes{size="small"} 3');
  expect(text).toContain('probe_shelves 7');
  expect(text).not.toMatch(/^probe_broken/m);
});

test('the database is asked at most once in five seconds, however often the metrics are read', async () => {
  let now = 1_000_000;
  const read = jest.fn(() => Promise.resolve(now));
  const remembered = remembering(read, () => now);
  expect(await remembered()).toBe(1_000_000);
  now += 4_999;
  expect(await remembered()).toBe(1_000_000);
  now += 1;
  expect(await remembered()).toBe(1_005_000);
  expect(read).toHaveBeenCalledTimes(2);
});

test('beyond so many requests under way new ones are turned away with when to come back; health, metrics and webhooks are not', async () => {
  const waiting = [1, 2].map(() => statusOf('/api/probe/wait'));
  await until(() => gates.length === 2);
  const refused = await fetch(`${shop.url}/api/probe/things/x`);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await refused.json()).toMatchObject({ code: 'overloaded', status: 503 });
  const served = [statusOf('/health/live'), statusOf('/metrics'), statusOf('/api/probe/webhook', { method: 'POST' })];
  expect(await Promise.all(served)).toEqual([200, 200, 200]);
  gates.splice(0).forEach((open) => open());
  expect(await Promise.all(waiting)).toEqual([200, 200]);
  await eventuallyServed();
});

test('who goes away before the answer is not counted for ever', async () => {
  for (let round = 0; round < 3; round += 1) {
    const patience = new AbortController();
    const gone = fetch(`${shop.url}/api/probe/wait`, { signal: patience.signal }).catch(() => 'gone');
    await until(() => gates.length === 1);
    patience.abort();
    expect(await gone).toBe('gone');
    gates.splice(0).forEach((open) => open());
  }
  await eventuallyServed();
});

/** A connection's end is noticed a moment after its answer. */
async function eventuallyServed(): Promise<void> {
  await until(async () => (await statusOf('/api/probe/things/x')) === 200);
}

test('when the event loop comes too late to its work, requests are turned away until it has caught up', async () => {
  const eventLoop = shop.app.get(EventLoop);
  const delay = jest.spyOn(eventLoop, 'steadyDelayMs', 'get').mockReturnValue(shop.config.OVERLOAD_DELAY_MS + 1);
  expect(await statusOf('/api/probe/things/x')).toBe(503);
  expect(await statusOf('/health/ready')).toBe(200);
  delay.mockReturnValue(shop.config.OVERLOAD_DELAY_MS);
  expect(await statusOf('/api/probe/things/x')).toBe(200);
});

test('a blocked event loop is seen at once, and counts as load when it is blocked again', async () => {
  const eventLoop = new EventLoop();
  clearInterval(eventLoop['timer']); // the spec ends the seconds
  const block = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 60)); // its clock must tick before a tick can be late
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    await new Promise((resolve) => setTimeout(resolve, 60));
    eventLoop.look();
  };
  await block();
  expect(eventLoop.worstMs).toBeGreaterThan(200);
  expect(eventLoop.delayMs).toBeGreaterThan(0);
  expect(eventLoop.steadyDelayMs).toBe(0);
  await block();
  expect(eventLoop.steadyDelayMs).toBeGreaterThan(0);
  eventLoop.beforeApplicationShutdown();
});

const from = (remoteAddress: string, headers: object = {}): Parameters<typeof mayReadMetrics>[0] =>
  ({ headers, socket: { remoteAddress } }) as never;

test.each([
  ['this machine', from('127.0.0.1'), undefined, true],
  ['this machine, by IPv6', from('::1'), undefined, true],
  ['this machine, by IPv4 in IPv6', from('::ffff:127.0.0.1'), undefined, true],
  ['another machine', from('10.0.0.7'), undefined, false],
  ['another machine, through a proxy on this one', from('127.0.0.1', { 'x-forwarded-for': '10.0.0.7' }), undefined, false],
  ['another machine with the token', from('10.0.0.7', { authorization: 'Bearer t0ken-t0ken-t0ken' }), 't0ken-t0ken-t0ken', true],
  ['this machine without the token that there is', from('127.0.0.1'), 't0ken-t0ken-t0ken', false],
  ['another machine with another token', from('10.0.0.7', { authorization: 'Bearer t0ken' }), 't0ken-t0ken-t0ken', false],
])('the metrics are asked for by %s', (_, request, token, allowed) => {
  expect(mayReadMetrics(request, { METRICS_TOKEN: token })).toBe(allowed);
});

test('with a token set, nobody reads them without it', async () => {
  const guarded = await startTestApp({ imports: [], config: { METRICS_TOKEN: 't0ken-t0ken-t0ken' } });
  const statusWith = (authorization?: string): Promise<number> =>
    statusOf('/metrics', { headers: authorization ? { authorization } : {} }, guarded.url);
  expect([await statusWith(), await statusWith('Bearer nonsense'), await statusWith('Bearer t0ken-t0ken-t0ken')]).toEqual([403, 403, 200]);
  await guarded.stop();
});
