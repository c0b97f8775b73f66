import type { Document } from '../bson/document';
import { fail } from '../errors';
import type { View } from '../storage/view';
import { breath, type Breath } from '../values/breath';
import type { Session } from '../transactions/session';
import type { Transaction } from '../transactions/transaction';
import type { Deadline } from './deadline';

/** Where batches come from. */
interface Source {
  readonly documents: Iterator<Buffer | Breath>;
  /** So many may come at most. */
  left: number;
  peeked?: IteratorResult<Buffer | Breath>;
}

/** A result that is read in batches. It holds no lock and no snapshot of its own: each batch is a read of its own. */
export type Cursor = ListCursor | TailCursor;

interface AnyCursor {
  readonly id: bigint;
  readonly namespace: string;
  /** A cursor opened in a transaction lives and dies with it. */
  readonly transaction?: Transaction;
  /** Whose it is; only there can it be read on. */
  readonly session?: Session;
  readonly batchSize: number;
  lastUsed: number;
}

/** A cursor over something that ends. */
export interface ListCursor extends AnyCursor, Source {
  /** What it reads; a cursor on a snapshot that is closed dies with it. */
  readonly view: View;
  /** The opening command's, whose time runs on with each batch. */
  readonly deadline: Deadline;
  /** Somebody is reading from it. */
  busy: boolean;
  readonly tail?: undefined;
}

/** A cursor over something that goes on as things happen. */
export interface TailCursor extends AnyCursor {
  readonly tail: Tail;
}

/** A source without an end. */
export interface Tail {
  /** A change stream outlives its collection, and tells so. */
  readonly isChangeStream: boolean;
  /** Whether its client may say how long to wait. */
  readonly awaitsData: boolean;
  /** Somebody is reading or waiting just now. */
  readonly busy: boolean;
  /** The next batch; waits when there is nothing. Errors: 143 while busy, 237 when closed meanwhile. */
  more(wanted: TailRequest): Promise<TailBatch>;
  close(): void;
}

export interface TailRequest {
  /** At most so many documents; Infinity: as many as fit. */
  readonly size: number;
  /** How many milliseconds to wait for a first one. */
  readonly patience: number;
  /** Whoever asks has gone. */
  readonly gone?: AbortSignal;
}

export interface TailBatch extends Batch {
  /** Of a change stream: where another one would go on behind this batch. */
  readonly resumeToken?: Document;
}

export interface Batch {
  readonly documents: Buffer[];
  /** Nothing comes after this batch. */
  readonly exhausted: boolean;
}

/** MongoDB's limit of one reply, less some room for what surrounds the documents. */
export const largestBatch = 16 * 1024 * 1024 - 16 * 1024;
/** MongoDB's first batch when none is asked for. */
export const defaultFirstBatch = 101;
const idleLimit = 10 * 60_000;

/** All open cursors of the server. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>();
  private lastId = BigInt(Date.now()) * 1000n;

  get size(): number {
    return this.open.size;
  }

  add<T extends Cursor>(cursor: Omit<T, 'id' | 'lastUsed'>): T {
    const id = ++this.lastId;
    const opened = { ...cursor, id, lastUsed: Date.now() } as T;
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

  has({ id }: Cursor): boolean {
    return this.open.has(id);
  }

  isChangeStream(id: bigint): boolean {
    return this.open.get(id)?.tail?.isChangeStream === true;
  }

  kill(id: bigint): boolean {
    this.open.get(id)?.tail?.close();
    return this.open.delete(id);
  }

  /** Kills what reads collections that are gone. A change stream goes on, and tells so; whoever is just reading finds out himself. */
  killReading(isGone: (namespace: string) => boolean): void {
    this.killWhere((cursor) => isGone(cursor.namespace) && (cursor.tail ? !cursor.tail.isChangeStream : !cursor.busy));
  }

  killReadingFrom(view: View): void {
    this.killWhere((cursor) => !cursor.tail && cursor.view === view);
  }

  /** Kills what was opened in sessions that are killed. */
  killOf(isKilled: (session: Session) => boolean): void {
    this.killWhere(({ session }) => session !== undefined && isKilled(session));
  }

  /** Forgets cursors that nobody has asked for in ten minutes. */
  sweep(now: number): void {
    this.killWhere((cursor) => now - cursor.lastUsed > idleLimit && !(cursor.tail ?? cursor).busy);
  }

  private killWhere(test: (cursor: Cursor) => boolean): void {
    for (const cursor of this.open.values()) if (test(cursor)) this.kill(cursor.id);
  }
}

/**
 * Takes the next batch: at most `size` documents (0: as many as fit) and 16 MB. As in MongoDB, a full batch says nothing about whether more
 * will come, unless the limit is reached. At each breath it asks whether to stop for a while.
 */
export async function takeBatch(cursor: Source, size: number, onBreath: () => Promise<void> | undefined): Promise<Batch> {
  const documents: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    if (cursor.left === 0) return { documents, exhausted: true };
    if (size > 0 && documents.length >= size) return { documents, exhausted: false };
    const next = cursor.peeked ?? cursor.documents.next();
    cursor.peeked = undefined;
    if (next.done) return { documents, exhausted: true };
    if (next.value === breath) {
      await onBreath();
      continue;
    }
    if (documents.length > 0 && bytes + next.value.length > largestBatch) {
      cursor.peeked = next;
      return { documents, exhausted: false };
    }
    documents.push(next.value);
    cursor.left--;
    bytes += next.value.length + 8;
  }
}
