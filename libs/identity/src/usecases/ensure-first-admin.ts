import { Logger } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { acting, Config, retryWhenStale, Transactions } from '@cartwright/platform';
import { EmailTaken } from '../contract/refusals';
import { EnsureFirstAdmin } from '../contract/user-commands';
import { checkAccount } from '../contract/account-rules';
import { changePassword, changeRoles, createUser } from '../model/user';
import { SessionStore } from '../store/session.store';
import { UserStore } from '../store/user.store';
import { Passwords } from './passwords';

const firstAdminName = 'Admin';

@CommandHandler(EnsureFirstAdmin)
export class EnsureFirstAdminHandler implements ICommandHandler<EnsureFirstAdmin> {
  private readonly logger = new Logger(EnsureFirstAdminHandler.name);

  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionStore,
    private readonly passwords: Passwords,
    private readonly transactions: Transactions,
    private readonly config: Config,
  ) {}

  async execute(): Promise<void> {
    await acting({ action: 'ensureFirstAdmin', actor: { kind: 'system', id: 'system', roles: [] } }, () => this.ensure());
  }

  private async ensure(): Promise<void> {
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = this.config;
    if (!email || !password || (await this.users.hasAdmin())) return;
    checkAccount({ name: firstAdminName, email, password });
    const passwordHash = await this.passwords.hash(password);
    if (await this.create(email, passwordHash)) this.logger.log('The first admin was made from ADMIN_EMAIL and ADMIN_PASSWORD.');
    else await retryWhenStale(() => this.transactions.run(() => this.appoint(email, passwordHash)));
  }

  /** False when the email has an account: another process was faster, or somebody registered with it. */
  private async create(email: string, passwordHash: string): Promise<boolean> {
    try {
      await this.users.save(createUser(newId(), { name: firstAdminName, email, passwordHash, roles: ['admin'] }, new Date()));
      return true;
    } catch (error) {
      if (error instanceof EmailTaken) return false;
      throw error;
    }
  }

  /**
   * An account that somebody made with this email becomes the admin, but with the operator's password and without any of its sessions: the
   * email was not verified, so whoever made the account need not be the operator.
   */
  private async appoint(email: string, passwordHash: string): Promise<void> {
    const user = await this.users.byEmail(email);
    if (!user || user.roles.includes('admin')) return;
    await this.users.save(changePassword(changeRoles(user, [...user.roles, 'admin']).next, passwordHash));
    await this.sessions.endAllOf(user.id);
    this.logger.log('The account of ADMIN_EMAIL became the first admin, with ADMIN_PASSWORD as its password.');
  }
}
