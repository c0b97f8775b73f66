import { fail } from '../errors';
import type { Index } from '../indexes/index-definition';
import { rangeOfId, recordKey, recordOfKey, type Collection } from './collection';
import type { Environment } from './environment';

/** A document where it lies. */
export interface StoredDocument {
  readonly record: number;
  readonly bytes: Buffer;
}

/** A key of an index and the record it leads to. */
export interface IndexEntry {
  readonly key: Buffer;
  readonly record: number;
}

export interface KeyRange {
  readonly start: Buffer;
  /** Exclusive. */
  readonly end: Buffer;
}

/** One consistent way to see the data: as it is now, or as a transaction sees it. */
export interface View {
  /** The last commit that it contains; absent where it contains all. */
  readonly sequence?: number;
  /** Whether it can still be read; to be asked after each pause. Errors: 239, 251. */
  checkOpen(): void;
  /** Whether the index holds the keys of all documents this view can see. */
  knows(index: Index): boolean;
  get(collection: Collection, record: number): Buffer | undefined;
  records(collection: Collection, reverse: boolean): Iterable<StoredDocument>;
  /** The record behind an id's whole key in the primary index; a deleted one may be told, too, and has nothing to `get`. */
  lookup(collection: Collection, index: Index, key: Buffer): number | undefined;
  entries(collection: Collection, index: Index, range: KeyRange, reverse: boolean): Iterable<IndexEntry>;
}

/** The data as last committed, or, inside a write, as written so far. */
export class CurrentView implements View {
  constructor(private readonly environment: Environment) {}

  checkOpen(): void {
    // There is always a present.
  }

  knows(): boolean {
    return true;
  }

  get(collection: Collection, record: number): Buffer | undefined {
    return this.environment.get(this.environment.data, recordKey(collection, record));
  }

  *records(collection: Collection, reverse: boolean): Iterable<StoredDocument> {
    const range = { ...rangeOfId(collection.id), reverse, withValues: true };
    for (const { key, value } of this.environment.range(this.environment.data, range)) yield { record: recordOfKey(key), bytes: value };
  }

  /** The documents behind a record, in natural order. */
  *recordsBehind(collection: Collection, record: number): Iterable<StoredDocument> {
    const range = { start: recordKey(collection, record + 1), end: rangeOfId(collection.id).end, withValues: true };
    for (const { key, value } of this.environment.range(this.environment.data, range)) yield { record: recordOfKey(key), bytes: value };
  }

  lookup(_collection: Collection, _index: Index, key: Buffer): number | undefined {
    const record = this.environment.get(this.environment.keys, key);
    return record && recordOfKey(record);
  }

  entries(_collection: Collection, index: Index, range: KeyRange, reverse: boolean): Iterable<IndexEntry> {
    return indexEntries(this.environment, index, range, reverse);
  }
}

/** The data as of one moment, until it is closed. */
export class SnapshotView implements View {
  private closed = false;

  constructor(
    private readonly environment: Environment,
    private readonly snapshot: ReturnType<Environment['snapshot']>,
    /** The last commit that the snapshot contains. */
    readonly sequence: number,
  ) {}

  checkOpen(): void {
    if (this.closed) throw fail('SnapshotTooOld', 'The snapshot that was read from is no longer kept.');
  }

  knows(index: Index): boolean {
    return index.since <= this.sequence;
  }

  get(collection: Collection, record: number): Buffer | undefined {
    return this.environment.get(this.environment.data, recordKey(collection, record), this.snapshot);
  }

  *records(collection: Collection, reverse: boolean): Iterable<StoredDocument> {
    const range = { ...rangeOfId(collection.id), reverse, at: this.snapshot, withValues: true };
    for (const { key, value } of this.environment.range(this.environment.data, range)) yield { record: recordOfKey(key), bytes: value };
  }

  lookup(_collection: Collection, _index: Index, key: Buffer): number | undefined {
    const record = this.environment.get(this.environment.keys, key, this.snapshot);
    return record && recordOfKey(record);
  }

  entries(_collection: Collection, index: Index, range: KeyRange, reverse: boolean): Iterable<IndexEntry> {
    return indexEntries(this.environment, index, range, reverse, this.snapshot);
  }

  close(): void {
    this.closed = true;
    this.snapshot.done();
  }
}

/** A unique index keeps the record as the key's value; any other at the end of the key itself. */
export function* indexEntries(
  environment: Environment,
  index: Index,
  { start, end }: KeyRange,
  reverse: boolean,
  at?: Parameters<Environment['get']>[2],
): Generator<IndexEntry> {
  const { unique } = index;
  for (const { key, value } of environment.range(environment.keys, { start, end, reverse, at, withValues: unique })) {
    yield unique ? { key, record: recordOfKey(value) } : { key: key.subarray(0, key.length - 6), record: recordOfKey(key) };
  }
}
