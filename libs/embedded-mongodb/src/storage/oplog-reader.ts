import type { OplogEntry } from './oplog-entry';
import { entriesIn } from './oplog-entry';
import type { Oplog } from './oplog';
import { placeAfter, type Place } from './place';

/** Reads the oplog from a place on, as far as it has got. It holds nothing between two reads but a chunk. */
export class OplogReader {
  private queue: OplogEntry[] = [];
  private begun = false;

  constructor(
    private readonly oplog: Oplog,
    /** Where the next entry is, at the earliest. */
    private wanted: Place,
  ) {}

  /** Whether entries that it should have answered are gone. */
  get isLost(): boolean {
    return this.queue.length === 0 && this.oplog.isLost(this.wanted);
  }

  /** The next entry, or undefined when there is none yet. */
  next(): OplogEntry | undefined {
    if (this.queue.length === 0) this.queue = this.load();
    const entry = this.queue.shift();
    if (entry) this.wanted = placeAfter(entry.place);
    return entry;
  }

  private load(): OplogEntry[] {
    if (!this.begun) {
      // The place may lie inside a chunk; from then on it is behind one.
      this.begun = true;
      const rest = this.entriesOf(this.oplog.chunkBefore(this.wanted));
      if (rest.length > 0) return rest;
    }
    return this.entriesOf(this.oplog.chunkFrom(this.wanted));
  }

  private entriesOf(chunk: Buffer | undefined): OplogEntry[] {
    return chunk ? [...entriesIn(chunk)].filter(({ place }) => Buffer.compare(place, this.wanted) >= 0) : [];
  }
}
