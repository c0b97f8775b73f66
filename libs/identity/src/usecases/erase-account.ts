import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Audit, retryWhenStale, Timers, Transactions } from '@cartwright/platform';
import { LastAdmin, StillVendor, UserNotFound, WrongPassword } from '../contract/refusals';
import { EraseUser } from '../contract/user-commands';
import { beginErasure } from '../model/erasure';
import type { User } from '../model/user';
import { ErasureStore } from '../store/erasure.store';
import { SessionStore } from '../store/session.store';
import { UserStore } from '../store/user.store';
import { eraseAccounts } from './erasures';
import { OwnAccounts } from './own-account';

/**
 * Ends one's own account for ever: at once nobody can log in to it, and its email is free. What the contexts have of it goes afterwards. Refuses with
 * `identity.wrong_password`, `identity.last_admin`, and with `identity.still_vendor` whoever still sells here.
 */
export class EraseAccount extends Command<void> {
  constructor(readonly input: { readonly userId: string; readonly currentPassword: string }) {
    super();
  }
}

/** The end of accounts, whoever asks for it. */
@Injectable()
export class EndOfAccounts {
  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    private readonly erasures: ErasureStore,
    private readonly transactions: Transactions,
    private readonly timers: Timers,
  ) {}

  /** The account goes and its erasure begins, at one instant. `load` reads it in that transaction. */
  async end(load: () => Promise<User>): Promise<void> {
    await retryWhenStale(() =>
      this.transactions.run(async () => {
        const user = await load();
        if (user.roles.includes('vendor')) throw new StillVendor({});
        if (user.roles.includes('admin') && !(await this.users.holdAdminBesides(user.id))) throw new LastAdmin({});
        const now = new Date();
        await this.users.remove(user);
        await this.sessions.endAllOf(user.id);
        await this.erasures.save(beginErasure(user, now));
        this.transactions.afterCommit(() => this.timers.wakeAt(eraseAccounts, now));
      }),
    );
  }
}

@CommandHandler(EraseAccount)
export class EraseAccountHandler implements ICommandHandler<EraseAccount> {
  constructor(
    private readonly accounts: OwnAccounts,
    private readonly ends: EndOfAccounts,
    private readonly audit: Audit,
  ) {}

  async execute({ input: { userId, currentPassword } }: EraseAccount): Promise<void> {
    const known = await this.accounts.get(userId);
    await this.accounts.prove(known, currentPassword);
    const load = async (): Promise<User> => {
      const user = await this.accounts.get(userId);
      // Somebody else has changed it since it was proven: what was proven is the former one.
      if (user.passwordHash !== known.passwordHash) throw new WrongPassword({});
      return user;
    };
    await this.audit.actOf('eraseAccount', known, () => this.ends.end(load));
  }
}

@CommandHandler(EraseUser)
export class EraseUserHandler implements ICommandHandler<EraseUser> {
  constructor(
    private readonly users: UserStore,
    private readonly ends: EndOfAccounts,
  ) {}

  async execute({ input: { userId } }: EraseUser): Promise<void> {
    await this.ends.end(async () => {
      const user = await this.users.find(userId);
      if (!user) throw new UserNotFound({ id: userId });
      return user;
    });
  }
}
