import type { KeyRange, IndexEntry } from '../storage/view';
import type { KeyChange } from '../storage/change';

/** What a transaction has changed in one index, against its snapshot: keys added, in order, and keys taken away. */
export class OwnKeys {
  private readonly added: IndexEntry[] = [];
  private readonly removed = new Set<string>();

  note(record: number, { removed, added }: KeyChange): void {
    for (const key of removed) this.remove({ key, record });
    for (const key of added) this.add({ key, record });
  }

  /** Whether the snapshot's entry is gone. */
  hides(entry: IndexEntry): boolean {
    return this.removed.size > 0 && this.removed.has(nameOf(entry));
  }

  /** The added entries of a range, in order. */
  within({ start, end }: KeyRange, reverse: boolean): IndexEntry[] {
    const found = this.added.slice(this.position({ key: start, record: 0 }), this.position({ key: end, record: 0 }));
    return reverse ? found.reverse() : found;
  }

  /** The records that have been given the key. */
  holders(key: Buffer): number[] {
    const records: number[] = [];
    for (let at = this.position({ key, record: 0 }); at < this.added.length && this.added[at]!.key.equals(key); at++) {
      records.push(this.added[at]!.record);
    }
    return records;
  }

  private add(entry: IndexEntry): void {
    if (this.removed.delete(nameOf(entry))) return;
    this.added.splice(this.position(entry), 0, entry);
  }

  private remove(entry: IndexEntry): void {
    const at = this.position(entry);
    const there = this.added[at];
    if (there && compareEntries(there, entry) === 0) this.added.splice(at, 1);
    else this.removed.add(nameOf(entry));
  }

  /** Where the entry is, or would be. */
  private position(entry: IndexEntry): number {
    let [low, high] = [0, this.added.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareEntries(this.added[middle]!, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The order in which an index is read. */
export function compareEntries(a: IndexEntry, b: IndexEntry): number {
  return Buffer.compare(a.key, b.key) || a.record - b.record;
}

function nameOf({ key, record }: IndexEntry): string {
  return `${record}:${key.toString('latin1')}`;
}
