import { Injectable } from '@nestjs/common';
import { SharedState, TooManyRequests, WaitingLines, type Quota } from '@cartwright/platform';
import { sha256 } from '../model/session';

const quota: Quota = { name: 'failed-attempts', most: 10, windowMs: 15 * 60 * 1000, slack: 0 };

/**
 * Counts failed guesses at a password: at most ten in a quarter of an hour for each key, in all processes together. An attempt takes its place before it is
 * checked, so that a hundred at once do not all find room for one more, and leaves it when it turns out to be no failure.
 */
@Injectable()
export class FailedAttempts {
  /** Attempts on one account go one after another, or many good ones at once would be taken for too many. */
  private readonly lines = new WaitingLines();

  constructor(private readonly shared: SharedState) {}

  /** Runs the check, which answers `null` for a failure. Throws `TooManyRequests` instead once there were too many. */
  async watch<T>(key: string, check: () => Promise<T | null>): Promise<T | null> {
    // Keys name people, and what is shared is kept elsewhere.
    const account = sha256(key);
    return this.lines.inLine([account], () => this.once(account, check));
  }

  private async once<T>(account: string, check: () => Promise<T | null>): Promise<T | null> {
    const { granted, endsAt } = await this.shared.take(quota, account);
    if (!granted) throw new TooManyRequests({ retryAfter: Math.max(1, Math.ceil((endsAt - Date.now()) / 1000)) });
    try {
      const result = await check();
      if (result !== null) await this.shared.forget(quota, account);
      return result;
    } catch (error) {
      await this.shared.giveBack(quota, account);
      throw error;
    }
  }
}
