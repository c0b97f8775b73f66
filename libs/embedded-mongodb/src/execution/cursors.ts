import { fail } from '../errors';
import type { Transaction } from '../transactions/transaction';
import type { Deadline } from './deadline';

/** A result that is read in batches. It holds no lock and no snapshot of its own: each batch is a read of its own. */
export interface Cursor {
  readonly id: bigint;
  readonly namespace: string;
  readonly documents: Iterator<Buffer>;
  /** A cursor opened in a transaction lives and dies with it. */
  readonly transaction?: Transaction;
  readonly batchSize: number;
  /** The opening command's, whose time runs on with each batch. */
  readonly deadline: Deadline;
  lastUsed: number;
}

export interface Batch {
  readonly documents: Buffer[];
  /** Nothing comes after this batch. */
  readonly exhausted: boolean;
}

/** MongoDB's limit of one reply, less some room for what surrounds the documents. */
const largestBatch = 16 * 1024 * 1024 - 16 * 1024;
const idleLimit = 10 * 60_000;

/** All open cursors of the server. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>();
  private lastId = BigInt(Date.now()) * 1000n;

  get size(): number {
    return this.open.size;
  }

  add(cursor: Omit<Cursor, 'id' | 'lastUsed'>): Cursor {
    const id = ++this.lastId;
    const opened = { ...cursor, id, lastUsed: Date.now() };
    this.open.set(id, opened);
    return opened;
  }

  /** Errors: 43 for one that is not, or no longer, there. */
  get(id: bigint): Cursor {
    const cursor = this.open.get(id);
    if (!cursor) throw fail('CursorNotFound', `cursor id ${id} not found`);
    cursor.lastUsed = Date.now();
    return cursor;
  }

  kill(id: bigint): boolean {
    return this.open.delete(id);
  }

  killWhere(test: (cursor: Cursor) => boolean): void {
    for (const cursor of this.open.values()) if (test(cursor)) this.open.delete(cursor.id);
  }

  /** Forgets cursors that nobody has asked for in ten minutes. */
  sweep(now: number): void {
    this.killWhere(({ lastUsed }) => now - lastUsed > idleLimit);
  }
}

/** Takes the next batch: at most `size` documents (0: as many as fit) and 16 MB. Knows without a further request when the last one is out. */
export function takeBatch(cursor: { documents: Iterator<Buffer>; peeked?: IteratorResult<Buffer> }, size: number): Batch {
  const documents: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const next = cursor.peeked ?? cursor.documents.next();
    cursor.peeked = undefined;
    if (next.done) return { documents, exhausted: true };
    const full = (size > 0 && documents.length >= size) || (documents.length > 0 && bytes + next.value.length > largestBatch);
    if (full) {
      cursor.peeked = next;
      return { documents, exhausted: false };
    }
    documents.push(next.value);
    bytes += next.value.length + 8;
  }
}
