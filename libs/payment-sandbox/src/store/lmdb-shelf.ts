import { setTimeout } from 'node:timers/promises';
import { open, type Database, type RootDatabase } from 'lmdb';
import { claimFolder } from './folder-claim';
import type { Batch, ScanRange, Shelf } from './shelf';

const LAST = '\uffff';

/** State in an LMDB folder. LMDB commits the batches that wait together as one, so a hundred concurrent calls share a flush. */
export class LmdbShelf implements Shelf {
  private readonly release: () => void;
  private readonly root: RootDatabase;
  private readonly values: Database<unknown, string>;
  private readonly index: Database<string, [string, string]>;

  constructor(folder: string) {
    this.release = claimFolder(folder);
    // safeRestore: without it LMDB may lose the last commits in a power cut.
    this.root = open({ path: folder, maxDbs: 4, pageSize: 8192, maxReaders: 2048, safeRestore: true } as Parameters<typeof open>[0]);
    this.values = this.root.openDB({ name: 'values', encoding: 'json' });
    this.index = this.root.openDB({ name: 'index', encoding: 'string' });
  }

  get(key: string): unknown {
    return this.values.get(key);
  }

  *scan(partition: string, { after = '', before = LAST, reverse = false }: ScanRange = {}): Iterable<{ order: string; id: string }> {
    const [start, end] = reverse ? [before, after] : [after, before];
    for (const { key, value } of this.index.getRange({ start: [partition, start], end: [partition, end], reverse })) {
      if (key[1] !== start) yield { order: key[1], id: value };
    }
  }

  async write(batch: Batch): Promise<void> {
    await this.root.batch(() => {
      for (const [key, value] of batch.puts) {
        if (value === undefined) void this.values.remove(key);
        else void this.values.put(key, value);
      }
      for (const { partition, order, id } of batch.links) {
        if (id === null) void this.index.remove([partition, order]);
        else void this.index.put([partition, order], id);
      }
    });
  }

  async close(): Promise<void> {
    // A read leaves a timer behind that gives its snapshot back; when it fires after the close, it throws where nobody can catch it.
    await setTimeout(5);
    await this.root.close();
    this.release();
  }
}
