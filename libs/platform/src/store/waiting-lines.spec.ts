import fc from 'fast-check';
import { WaitingLines } from './waiting-lines';

test('nobody is in a line with somebody else, everybody gets a turn, and nothing is kept afterwards', async () => {
  const story = fc.array(fc.subarray(['a', 'b', 'c', 'd']), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(story, fc.scheduler(), async (wishes, scheduler) => {
      const lines = new WaitingLines();
      const inside = new Set<string>();
      let turns = 0;
      const one = (keys: string[]): Promise<void> =>
        lines.inLine(keys, async () => {
          expect(keys.some((key) => inside.has(key))).toBe(false);
          keys.forEach((key) => inside.add(key));
          await scheduler.schedule(Promise.resolve());
          keys.forEach((key) => inside.delete(key));
          turns += 1;
        });
      await scheduler.waitFor(Promise.all(wishes.map(one)));
      expect(turns).toBe(wishes.length);
      expect((lines as unknown as { tails: Map<string, unknown> }).tails.size).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test('an error leaves the line, and who has its turn waits neither for itself nor for others', async () => {
  const lines = new WaitingLines();
  await expect(lines.inLine(['a'], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await lines.inLine(['a', 'a'], () => lines.inLine(['a', 'b'], () => Promise.resolve(7)))).toBe(7);
});

test('who wants a second line in its turn does not wait for somebody who waits for the first', async () => {
  const lines = new WaitingLines();
  const order: string[] = [];
  const note = async (who: string): Promise<void> => Promise.resolve(void order.push(who));
  const one = lines.inLine(['b'], async () => {
    await new Promise(setImmediate);
    await lines.inLine(['a', 'b'], () => note('one'));
  });
  await Promise.all([one, lines.inLine(['a', 'b'], () => note('other'))]);
  expect(order).toEqual(['one', 'other']);
});

test('what a turn leaves to run later waits like everybody else', async () => {
  const lines = new WaitingLines();
  const order: string[] = [];
  let later: Promise<void> = Promise.resolve();
  await lines.inLine(['a'], async () => {
    later = new Promise(setImmediate).then(() => lines.inLine(['a'], async () => Promise.resolve(void order.push('later'))));
    await Promise.resolve();
  });
  const next = lines.inLine(['a'], async () => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    order.push('next');
  });
  await Promise.all([later, next]);
  expect(order).toEqual(['next', 'later']);
});
