import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { checkVersion, retryWhenStale, Transactions } from '@cartwright/platform';
import { LastAdmin, UserNotFound } from '../contract/refusals';
import type { AccountRole } from '../contract/user-view';
import { changeRoles, hasRoles, type User } from '../model/user';
import { SessionStore } from '../store/session.store';
import { UserStore } from '../store/user.store';
import { accountOf, type AccountView } from './account-view';

export interface ChangeRolesInput {
  readonly userId: string;
  readonly roles: readonly AccountRole[];
  readonly expectedVersion?: number;
}

/** Gives an account exactly these roles, and `user`. Its sessions end, so that the next login or refresh brings tokens of the new roles only. */
export class ChangeRoles extends Command<AccountView> {
  constructor(readonly input: ChangeRolesInput) {
    super();
  }
}

@CommandHandler(ChangeRoles)
export class ChangeRolesHandler implements ICommandHandler<ChangeRoles> {
  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: ChangeRoles): Promise<AccountView> {
    return accountOf(await retryWhenStale(() => this.transactions.run(() => this.change(input))));
  }

  private async change({ userId, roles, expectedVersion }: ChangeRolesInput): Promise<User> {
    const user = await this.users.find(userId);
    if (!user) throw new UserNotFound({ id: userId });
    checkVersion(user, expectedVersion);
    if (hasRoles(user, roles)) return user;
    await this.keepAnAdmin(user, roles);
    const saved = await this.users.save(changeRoles(user, roles));
    await this.sessions.endAllOf(userId);
    return saved;
  }

  private async keepAnAdmin(user: User, roles: readonly AccountRole[]): Promise<void> {
    if (!user.roles.includes('admin') || roles.includes('admin')) return;
    if (!(await this.users.holdAdminBesides(user.id))) throw new LastAdmin({});
  }
}
