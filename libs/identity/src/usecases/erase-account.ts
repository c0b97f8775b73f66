import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Audit, retryWhenStale, Timers, Transactions } from '@cartwright/platform';
import { LastAdmin, StillVendor, WrongPassword } from '../contract/refusals';
import { beginErasure } from '../model/erasure';
import type { User } from '../model/user';
import { ErasureStore } from '../store/erasure.store';
import { SessionStore } from '../store/session.store';
import { UserStore } from '../store/user.store';
import { eraseAccounts } from './erasures';
import { OwnAccounts } from './own-account';

/**
 * Ends an account for ever: at once nobody can log in to it, and its email is free. What the contexts have of it goes afterwards. Refuses with
 * `identity.wrong_password`, `identity.last_admin`, and with `identity.still_vendor` whoever still sells here.
 */
export class EraseAccount extends Command<void> {
  constructor(readonly input: { readonly userId: string; readonly currentPassword: string }) {
    super();
  }
}

@CommandHandler(EraseAccount)
export class EraseAccountHandler implements ICommandHandler<EraseAccount> {
  @Inject()
  private readonly audit!: Audit;

  constructor(
    private readonly accounts: OwnAccounts,
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    private readonly erasures: ErasureStore,
    private readonly transactions: Transactions,
    private readonly timers: Timers,
  ) {}

  async execute({ input: { userId, currentPassword } }: EraseAccount): Promise<void> {
    const known = await this.accounts.get(userId);
    await this.accounts.prove(known, currentPassword);
    await this.audit.actOf('eraseAccount', known, () => retryWhenStale(() => this.transactions.run(() => this.erase(known))));
  }

  private async erase({ id, passwordHash }: User): Promise<void> {
    const user = await this.accounts.get(id);
    // Somebody else has changed it since it was proven: what was proven is the former one.
    if (user.passwordHash !== passwordHash) throw new WrongPassword({});
    if (user.roles.includes('vendor')) throw new StillVendor({});
    if (user.roles.includes('admin') && !(await this.users.holdAdminBesides(id))) throw new LastAdmin({});
    const now = new Date();
    await this.users.remove(user);
    await this.sessions.endAllOf(id);
    await this.erasures.save(beginErasure(user, now));
    this.transactions.afterCommit(() => this.timers.wakeAt(eraseAccounts, now));
  }
}
