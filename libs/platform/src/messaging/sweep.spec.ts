import { sweep } from './sweep';

/** Takes these, one after the other, and then nothing. */
function taking<T>(...due: T[]): () => Promise<T | null> {
  return () => Promise.resolve(due.shift() ?? null);
}

test('what fails while the next is being taken fails the round, and not the process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  let letGo = (): void => undefined;
  const held = new Promise<null>((resolve) => (letGo = () => resolve(null)));
  const takes = [Promise.resolve('first'), held];
  const round = sweep(
    () => takes.shift() ?? Promise.resolve(null),
    () => Promise.reject(new Error('no')),
  );
  // Node tells of a rejection that nobody awaits when a turn of its loop is over.
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  letGo();
  await expect(round).rejects.toThrow('no');
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

test('one that fails holds up none of the others, and the first failure is told at the end', async () => {
  const done: number[] = [];
  const work = async (n: number): Promise<void> => {
    await new Promise(setImmediate);
    if (n % 10 === 3) throw new Error(`no ${n}`);
    done.push(n);
  };
  const all = Array.from({ length: 30 }, (_, index) => index + 1);
  await expect(sweep(taking(...all), work)).rejects.toThrow('no 3');
  expect(done).toEqual(all.filter((n) => n % 10 !== 3));
});

test('when nothing more can be taken, what is in hand is finished before that is told', async () => {
  let isDone = false;
  const takes = [Promise.resolve('first'), Promise.reject(new Error('the database is away'))];
  const work = async (): Promise<void> => {
    await new Promise(setImmediate);
    isDone = true;
  };
  await expect(sweep(() => takes.shift() ?? Promise.resolve(null), work)).rejects.toThrow('the database is away');
  expect(isDone).toBe(true);
});
