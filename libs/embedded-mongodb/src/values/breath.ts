/**
 * What a long read yields between its results: an opportunity to let others have their turn. It is made where documents are read, and every
 * stage passes it on, so that whoever drives the read can stop for a while anywhere without any stage being asynchronous.
 */
export const breath: unique symbol = Symbol('breath');

export type Breath = typeof breath;

/** Results, and breaths between them. */
export type Paced<T> = Iterable<T | Breath>;

/** After so many documents comes a breath; even where each takes 20 µs, that is often enough. */
export const strideLength = 32;

/** What is in memory already, with breaths in between. */
export function* paced<T>(items: readonly T[]): Generator<T | Breath> {
  for (let i = 0; i < items.length; i++) {
    if (i % strideLength === strideLength - 1) yield breath;
    yield items[i]!;
  }
}

/** All results as a list. */
export function* gathered<T>(items: Paced<T>): Generator<Breath, T[]> {
  const all: T[] = [];
  for (const item of items) {
    if (item === breath) yield breath;
    else all.push(item);
  }
  return all;
}

/** The results without a pause, for where none is possible; `onBreath` may refuse to go on. */
export function* atOnce<T>(items: Paced<T>, onBreath?: () => void): Generator<T> {
  for (const item of items) {
    if (item === breath) onBreath?.();
    else yield item;
  }
}

/** Each result as something else. */
export function* mapped<T, R>(items: Paced<T>, change: (item: T) => R): Generator<R | Breath> {
  for (const item of items) yield item === breath ? breath : change(item);
}

/** The results behind the first `skip`, at most `limit`; nothing more is asked for once they are there. */
export function* sliced<T>(items: Paced<T>, skip: number, limit = Infinity): Generator<T | Breath> {
  let position = 0;
  const end = skip + limit;
  for (const item of items) {
    if (item === breath) yield breath;
    else if (position++ >= skip) {
      yield item;
      if (position >= end) return;
    }
  }
}
