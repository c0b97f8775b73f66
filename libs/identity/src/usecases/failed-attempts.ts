import { Injectable } from '@nestjs/common';
import { SharedState, WaitingLines, type Quota } from '@cartwright/platform';
import { sha256 } from '../model/session';

/** From one client, at one account. */
const ofClient: Quota = { name: 'failed-attempts', most: 10, windowMs: 15 * 60 * 1000, slack: 0 };

/** At one account, wherever they come from: NIST SP 800-63B, 5.2.2, allows a hundred in a row. */
const ofAccount: Quota = { name: 'failed-attempts-at-account', most: 100, windowMs: 60 * 60 * 1000, slack: 0 };

/** Somebody says to be the owner of an account. */
export interface Attempt {
  readonly account: string;
  /** The client that says so. */
  readonly from: string;
}

/** One place taken of a quota. */
interface Place {
  readonly quota: Quota;
  readonly key: string;
}

/**
 * Counts failed guesses at a password: at most ten in a quarter of an hour from each client at each account, and a hundred an hour at an account by all clients, in
 * all processes together. An attempt takes its places before it is checked, so that a hundred at once do not all find room for one more, and leaves them when it turns
 * out to be no failure.
 */
@Injectable()
export class FailedAttempts {
  /** A client's attempts at one account go one after another, or many good ones at once would be taken for too many. */
  private readonly lines = new WaitingLines();

  constructor(private readonly shared: SharedState) {}

  /** Runs the check, which answers `null` for a failure. Throws `TooManyRequests` instead once there were too many. */
  async watch<T>({ account, from }: Attempt, check: () => Promise<T | null>): Promise<T | null> {
    // Keys name people, and what is shared is kept elsewhere.
    const [near, far] = [sha256(`${account} ${from}`), sha256(account)];
    const places = [
      { quota: ofClient, key: near },
      { quota: ofAccount, key: far },
    ];
    return this.lines.inLine([near], () => this.once(places, check));
  }

  private async once<T>(places: readonly Place[], check: () => Promise<T | null>): Promise<T | null> {
    const taken: Place[] = [];
    const leave = async (): Promise<void> => {
      for (const { quota, key } of taken) await this.shared.giveBack(quota, key);
    };
    try {
      for (const { quota, key } of places) {
        await this.shared.claim(quota, key);
        taken.push({ quota, key });
      }
      const result = await check();
      if (result !== null) for (const { quota, key } of taken) await this.shared.forget(quota, key);
      return result;
    } catch (error) {
      await leave();
      throw error;
    }
  }
}
