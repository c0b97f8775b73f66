import { fail } from '../errors';

/** `maxTimeMS`, looked at every few documents. */
export class Deadline {
  private readonly end: number;
  private steps = 0;

  /** 0 means no limit. */
  constructor(milliseconds: number) {
    this.end = milliseconds > 0 ? Date.now() + milliseconds : Infinity;
  }

  /** Errors: 50 once the time is up. */
  check(): void {
    if (this.end === Infinity || (++this.steps & 63) !== 0) return;
    if (Date.now() > this.end) throw fail('MaxTimeMSExpired', 'operation exceeded time limit');
  }
}
