import { setTimeout as sleep } from 'node:timers/promises';
import { Turnstile } from './turnstile';

it('lets in so many at a time, and everybody in the end', async () => {
  const turnstile = new Turnstile(3);
  let inside = 0;
  let most = 0;
  const visit = (n: number): Promise<number> =>
    turnstile.pass(async () => {
      most = Math.max(most, (inside += 1));
      await sleep(n % 4);
      inside -= 1;
      if (n % 5 === 0) throw new Error('stumbled');
      return n;
    });
  const visits = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => visit(n)));
  expect(most).toBe(3);
  expect(visits.filter(({ status }) => status === 'rejected')).toHaveLength(8);
  expect(await turnstile.pass(() => Promise.resolve('still open'))).toBe('still open');
});
