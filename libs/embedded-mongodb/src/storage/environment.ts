import { open, type Database, type RootDatabase, type Transaction } from 'lmdb';

/** A key and its value, both copied out of the map. */
export interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

export type Space = Database<Buffer, Buffer>;

/** Where and when to read: `at` a snapshot, or (absent) what is committed now, or inside a write what it has written so far. */
export interface RangeRead {
  /** First key, inclusive. */
  readonly start: Buffer;
  /** Last key, exclusive. */
  readonly end: Buffer;
  readonly reverse?: boolean;
  readonly at?: Transaction;
  readonly withValues: boolean;
}

const smallestChunk = 32;
const largestChunk = 512;

/** The one LMDB environment of a data folder: documents, index keys, retry records of sessions, the catalogue, and what happened. */
export class Environment {
  readonly data: Space;
  readonly keys: Space;
  readonly sessions: Space;
  readonly meta: Space;
  readonly oplog: Space;
  private readonly root: RootDatabase<Buffer, Buffer>;

  constructor(
    readonly path: string,
    options: { durable: boolean },
  ) {
    this.root = open<Buffer, Buffer>({
      path,
      encoding: 'binary',
      keyEncoding: 'binary',
      maxDbs: 8,
      maxReaders: 2048,
      pageSize: 8192,
      // Address space is reserved, not disk: growing the map later would have to wait for every reader.
      mapSize: 2 ** 35,
      noSync: !options.durable,
      // A commit is one transaction here; a batch of its own would reject, when the disk is full, with nobody to hear it.
      eventTurnBatching: false,
      // Without it a power cut may bring back a state that was committed but never flushed.
      ...({ safeRestore: options.durable, overlappingSync: options.durable, noMemInit: true } as object),
    });
    this.data = this.space('data');
    this.keys = this.space('idx');
    this.sessions = this.space('sessions');
    this.meta = this.space('meta');
    this.oplog = this.space('oplog');
  }

  private space(name: string): Space {
    return this.root.openDB<Buffer, Buffer>({ name, encoding: 'binary', keyEncoding: 'binary' });
  }

  /** Runs `action` in the next asynchronous write transaction; resolves when it is on disk. */
  write(action: () => void): Promise<void> {
    return this.root.transaction(action);
  }

  /** Forgets the cached read snapshot, so that the next read sees the last commit. */
  refresh(): void {
    this.root.resetReadTxn();
  }

  /** A read snapshot that stays as it is until `done()`. */
  snapshot(): Transaction {
    this.refresh();
    return this.root.useReadTransaction();
  }

  get(space: Space, key: Buffer, at?: Transaction): Buffer | undefined {
    return at ? space.get(key, { transaction: at }) : space.getBinary(key);
  }

  /** Reads a range in chunks, each a read of its own: between two of them the reader may pause as long as it likes without holding anything. */
  *range(space: Space, read: RangeRead): Generator<Entry> {
    let chunk = smallestChunk;
    let last: Buffer | undefined;
    for (;;) {
      const entries = this.chunk(space, read, chunk, last);
      yield* entries;
      if (entries.length < chunk) return;
      last = entries[entries.length - 1]!.key;
      chunk = Math.min(chunk * 4, largestChunk);
    }
  }

  /** The first entry of a range; of a reversed one the last, and there `end` is inclusive. */
  first(space: Space, read: RangeRead): Entry | undefined {
    return this.chunk(space, read, 1, undefined)[0];
  }

  private chunk(space: Space, { start, end, reverse, at, withValues }: RangeRead, limit: number, last: Buffer | undefined): Entry[] {
    const options = {
      start: last ?? (reverse ? end : start),
      end: reverse ? start : end,
      exclusiveStart: last !== undefined,
      limit,
      reverse: reverse === true,
      ...(at && { transaction: at }),
    };
    const entries: Entry[] = [];
    if (withValues) for (const { key, value } of space.getRange(options)) entries.push({ key, value });
    else for (const key of space.getKeys(options)) entries.push({ key, value: key });
    return entries;
  }

  count(space: Space, start: Buffer, end: Buffer): number {
    return space.getKeysCount({ start, end });
  }

  close(): Promise<void> {
    return this.root.close();
  }
}
