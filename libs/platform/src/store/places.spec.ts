import { aside, Places } from './places';

/** Something that goes on until it is told to end. */
function latch(): { readonly ended: Promise<void>; readonly end: () => void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { ended, end };
}

test('no more work at once than there are places, and what fails leaves its place', async () => {
  const places = new Places(2);
  let [at, most] = [0, 0];
  const work = async (n: number): Promise<void> => {
    most = Math.max(most, (at += 1));
    await new Promise(setImmediate);
    at -= 1;
    if (n % 3 === 0) throw new Error('no');
  };
  const ended = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => places.take(() => work(n))));
  expect([most, ended.filter(({ status }) => status === 'rejected').length]).toEqual([2, 7]);
});

test('the patient give way, but for every fourth place', async () => {
  const places = new Places(1);
  const first = latch();
  const order: string[] = [];
  const note = (what: string, patient: boolean): Promise<void> =>
    places.take(
      async () => {
        order.push(what);
        await Promise.resolve();
      },
      { patient },
    );
  const all = [places.take(() => first.ended), ...[1, 2, 3].map((n) => note(`patient ${n}`, true))];
  all.push(...[1, 2, 3, 4, 5, 6].map((n) => note(`eager ${n}`, false)));
  first.end();
  await Promise.all(all);
  expect(order).toEqual([
    ...['eager 1', 'eager 2', 'eager 3', 'patient 1', 'eager 4', 'eager 5', 'eager 6'],
    ...['patient 2', 'patient 3'],
  ]);
});

test('who steps aside lets another work meanwhile, and has a place again before those who came later', async () => {
  const places = new Places(1);
  const [wait, work] = [latch(), latch()];
  const order: string[] = [];
  const waiting = places.take(async () => {
    await aside(() => wait.ended);
    order.push('back');
  });
  const working = places.take(async () => {
    order.push('meanwhile');
    wait.end();
    await work.ended;
  });
  const later = places.take(async () => Promise.resolve(void order.push('later')));
  await wait.ended;
  await new Promise(setImmediate);
  expect(order).toEqual(['meanwhile']);
  work.end();
  await Promise.all([waiting, working, later]);
  expect(order).toEqual(['meanwhile', 'back', 'later']);
});

test('a wait that fails leaves as many places as there were', async () => {
  const places = new Places(1);
  await expect(places.take(() => aside(() => Promise.reject(new Error('no'))))).rejects.toThrow('no');
  expect(await places.take(() => Promise.resolve('free'))).toBe('free');
  await aside(() => Promise.resolve()); // whoever has no place just waits
});

test('work that ends while it still stands aside leaves as many places as there were, too', async () => {
  const places = new Places(1);
  const [wait, other] = [latch(), latch()];
  let back: Promise<void> = Promise.resolve();
  const both = (): Promise<unknown> => Promise.all([(back = aside(() => wait.ended)), Promise.reject(new Error('no'))]);
  await expect(places.take(both)).rejects.toThrow('no');
  const working = places.take(() => other.ended);
  wait.end();
  await new Promise(setImmediate); // it comes back while somebody works, and waits for a place that it has no more use for
  other.end();
  await Promise.all([working, back]);
  expect(await places.take(() => Promise.resolve('free'))).toBe('free');
}, 2_000);
