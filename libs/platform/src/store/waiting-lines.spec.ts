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

test('an error leaves the line, and who stands at the head of it need not wait for itself', async () => {
  const lines = new WaitingLines();
  await expect(lines.inLine(['a'], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await lines.inLine(['a'], () => lines.inLine(['a', 'b'], () => Promise.resolve(7)))).toBe(7);
});
