import { Long, Timestamp } from 'bson';
import { fail } from '../errors';

/** MongoDB's `maxAcceptableLogicalClockDriftSecs`: a year. */
const farthestAhead = 365 * 24 * 60 * 60;

/** The server's logical time: seconds, and a counter within the second. Every event of the oplog has a time of its own; a transaction's share one. */
export class Clock {
  seconds = 0;
  counter = 0;

  /** Moves on to the next time. */
  tick(): void {
    const now = Math.floor(Date.now() / 1000);
    if (now > this.seconds) {
      this.seconds = now;
      this.counter = 1;
    } else this.counter++;
  }

  /** Follows a client that knows of a later time. Errors: 244 for one that cannot be right. */
  advance(to: Timestamp): void {
    const { high, low } = to;
    const [seconds, counter] = [high >>> 0, low >>> 0];
    if (seconds < this.seconds || (seconds === this.seconds && counter <= this.counter)) return;
    if (seconds > Date.now() / 1000 + farthestAhead)
      throw fail('ClusterTimeFailsRateLimiter', `New cluster time, ${seconds}, is too far from this node's wall clock time`);
    this.seconds = seconds;
    this.counter = counter;
  }

  now(): Timestamp {
    if (this.seconds === 0) this.tick();
    return timestamp(this.seconds, this.counter);
  }

  /** Nothing may become older than what was told before a restart, even if the machine's clock went back. */
  startAfter(seconds: number, counter: number): void {
    this.seconds = seconds;
    this.counter = counter;
  }
}

export function timestamp(seconds: number, counter: number): Timestamp {
  return new Timestamp(Long.fromBits(counter, seconds, true));
}
