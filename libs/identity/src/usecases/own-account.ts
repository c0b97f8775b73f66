import { Injectable } from '@nestjs/common';
import type { Change } from '@cartwright/kernel';
import { checkVersion, retryWhenStale, Transactions, Unauthenticated } from '@cartwright/platform';
import { WrongPassword } from '../contract/refusals';
import type { User } from '../model/user';
import { UserStore } from '../store/user.store';
import { FailedAttempts } from './failed-attempts';
import { Passwords } from './passwords';

/** Whose account, and the version that the caller has seen, if the caller said. */
export interface OwnAccount {
  readonly userId: string;
  readonly expectedVersion?: number;
}

/** What a signed-in user's use cases have in common: their own account, and the proof that it is really they. */
@Injectable()
export class OwnAccounts {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly attempts: FailedAttempts,
    private readonly transactions: Transactions,
  ) {}

  /** The account behind a token. A token whose account is gone is worth nothing. */
  async get(userId: string): Promise<User> {
    const user = await this.users.find(userId);
    if (!user) throw new Unauthenticated({ reason: 'The account of this token does not exist any more.' });
    return user;
  }

  /** Loads, decides, saves; `alongside` is written in the same transaction. */
  async change(own: OwnAccount, decide: (user: User) => Change<User>, alongside?: (saved: User) => Promise<void>): Promise<User> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const user = await this.get(own.userId);
        checkVersion(user, own.expectedVersion);
        const saved = await this.users.save(decide(user));
        await alongside?.(saved);
        return saved;
      }),
    );
  }

  /** Refuses whoever does not know the current password, and soon whoever goes on guessing it. */
  async prove(user: User, currentPassword: string): Promise<void> {
    const check = async (): Promise<true | null> => (await this.passwords.matches(user.passwordHash, currentPassword)) || null;
    if (!(await this.attempts.watch({ account: `account ${user.id}`, from: 'itself' }, check))) throw new WrongPassword({});
  }
}
