import type { Document } from '../bson/codec';
import { parseCollation, type Collation } from '../values/collation';
import type { Index } from '../indexes/index-definition';
import { Marks } from './marks';

/** Whoever holds a lock: a transaction; `ended` resolves when it has committed or aborted. */
export interface LockHolder {
  readonly ended: Promise<void>;
}

/** How much a capped collection holds; what is beyond goes, the oldest first. */
export interface Cap {
  /** In bytes of documents. */
  readonly size: number;
  /** In documents. */
  readonly max: number;
}

/** A collection at work: its catalogue entry and what lives only in memory, the locks and the marks of recent commits. */
export class Collection {
  /** Records that a transaction has changed and not yet committed. */
  readonly locks = new Map<number, LockHolder>();
  /** By which its text compares where a command says nothing else. */
  readonly collation: Collation | undefined;
  /** Keys of unique indexes (each names its index) that a transaction is about to write. */
  readonly keyLocks = new Map<string, LockHolder>();
  /** Transactions that have read or changed it: what they saw must stay until they end. */
  readonly users = new Set<LockHolder>();
  /** How many commands wait to have it for themselves. */
  wanted = 0;
  /** The records of recent commits, and the keys of unique indexes that came or went in them. */
  readonly marks = new Marks<number>();
  readonly keyMarks = new Marks<string>();
  /** Another list after each change. */
  indexes: Index[] = [];
  isDropped = false;
  /** Number of documents; undefined until someone asks. */
  size: number | undefined;
  /** Bytes of all documents; undefined until someone asks, which is where the collection is capped. */
  bytes: number | undefined;
  private lastRecord = 0;

  constructor(
    readonly id: number,
    readonly database: string,
    public name: string,
    public options: Document,
    readonly uuid: Buffer,
  ) {
    this.collation = parseCollation(options['collation'] as Document | undefined);
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  /** Whether change streams may ask for its documents as they were before and after a change. */
  get keepsImages(): boolean {
    return (this.options['changeStreamPreAndPostImages'] as Document | undefined)?.['enabled'] === true;
  }

  get cap(): Cap | undefined {
    const { capped, size, max } = this.options;
    return capped === true ? { size: size as number, max: (max as number | undefined) ?? Infinity } : undefined;
  }

  get primary(): Index {
    return this.indexes[0]!;
  }

  /** The number of a new record. They only grow, so their order is the order of insertion. */
  nextRecord(): number {
    return ++this.lastRecord;
  }

  startRecordsAfter(record: number): void {
    this.lastRecord = Math.max(this.lastRecord, record);
  }
}

/** The key of a document: collection and record, big-endian, so that a collection's documents lie together in natural order. */
export function recordKey(collection: Collection, record: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key.writeUInt32BE(collection.id, 0);
  key.writeUIntBE(record, 4, 6);
  return key;
}

/** A key as a map can hold it. */
export function nameOfKey(key: Buffer): string {
  return key.toString('latin1');
}

export function recordOfKey(key: Buffer): number {
  return key.readUIntBE(key.length - 6, 6);
}

/** The whole range of an id (of a collection in `data`, of an index in `idx`), end exclusive. */
export function rangeOfId(id: number): { start: Buffer; end: Buffer } {
  const start = Buffer.alloc(4);
  start.writeUInt32BE(id);
  const end = Buffer.alloc(4);
  end.writeUInt32BE(id + 1);
  return { start, end };
}

export function recordBytes(record: number): Buffer {
  const bytes = Buffer.allocUnsafe(6);
  bytes.writeUIntBE(record, 0, 6);
  return bytes;
}
