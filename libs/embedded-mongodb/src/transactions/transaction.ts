import type { Transaction as Snapshot } from 'lmdb';
import { decode } from '../bson/codec';
import { fail, MongoError } from '../errors';
import { keysOf } from '../indexes/key-generator';
import type { Index } from '../indexes/index-definition';
import { keyChanges, type Change, type KeyChange } from '../storage/change';
import type { TransactionId } from '../storage/oplog-entry';
import { nameOfKey, rangeOfId, recordKey, recordOfKey, type Collection, type LockHolder } from '../storage/collection';
import type { ChangeSink, DirectWrites } from '../storage/direct-writes';
import { duplicateKey } from '../storage/duplicate-key';
import type { Environment } from '../storage/environment';
import { indexEntries, type IndexEntry, type KeyRange, type StoredDocument, type View } from '../storage/view';
import { compareEntries, OwnKeys } from './own-keys';

const message =
  'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.';

/** The answer to a write that came too late; drivers start the transaction again. */
export class WriteConflict extends MongoError {
  constructor(
    /** Whoever holds the lock; absent when it has committed already. */
    readonly holder?: LockHolder,
  ) {
    super(112, 'WriteConflict', message);
  }
}

type Overlay = Map<number, Buffer | undefined>;

/**
 * A multi-document transaction: a snapshot, and over it what the transaction has changed. It locks each record and each unique key that
 * it writes; the first to lock wins. Nothing reaches the store before `replay`.
 */
export class Transaction implements View, ChangeSink, LockHolder {
  readonly ended: Promise<void>;
  /** Collections that it has made, by namespace: nobody else knows of them before the commit. */
  private readonly drafts = new Map<string, Collection>();
  private readonly overlays = new Map<Collection, Overlay>();
  private readonly ownKeys = new Map<Index, OwnKeys>();
  /** All that was done, in order, for the oplog. */
  private readonly told: { collection: Collection; change: Change }[] = [];
  private readonly lockedKeys: { collection: Collection; key: string }[] = [];
  private readonly used = new Set<Collection>();
  private settle!: () => void;
  private over = false;

  constructor(
    private readonly environment: Environment,
    private readonly snapshot: Snapshot,
    /** The last commit that the snapshot contains. */
    readonly sequence: number,
  ) {
    this.ended = new Promise((resolve) => (this.settle = resolve));
  }

  get hasChanges(): boolean {
    return this.overlays.size > 0 || this.drafts.size > 0;
  }

  /** Takes in a collection that it makes. */
  addDraft(collection: Collection): Collection {
    this.use(collection);
    this.drafts.set(collection.namespace, collection);
    return collection;
  }

  /** A collection that it has made itself. */
  draft(namespace: string): Collection | undefined {
    return this.drafts.get(namespace);
  }

  /** A command that was under way when the transaction was ended must not go on. */
  checkOpen(): void {
    if (this.over) throw fail('NoSuchTransaction', 'The transaction has been aborted.');
  }

  knows(index: Index): boolean {
    return index.since <= this.sequence;
  }

  get(collection: Collection, record: number): Buffer | undefined {
    this.use(collection);
    const overlay = this.overlays.get(collection);
    if (overlay?.has(record)) return overlay.get(record);
    return this.environment.get(this.environment.data, recordKey(collection, record), this.snapshot);
  }

  *records(collection: Collection, reverse: boolean): Iterable<StoredDocument> {
    this.use(collection);
    const overlay = this.overlays.get(collection);
    const stored = this.storedRecords(collection, reverse);
    if (!overlay) {
      yield* stored;
      return;
    }
    const own = [...overlay].flatMap(([record, bytes]) => (bytes ? [{ record, bytes }] : []));
    const order = (a: StoredDocument, b: StoredDocument): number => (reverse ? b.record - a.record : a.record - b.record);
    yield* merged(skipping(stored, overlay), own.sort(order), order);
  }

