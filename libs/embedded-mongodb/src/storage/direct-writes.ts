import { decode } from '../bson/codec';
import type { Catalog } from './catalog';
import { keyChanges, type Change, type KeyChange } from './change';
import { nameOfKey, rangeOfId, recordBytes, recordKey, recordOfKey, type Collection, type LockHolder } from './collection';
import { duplicateKey } from './duplicate-key';
import type { Environment } from './environment';
import type { Oplog } from './oplog';
import type { Writer } from './writer';

/** A statement met a lock of a transaction; it has changed nothing and is to be run again when the holder has ended. */
export class Blocked extends Error {
  constructor(readonly holder: LockHolder) {
    super('waits for a transaction');
  }
}

/** Where statements put their changes: straight into the store, or into a transaction. */
export interface ChangeSink {
  /** Applies one statement's changes in order. Errors: 11000 with those before it done; `Blocked` or 112 with none done. */
  apply(collection: Collection, changes: readonly Change[]): void;
}

/** Plain writes, inside the writer's transaction. */
export class DirectWrites implements ChangeSink {
  constructor(
    private readonly environment: Environment,
    private readonly writer: Writer,
    readonly catalog: Catalog,
    readonly oplog: Oplog,
  ) {}

  apply(collection: Collection, changes: readonly Change[]): void {
    const planned = changes.map((change) => ({ change, keys: keyChanges(collection, change) }));
    for (const { change, keys } of planned) this.checkLocks(collection, change, keys);
    for (const { change, keys } of planned) {
      this.checkUnique(collection, change, keys);
      this.put(collection, change, keys);
      this.oplog.tell(collection, change);
      if (!change.before) this.makeRoom(collection, change.record);
    }
  }

  /** Writes what has been checked. */
  put(collection: Collection, change: Change, keys: readonly KeyChange[]): void {
    this.removeKeys(collection, change, keys);
    this.putRecord(collection, change);
    this.addKeys(collection, change, keys);
  }

  removeKeys(collection: Collection, { record }: Change, keys: readonly KeyChange[]): void {
    const idx = this.environment.keys;
    for (const { index, removed } of keys) {
      for (const key of removed) {
        idx.removeSync(index.unique ? key : withRecord(key, record));
        if (index.unique) collection.keyMarks.set(nameOfKey(key), this.writer.current);
      }
    }
  }

  addKeys(collection: Collection, { record }: Change, keys: readonly KeyChange[]): void {
    const idx = this.environment.keys;
    for (const { index, added, multikey, cut } of keys) {
      for (const key of added) {
        if (!index.unique) idx.putSync(withRecord(key, record), empty);
        else {
          idx.putSync(key, recordBytes(record));
          collection.keyMarks.set(nameOfKey(key), this.writer.current);
        }
      }
      this.noteShape(collection, index, multikey, cut);
    }
  }

  putRecord(collection: Collection, { record, before, after }: Change): void {
    const key = recordKey(collection, record);
    if (after) this.environment.data.putSync(key, after);
    else this.environment.data.removeSync(key);
    collection.marks.set(record, this.writer.current);
    if (collection.size !== undefined) collection.size += (after ? 1 : 0) - (before ? 1 : 0);
    if (collection.bytes !== undefined) collection.bytes += (after?.length ?? 0) - (before?.length ?? 0);
  }

  /**
   * Removes the oldest documents of a capped collection for as long as it holds too much, but never the newest. They are told as deletions,
   * as MongoDB does since 5.0. Nothing can block that: transactions do not write to capped collections.
   */
  private makeRoom(collection: Collection, newest: number): void {
    const { cap } = collection;
    if (!cap) return;
    this.measure(collection);
    while (collection.bytes! > cap.size || collection.size! > cap.max) {
      const { key, value } = this.environment.first(this.environment.data, { ...rangeOfId(collection.id), withValues: true })!;
      const record = recordOfKey(key);
      if (record === newest) return;
      const change = { record, before: value };
      this.put(collection, change, keyChanges(collection, change));
      this.oplog.tell(collection, change);
    }
  }

  private measure(collection: Collection): void {
    if (collection.bytes !== undefined && collection.size !== undefined) return;
    let [size, bytes] = [0, 0];
    for (const { value } of this.environment.range(this.environment.data, { ...rangeOfId(collection.id), withValues: true })) {
      size++;
      bytes += value.length;
    }
    Object.assign(collection, { size, bytes });
  }

  private noteShape(collection: Collection, index: KeyChange['index'], multikey: number, cut: boolean): void {
    const { stored } = index;
    if ((stored.multikey | multikey) === stored.multikey && (!cut || stored.cut)) return;
    index.multikey |= multikey;
    index.hasCutKeys ||= cut;
    this.catalog.save(collection);
  }

  private checkLocks(collection: Collection, { record }: Change, keys: readonly KeyChange[]): void {
    const holder = collection.locks.size > 0 ? collection.locks.get(record) : undefined;
    if (holder) throw new Blocked(holder);
    if (collection.keyLocks.size === 0) return;
    for (const { index, added } of keys) {
      if (!index.unique) continue;
      for (const key of added) {
        const keyHolder = collection.keyLocks.get(nameOfKey(key));
        if (keyHolder) throw new Blocked(keyHolder);
      }
    }
  }

  private checkUnique(collection: Collection, { record, after, afterDocument }: Change, keys: readonly KeyChange[]): void {
    for (const { index, added } of keys) {
      if (!index.unique) continue;
      for (const key of added) {
        const existing = this.environment.keys.getBinary(key);
        if (existing && recordOfKey(existing) !== record) throw duplicateKey(collection, index, key, afterDocument ?? decode(after!));
      }
    }
  }
}

const empty = Buffer.alloc(0);

/** The stored form of a key that several records may share. */
export function withRecord(key: Buffer, record: number): Buffer {
  const whole = Buffer.allocUnsafe(key.length + 6);
  key.copy(whole);
  whole.writeUIntBE(record, key.length, 6);
  return whole;
}
