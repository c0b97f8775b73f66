import { MemoryShelf } from './memory-shelf';
import type { Batch } from './shelf';
import { Store } from './store';

/** A shelf whose writes last until told to end. */
class SlowShelf extends MemoryShelf {
  private readonly ends: ((error?: Error) => void)[] = [];

  override write(batch: Batch): Promise<void> {
    return new Promise((resolve, reject) => this.ends.push((error) => (error ? reject(error) : resolve(super.write(batch)))));
  }

  end(error?: Error): void {
    this.ends.shift()?.(error);
  }
}

function put(store: Store, key: string, value: string): Promise<void> {
  const work = store.begin();
  work.puts.set(key, value);
  return store.commit(work);
}

const tick = (): Promise<void> => new Promise((done) => setImmediate(done));

test('a change is seen by the next call at once, and a call that only reads does not answer before it is durable', async () => {
  const shelf = new SlowShelf();
  const store = new Store(shelf, undefined);
  const told: string[] = [];
  const written = put(store, 'a', '1').then(() => told.push('write'));
  expect([store.get('a'), shelf.get('a')]).toEqual(['1', undefined]);
  const read = store.commit(store.begin()).then(() => told.push('read'));
  await tick();
  expect(told).toEqual([]);
  shelf.end();
  await Promise.all([written, read]);
  expect([shelf.get('a'), [...told].sort()]).toEqual(['1', ['read', 'write']]);
});

test('the later of two changes stays, whichever is written first', async () => {
  const shelf = new SlowShelf();
  const store = new Store(shelf, undefined);
  const both = [put(store, 'a', '1'), put(store, 'a', '2')];
  shelf.end();
  await both[0];
  expect(store.get('a')).toBe('2');
  shelf.end();
  await both[1];
  expect(store.get('a')).toBe('2');
});

test('after a failed write nothing more is promised', async () => {
  const shelf = new SlowShelf();
  const store = new Store(shelf, undefined);
  const failed = put(store, 'a', '1');
  shelf.end(new Error('disk full'));
  await expect(failed).rejects.toThrow('disk full');
  expect(() => store.begin()).toThrow('takes no more calls');
});