  lookup(collection: Collection, index: Index, key: Buffer): number | undefined {
    this.use(collection);
    const [added] = this.ownKeys.get(index)?.holders(key) ?? [];
    if (added !== undefined) return added;
    // The id of a document never changes, so a key that is gone leads to a record that is gone.
    const bytes = this.environment.get(this.environment.keys, key, this.snapshot);
    return bytes && recordOfKey(bytes);
  }

  *entries(collection: Collection, index: Index, range: KeyRange, reverse: boolean): Iterable<IndexEntry> {
    this.use(collection);
    const own = this.ownKeys.get(index);
    const stored = indexEntries(this.environment, index, range, reverse, this.snapshot);
    if (!own) {
      yield* stored;
      return;
    }
    const order = reverse ? (a: IndexEntry, b: IndexEntry): number => compareEntries(b, a) : compareEntries;
    yield* merged(notHidden(stored, own), own.within(range, reverse), order);
  }

  apply(collection: Collection, changes: readonly Change[]): void {
    this.use(collection);
    for (const change of changes) {
      const keys = keyChanges(collection, change);
      this.checkRecord(collection, change.record);
      for (const { index, added } of keys) if (index.unique) for (const key of added) this.checkKey(collection, index, key, change);
      this.lock(collection, change, keys);
      this.overlayOf(collection).set(change.record, change.after);
      for (const key of keys) this.noteKeys(change.record, key);
      this.told.push({ collection, change });
    }
  }

  /** Writes everything into the store; to be called inside a write. Errors: 112 and 251, before the first put. */
  replay(writes: DirectWrites, id: TransactionId): void {
    this.checkOpen();
    const planned = [...this.overlays].flatMap(([collection, overlay]) => this.plan(collection, overlay));
    for (const { collection, keys } of planned) this.checkReplay(collection, keys);
    // Who has made a collection of that name meanwhile was first.
    for (const { database, name } of this.drafts.values()) if (writes.catalog.find(database, name)) throw new WriteConflict();
    for (const draft of this.drafts.values()) writes.catalog.adopt(draft);
    for (const { collection, change, keys } of planned) writes.removeKeys(collection, change, keys);
    for (const { collection, change } of planned) writes.putRecord(collection, change);
    for (const { collection, change, keys } of planned) writes.addKeys(collection, change, keys);
    if (this.told.length > 0) writes.oplog.tellTransaction(this.told, id);
  }

  /** Lets go of locks and snapshot; waiting writers go on. Idempotent. */
  end(): void {
    if (this.over) return;
    this.over = true;
    for (const [collection, overlay] of this.overlays) for (const record of overlay.keys()) collection.locks.delete(record);
    for (const { collection, key } of this.lockedKeys) collection.keyLocks.delete(key);
    for (const collection of this.used) collection.users.delete(this);
    this.drafts.clear();
    this.overlays.clear();
    this.ownKeys.clear();
    this.told.length = 0;
    this.snapshot.done();
    this.settle();
  }

  /** What a transaction has looked at stays as it is until it ends. */
  private use(collection: Collection): void {
    this.checkOpen();
    if (this.used.has(collection)) return;
    if (collection.wanted > 0) throw fail('LockTimeout', "Unable to acquire lock within a max lock request timeout of '5ms' milliseconds.");
    this.used.add(collection);
    collection.users.add(this);
  }

  private *storedRecords(collection: Collection, reverse: boolean): Iterable<StoredDocument> {
    const range = { ...rangeOfId(collection.id), reverse, at: this.snapshot, withValues: true };
    for (const { key, value } of this.environment.range(this.environment.data, range)) yield { record: recordOfKey(key), bytes: value };
  }

  private noteKeys(record: number, change: KeyChange): void {
    const { index, multikey, cut } = change;
    let own = this.ownKeys.get(index);
    if (!own) this.ownKeys.set(index, (own = new OwnKeys()));
    own.note(record, change);
    index.multikey |= multikey;
    index.hasCutKeys ||= cut;
  }

