import { getModelToken } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { trusted, type Model } from 'mongoose';
import { Doctor } from '../observability/doctor';
import { startTestApp, type TestApp } from '../testing/test-app';
import type { OutboxRow } from './outbox';

let shop: TestApp;
let rows: Model<OutboxRow>;
beforeAll(async () => {
  shop = await startTestApp({ imports: [], delivery: { deliver: false } });
  rows = shop.app.get(getModelToken('outbox'), { strict: false });
});
afterAll(() => shop.stop());

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** What the doctor says of an event that stands in the outbox like this. */
async function problemsOf(change: Partial<OutboxRow>): Promise<readonly string[]> {
  const id = newId();
  const event = { name: 'spec.rung.v1', aggregate: `bell:${id}`, sequence: 1, data: {}, at: new Date() };
  await rows.create({ _id: id, ...event, waiting: [], failures: [], parked: [], ...change } as never);
  const problems: string[] = [];
  for await (const { findings } of shop.app.get(Doctor).examine(['platform.events_arrive']))
    problems.push(...findings.filter(({ record }) => record === `event ${id} (spec.rung.v1 of bell:${id})`).map(({ problem }) => problem));
  return problems;
}

const failure = { reaction: 'Ring', attempts: 1, error: 'Error: no', retryAt: new Date() };

test.each<[string, Partial<OutboxRow>]>([
  ['that everybody has heard', {}],
  ['that is in hand', { waiting: ['Ring'], dueAt: new Date(Date.now() + 30_000) }],
  ['that somebody is a little late for', { waiting: ['Ring'], dueAt: minutesAgo(1) }],
  ['that failed and is tried again', { waiting: ['Ring'], dueAt: new Date(Date.now() + 60_000), at: minutesAgo(9), failures: [failure] }],
])('an event %s is healthy', async (_, change) => {
  expect(await problemsOf(change)).toEqual([]);
});

test('an event that nobody takes, that goes on failing, or that was given up is found', async () => {
  expect(await problemsOf({ waiting: ['Ring'], dueAt: minutesAgo(6) })).toEqual(['has been due for Ring for 6 minutes']);
  const failing = { waiting: ['Ring'], dueAt: new Date(Date.now() + 60_000), at: minutesAgo(61), failures: [failure] };
  expect(await problemsOf(failing)).toEqual(['has waited for Ring for 61 minutes, after Error: no']);
  expect(await problemsOf({ parked: [{ reaction: 'Ring', attempts: 10, error: 'Error: no', at: new Date() }] })).toEqual([
    'was given up for Ring: Error: no',
  ]);
});

test('both looks are answered by an index', async () => {
  for (const [time, index] of [
    ['dueAt', 'dueAt_1'],
    ['parked.at', 'parked.at_1'],
  ] as const) {
    const plan = JSON.stringify(await rows.find({ [time]: trusted({ $gt: new Date(0) }) }, {}, { sort: { [time]: 1 } }).explain());
    expect(plan).toContain(`"indexName":"${index}"`);
  }
});
