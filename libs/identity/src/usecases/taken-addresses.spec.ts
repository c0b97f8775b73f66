import { TooManyRequests } from '@cartwright/platform';
import { MemoryState } from '../../../platform/src/state/memory-state';
import { EmailTaken } from '../contract/refusals';
import { TakenAddresses } from './taken-addresses';

const taken = (): Promise<never> => Promise.reject(new EmailTaken({}));
const free = (): Promise<string> => Promise.resolve('made');

let now = 1_000_000;
let addresses: TakenAddresses;
beforeEach(() => {
  addresses = new TakenAddresses(new MemoryState());
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

test('a hundred taken addresses are told, and then nothing of any address, for a quarter of an hour', async () => {
  for (let i = 0; i < 100; i += 1) await expect(addresses.watch('here', taken)).rejects.toThrow(EmailTaken);
  const work = jest.fn(free);
  await expect(addresses.watch('here', work)).rejects.toThrow(TooManyRequests);
  await expect(addresses.watch('here', work)).rejects.toMatchObject({ details: { retryAfter: 900 } });
  expect(work).not.toHaveBeenCalled();
  expect(await addresses.watch('elsewhere', free)).toBe('made');
  now += 15 * 60_000;
  expect(await addresses.watch('here', free)).toBe('made');
});

test('of a thousand at once no more than a hundred are told', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 1000 }, () => addresses.watch('here', taken)));
  expect(answers.filter((answer) => answer.status === 'rejected' && answer.reason instanceof EmailTaken)).toHaveLength(100);
});

test('accounts that are made, and errors of ours, count for nothing and win nothing back', async () => {
  for (let i = 0; i < 60; i += 1) await expect(addresses.watch('here', taken)).rejects.toThrow(EmailTaken);
  for (let i = 0; i < 300; i += 1) expect(await addresses.watch('here', free)).toBe('made');
  await expect(addresses.watch('here', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
  for (let i = 0; i < 40; i += 1) await expect(addresses.watch('here', taken)).rejects.toThrow(EmailTaken);
  await expect(addresses.watch('here', free)).rejects.toThrow(TooManyRequests);
});