  private checkRecord(collection: Collection, record: number): void {
    const holder = collection.locks.get(record);
    if (holder === this) return;
    if (holder || collection.marks.changedAfter(record, this.sequence)) throw new WriteConflict(holder);
  }

  /** A unique key must be free here, in the snapshot, in what was committed since, and in no other transaction's hands. */
  private checkKey(collection: Collection, index: Index, key: Buffer, change: Change): void {
    const name = nameOfKey(key);
    const holder = collection.keyLocks.get(name);
    if (holder && holder !== this) throw new WriteConflict(holder);
    const overlay = this.overlays.get(collection);
    const frees = (record: number): boolean => record === change.record || this.hasFreed(overlay, index, key, record);
    const inSnapshot = this.knows(index) ? this.environment.get(this.environment.keys, key, this.snapshot) : undefined;
    const refusal = (): MongoError => duplicateKey(collection, index, key, change.afterDocument ?? decode(change.after!));
    if (inSnapshot && !frees(recordOfKey(inSnapshot))) throw refusal();
    if (
      this.ownKeys
        .get(index)
        ?.holders(key)
        .some((record) => record !== change.record)
    )
      throw refusal();
    if (collection.keyMarks.changedAfter(name, this.sequence)) throw new WriteConflict();
    if (this.knows(index)) return;
    // Nor does the snapshot know what a younger index took over from the documents.
    const committed = this.environment.get(this.environment.keys, key);
    if (committed && !frees(recordOfKey(committed))) throw new WriteConflict();
  }

  /** Whether the transaction has itself deleted the record, or moved it off this key. */
  private hasFreed(overlay: Overlay | undefined, index: Index, key: Buffer, record: number): boolean {
    if (!overlay?.has(record)) return false;
    const bytes = overlay.get(record);
    return bytes === undefined || !keysOf(index, decode(bytes)).keys.some((other) => other.equals(key));
  }

  private lock(collection: Collection, { record }: Change, keys: readonly KeyChange[]): void {
    collection.locks.set(record, this);
    for (const { index, added } of keys) {
      if (!index.unique) continue;
      for (const key of added) {
        const name = nameOfKey(key);
        if (collection.keyLocks.has(name)) continue;
        collection.keyLocks.set(name, this);
        this.lockedKeys.push({ collection, key: name });
      }
    }
  }

  private overlayOf(collection: Collection): Overlay {
    let overlay = this.overlays.get(collection);
    if (!overlay) this.overlays.set(collection, (overlay = new Map() as Overlay));
    return overlay;
  }

  private plan(collection: Collection, overlay: Overlay): { collection: Collection; change: Change; keys: KeyChange[] }[] {
    return [...overlay].flatMap(([record, after]) => {
      const before = this.environment.get(this.environment.data, recordKey(collection, record));
      if (!before && !after) return [];
      const change = { record, before, after };
      return [{ collection, change, keys: keyChanges(collection, change) }];
    });
  }

  private checkReplay(collection: Collection, keys: readonly KeyChange[]): void {
    const overlay = this.overlays.get(collection);
    for (const { index, added } of keys) {
      if (!index.unique) continue;
      for (const key of added) {
        const existing = this.environment.keys.getBinary(key);
        if (existing && !this.hasFreed(overlay, index, key, recordOfKey(existing))) throw new WriteConflict();
      }
    }
  }
}

function* skipping<T extends { record: number }>(stored: Iterable<T>, overlay: Overlay): Iterable<T> {
  for (const item of stored) if (!overlay.has(item.record)) yield item;
}

function* notHidden(stored: Iterable<IndexEntry>, own: OwnKeys): Iterable<IndexEntry> {
  for (const entry of stored) if (!own.hides(entry)) yield entry;
}

function* merged<T>(stored: Iterable<T>, own: readonly T[], order: (a: T, b: T) => number): Iterable<T> {
  let next = 0;
  for (const item of stored) {
    while (next < own.length && order(own[next]!, item) < 0) yield own[next++]!;
    yield item;
  }
  while (next < own.length) yield own[next++]!;
}
