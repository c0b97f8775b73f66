import type { Timestamp } from 'bson';
import { fail } from '../errors';
import type { Environment } from '../storage/environment';
import type { Oplog } from '../storage/oplog';
import { OplogReader } from '../storage/oplog-reader';
import { placeAfterTime, timeOf } from '../storage/place';
import { SnapshotView } from '../storage/view';

/** A long-lived reader makes the file grow, so they are few and short-lived. MongoDB keeps five minutes of history. */
const longestKept = 60_000;
const mostKept = 32;

/** A moment that reads may come back to. */
export interface KeptSnapshot {
  readonly time: Timestamp;
  readonly view: SnapshotView;
}

interface Kept extends KeptSnapshot {
  readonly since: number;
}

/** The snapshots behind reads with the read concern `snapshot` outside of transactions: a client may read on at the time it was told. */
export class Snapshots {
  /** Oldest first. */
  private kept: Kept[] = [];

  constructor(
    private readonly environment: Environment,
    private readonly oplog: Oplog,
    private readonly sequenceAt: (snapshot: ReturnType<Environment['snapshot']>) => number,
    private readonly onClose: (view: SnapshotView) => void,
  ) {}

  /** The last commit that all of them contain; infinite when there is none. */
  get oldest(): number {
    return this.kept[0]?.view.sequence ?? Infinity;
  }

  /** The data as of now, or as of a time in the last minute at which somebody has read before. Errors: 239. */
  at(time?: Timestamp): KeptSnapshot {
    // The present may be what is asked for, too: nothing need have happened since.
    const present = this.present();
    if (!time) return present;
    const found = this.kept.findLast((one) => !one.time.greaterThan(time));
    if (found && !this.tellsBetween(found.time, time)) return found;
    throw fail('SnapshotTooOld', `Read timestamp ${String(time)} is older than the oldest available timestamp.`);
  }

  /** Closes what is older than a minute. */
  sweep(now: number): void {
    while (this.kept.length > 0 && now - this.kept[0]!.since > longestKept) this.closeOldest();
  }

  closeAll(): void {
    while (this.kept.length > 0) this.closeOldest();
  }

  /** Whether anything happened later than one time, up to and including another; also when that is not known any more. */
  private tellsBetween(from: Timestamp, to: Timestamp): boolean {
    const reader = new OplogReader(this.oplog, placeAfterTime(from));
    if (reader.isLost) return true;
    const next = reader.next();
    return next !== undefined && !timeOf(next.place).greaterThan(to);
  }

  private present(): Kept {
    const snapshot = this.environment.snapshot();
    const time = this.oplog.timeAt(snapshot);
    const newest = this.kept.at(-1);
    if (newest?.time.equals(time)) {
      snapshot.done();
      return newest;
    }
    const fresh = { time, view: new SnapshotView(this.environment, snapshot, this.sequenceAt(snapshot)), since: Date.now() };
    this.kept.push(fresh);
    if (this.kept.length > mostKept) this.closeOldest();
    return fresh;
  }

  private closeOldest(): void {
    const { view } = this.kept.shift()!;
    this.onClose(view);
    view.close();
  }
}
