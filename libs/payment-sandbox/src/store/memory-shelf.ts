import type { Batch, Link, ScanRange, Shelf } from './shelf';

interface Entry {
  readonly order: string;
  readonly id: string;
}

/** State for the life of the process only: what a test wants. */
export class MemoryShelf implements Shelf {
  private readonly values = new Map<string, unknown>();
  private readonly partitions = new Map<string, Entry[]>();

  get(key: string): unknown {
    return this.values.get(key);
  }

  *scan(partition: string, range: ScanRange = {}): Iterable<Entry> {
    // A copy, so that a change while a caller walks the list neither skips nor repeats an entry.
    const entries = this.partitions.get(partition) ?? [];
    const from = range.after === undefined ? 0 : position(entries, range.after + '\u0000');
    const to = range.before === undefined ? entries.length : position(entries, range.before);
    const part = entries.slice(from, Math.max(from, to));
    yield* range.reverse ? part.reverse() : part;
  }

  write(batch: Batch): Promise<void> {
    for (const [key, value] of batch.puts) {
      if (value === undefined) this.values.delete(key);
      else this.values.set(key, value);
    }
    for (const link of batch.links) this.link(link);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private link({ partition, order, id }: Link): void {
    const entries = this.partitions.get(partition) ?? [];
    const at = position(entries, order);
    const exists = entries[at]?.order === order ? 1 : 0;
    if (id === null) entries.splice(at, exists);
    else entries.splice(at, exists, { order, id });
    this.partitions.set(partition, entries);
  }
}

/** Index of the first entry whose order is not below the given one. */
function position(entries: readonly Entry[], order: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] as Entry).order < order) low = middle + 1;
    else high = middle;
  }
  return low;
}
