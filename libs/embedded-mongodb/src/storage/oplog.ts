import type { Timestamp } from 'bson';
import type { Change } from './change';
import type { Clock } from './clock';
import type { Collection } from './collection';
import type { Environment } from './environment';
import { catalogEntry, changeEntry, entriesIn, type CatalogEvent, type TransactionId } from './oplog-entry';
import { firstPlace, lastPlace, placeLength, placeOfTime, timeOf, writePlace, type Place } from './place';

/** Entries of one commit are put together until they are this large: one put serves many writes. */
const largestChunk = 64 * 1024;
/** So many chunks are removed in one commit, so that other writers get their turn. */
const portion = 200;

const horizonKey = Buffer.from('oplog-horizon');

/**
 * What happened, in order, for whoever watches. It is written in the same LMDB transaction as the change that it tells, so that neither
 * is ever there without the other. Bounded: the oldest entries go first.
 */
export class Oplog {
  private pending: Buffer[] = [];
  private pendingSize = 0;
  /** The place of the first pending entry. */
  private first: Place | undefined;
  private last: Place;
  private settledUntil: Place;
  /** The last entry that was removed, or the last moment before there was an oplog. */
  private horizon: Place | undefined;
  private savedHorizon: Place | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly environment: Environment,
    private readonly clock: Clock,
  ) {
    const newest = this.newestPlace();
    if (newest) clock.startAfter(newest.readUInt32BE(0), newest.readUInt32BE(4));
    this.last = this.settledUntil = newest ?? placeOfTime(clock.now());
    this.horizon = this.savedHorizon = environment.meta.getBinary(horizonKey);
  }

  /** Up to here everything is on disk; nobody is told more than that. */
  get settled(): Place {
    return this.settledUntil;
  }

  /** Tells a change of a document. This and all below until `flush` are to be called inside a write. */
  tell(collection: Collection, change: Change): void {
    this.clock.tick();
    this.add(changeEntry(collection, change), 0);
  }

  /** Tells what a transaction did, in its order, as of one time. */
  tellTransaction(changes: readonly { collection: Collection; change: Change }[], transaction: TransactionId): void {
    this.clock.tick();
    changes.forEach(({ collection, change }, index) => this.add(changeEntry(collection, change, transaction), index));
  }

  tellCatalog(event: CatalogEvent): void {
    this.clock.tick();
    this.add(catalogEntry(event), 0);
  }

  /** Puts down what this commit has told. Answers how far that is, for `settle`. */
  flush(): Place {
    this.put();
    if (this.horizon && this.horizon !== this.savedHorizon) this.environment.meta.putSync(horizonKey, this.horizon);
    this.savedHorizon = this.horizon;
    return this.last;
  }

  /** A commit is on disk: whoever waits for news looks again. */
  settle(until: Place): void {
    if (Buffer.compare(until, this.settledUntil) <= 0) return;
    this.settledUntil = until;
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const wake of woken) wake();
  }

  /** Calls back once, at the next commit that told something. Answers how to call it off. */
  onNews(wake: () => void): () => void {
    this.waiting.add(wake);
    return () => void this.waiting.delete(wake);
  }

  /** Whether the entry at a place may be missing: removed, or from before there was an oplog. */
  isLost(place: Place): boolean {
    return this.horizon !== undefined && Buffer.compare(place, this.horizon) <= 0;
  }

  /** The last chunk of entries that begins at or before a place. */
  chunkBefore(place: Place): Buffer | undefined {
    return this.settledChunk({ start: firstPlace, end: place, reverse: true });
  }

  /** The first chunk of entries that begins at or behind a place. */
  chunkFrom(place: Place): Buffer | undefined {
    return this.settledChunk({ start: place, end: lastPlace });
  }

  /** The time of the last entry that a snapshot contains. */
  timeAt(snapshot: ReturnType<Environment['snapshot']>): Timestamp {
    const newest = this.newestPlace(snapshot);
    return newest ? timeOf(newest) : this.clock.now();
  }

  get isEmpty(): boolean {
    return this.environment.oplog.getKeysCount({ limit: 1 }) === 0;
  }

  /** Declares everything up to now unknown: the folder has changes in it that no oplog was kept of. */
  forgetHistory(): void {
    this.horizon = this.last;
  }

  /** In bytes, by whole pages. */
  get size(): number {
    const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = this.environment.oplog.getStats() as Record<string, number>;
    return pageSize! * (treeBranchPageCount! + treeLeafPageCount! + overflowPages!);
  }

  /** Removes the oldest entries beyond `limit` bytes; inside a write. Answers whether there is more to remove. */
  trim(limit: number): boolean {
    for (let removed = 0; removed < portion; removed++) {
      const oldest = this.environment.first(this.environment.oplog, { start: firstPlace, end: lastPlace, withValues: true });
      if (!oldest || this.size <= limit) return false;
      this.environment.oplog.removeSync(oldest.key);
      this.horizon = [...entriesIn(oldest.value)].at(-1)!.place;
    }
    return true;
  }

  private settledChunk(range: { start: Place; end: Place; reverse?: boolean }): Buffer | undefined {
    const chunk = this.environment.first(this.environment.oplog, { ...range, withValues: true });
    return chunk && Buffer.compare(chunk.key, this.settledUntil) <= 0 ? chunk.value : undefined;
  }

  private add(parts: readonly Buffer[], index: number): void {
    writePlace(parts[0]!, this.clock.seconds, this.clock.counter, index);
    this.last = parts[0]!.subarray(0, placeLength);
    this.first ??= this.last;
    for (const part of parts) {
      this.pending.push(part);
      this.pendingSize += part.length;
    }
    if (this.pendingSize >= largestChunk) this.put();
  }

  private put(): void {
    if (!this.first) return;
    this.environment.oplog.putSync(this.first, Buffer.concat(this.pending), { append: true });
    this.pending = [];
    this.pendingSize = 0;
    this.first = undefined;
  }

  private newestPlace(at?: ReturnType<Environment['snapshot']>): Place | undefined {
    const newest = this.environment.first(this.environment.oplog, {
      start: firstPlace,
      end: lastPlace,
      reverse: true,
      at,
      withValues: true,
    });
    return newest && [...entriesIn(newest.value)].at(-1)!.place;
  }
}
