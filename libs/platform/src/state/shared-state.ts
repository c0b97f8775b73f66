import { TooManyRequests } from '../http/problem';

/** So many in so long a time, for each key. */
export interface Quota {
  /** Keys of different quotas have nothing to do with each other. */
  readonly name: string;
  readonly most: number;
  /** Length of a window; it begins with the first that is taken. */
  readonly windowMs: number;
  /**
   * How many a process may take of one key before it has heard what the others took. With 0 the quota is exact and costs a round trip; with `s`, `p`
   * processes together take at most `most + p * s`, and nearly none of it waits for anything.
   */
  readonly slack: number;
}

/** What came of asking for one more. */
export interface Taken {
  /** Whether it was granted; what is not granted is not counted either. */
  readonly granted: boolean;
  /** How many of the window are taken, this one included. */
  readonly used: number;
  /** When the window ends, in milliseconds of this machine's clock. */
  readonly endsAt: number;
}

/**
 * What the processes of one shop know together for a short while: how much of a quota was taken, and that something changed. None of it is the
 * only copy of anything. Nothing here fails or takes longer than a tenth of a second: where the others cannot be reached, this process goes on with what
 * it knows itself.
 */
export abstract class SharedState {
  /** Takes one more of a key's quota, if there is one left in its window. Answers without a promise where nothing must be waited for. */
  abstract take(quota: Quota, key: string): Taken | Promise<Taken>;

  /** Takes one more of a key's quota. Throws {@link TooManyRequests}, with the seconds to the end of the window, where none is left. */
  async claim(quota: Quota, key: string): Promise<void> {
    const { granted, endsAt } = await this.take(quota, key);
    if (!granted) throw new TooManyRequests({ retryAfter: secondsUntil(endsAt) });
  }

  /** Gives one back that was taken. */
  abstract giveBack(quota: Quota, key: string): Promise<void>;

  /** Ends a key's window. */
  abstract forget(quota: Quota, key: string): Promise<void>;

  /**
   * Tells everybody who listens to a topic that what it names has changed: in this process before it returns, in all others soon, if they
   * can be reached. So whoever keeps something on the strength of it also lets it grow old.
   */
  abstract announce(topic: string): void;

  /** Calls `then` at each announcement of a topic, and whenever some may have been missed. */
  abstract listen(topic: string, then: () => void): void;
}

/** Whole seconds until a time, rounded up; at least one, so that nobody who waits for them comes too early. */
export function secondsUntil(time: number): number {
  return Math.max(1, Math.ceil((time - Date.now()) / 1000));
}
