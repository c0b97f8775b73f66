import { Injectable } from '@nestjs/common';
import { TooManyRequests } from '@cartwright/platform';

interface Account {
  failures: number;
  endsAt: number;
  /** The attempt in hand. Attempts on one account go one after another, or a hundred at once would all find room for one more. */
  line: Promise<unknown>;
  waiting: number;
}

const most = 10;
const windowMs = 15 * 60 * 1000;
/** Bounds the memory that guessing at ever new names can take: the oldest are forgotten. */
const mostRemembered = 100_000;

/** Counts failed guesses at a password: at most ten in a quarter of an hour for each key. In the memory of this process. */
@Injectable()
export class FailedAttempts {
  private readonly accounts = new Map<string, Account>();

  /** Runs the check, which answers `null` for a failure. Throws `TooManyRequests` instead once there were too many. */
  async watch<T>(key: string, check: () => Promise<T | null>): Promise<T | null> {
    const account = this.accountOf(key);
    const mine = account.line.then(() => this.once(account, check));
    account.waiting += 1;
    account.line = mine.then(noop, noop);
    return mine.finally(() => {
      account.waiting -= 1;
      if (account.waiting === 0 && account.failures === 0) this.accounts.delete(key);
    });
  }

  private async once<T>(account: Account, check: () => Promise<T | null>): Promise<T | null> {
    const now = Date.now();
    if (account.endsAt <= now) Object.assign(account, { failures: 0, endsAt: now + windowMs });
    if (account.failures >= most) throw new TooManyRequests({ retryAfter: Math.ceil((account.endsAt - now) / 1000) });
    const result = await check();
    account.failures = result === null ? account.failures + 1 : 0;
    return result;
  }

  private accountOf(key: string): Account {
    const known = this.accounts.get(key);
    if (known) return known;
    if (this.accounts.size >= mostRemembered) this.forgetOldest();
    const account: Account = { failures: 0, endsAt: 0, line: Promise.resolve(), waiting: 0 };
    this.accounts.set(key, account);
    return account;
  }

  private forgetOldest(): void {
    const [oldest] = this.accounts.keys();
    if (oldest !== undefined) this.accounts.delete(oldest);
  }
}

function noop(): void {}
