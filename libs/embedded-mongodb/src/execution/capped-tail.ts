import { fail } from '../errors';
import type { Collection } from '../storage/collection';
import { News } from '../storage/news';
import type { Oplog } from '../storage/oplog';
import type { CurrentView, StoredDocument } from '../storage/view';
import type { Tail, TailBatch, TailRequest } from './cursors';
import { Filling } from './filling';

/** What a tailable cursor reads. */
export interface TailParts {
  readonly view: CurrentView;
  readonly collection: Collection;
  readonly oplog: Oplog;
  readonly accepts: (bytes: Buffer) => boolean;
  /** What is sent of a document. */
  readonly shape: (found: StoredDocument) => Buffer;
  /** So many are skipped, and so many sent at most. */
  readonly skip: number;
  readonly limit: number;
  readonly awaitsData: boolean;
}

/** Documents looked at before others get their turn. */
const slice = 500;

/** Reads a capped collection in natural order, and goes on from where it was as documents are added. */
export class CappedTail implements Tail {
  readonly isChangeStream = false;
  busy = false;
  /** The last record that was looked at; 0 before the first. */
  private position = 0;
  private toSkip: number;
  private left: number;
  private closed = false;
  private readonly news: News;

  constructor(private readonly parts: TailParts) {
    this.toSkip = parts.skip;
    this.left = parts.limit;
    this.news = new News(parts.oplog);
  }

  get awaitsData(): boolean {
    return this.parts.awaitsData;
  }

  /** Errors: 136 when the document that was looked at last is gone, because others behind it may be, too; 143, 237. */
  async more({ size, patience, gone }: TailRequest): Promise<TailBatch> {
    if (this.busy) throw fail('CursorInUse', 'the cursor is being read already');
    this.busy = true;
    try {
      const batch = new Filling(Math.min(size, this.left));
      const until = Date.now() + (this.awaitsData ? patience : 0);
      for (;;) {
        const atEnd = this.fill(batch);
        const { documents } = batch;
        if (batch.isFull || (atEnd && (documents.length > 0 || Date.now() >= until)) || gone?.aborted) {
          this.left -= documents.length;
          return { documents, exhausted: this.left === 0 };
        }
        await (atEnd ? this.news.next(until, gone) : new Promise(setImmediate));
        if (this.closed) throw fail('CursorKilled', 'cursor killed');
      }
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.closed = true;
    this.news.interrupt();
  }

  /** Reads on for a while; true at the end of the collection, or of the batch. */
  private fill(batch: Filling): boolean {
    const { view, collection, accepts, shape } = this.parts;
    if (this.position > 0 && !view.get(collection, this.position)) throw positionLost(this.position);
    let looked = 0;
    for (const found of view.recordsBehind(collection, this.position)) {
      if (batch.isFull) return true;
      if (++looked > slice) return false;
      if (accepts(found.bytes)) {
        if (this.toSkip > 0) this.toSkip--;
        else if (!batch.add(shape(found))) return true;
      }
      this.position = found.record;
    }
    return true;
  }
}

function positionLost(record: number): Error {
  return fail(
    'CappedPositionLost',
    `Executor error during getMore :: caused by :: CollectionScan died due to position in capped collection being deleted. Last seen record id: RecordId(${record})`,
  );
}
