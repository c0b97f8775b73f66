import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Audit } from '@cartwright/platform';
import { WrongPassword } from '../contract/refusals';
import { changePassword } from '../model/user';
import { SessionStore } from '../store/session.store';
import { OwnAccounts } from './own-account';
import { Passwords } from './passwords';

export interface ChangePasswordInput {
  readonly userId: string;
  /** The session that goes on; all others end. */
  readonly sessionId: string;
  readonly currentPassword: string;
  readonly newPassword: string;
}

export class ChangePassword extends Command<void> {
  constructor(readonly input: ChangePasswordInput) {
    super();
  }
}

@CommandHandler(ChangePassword)
export class ChangePasswordHandler implements ICommandHandler<ChangePassword> {
  constructor(
    private readonly accounts: OwnAccounts,
    private readonly passwords: Passwords,
    private readonly sessions: SessionStore,
    private readonly audit: Audit,
  ) {}

  async execute({ input: { userId, sessionId, currentPassword, newPassword } }: ChangePassword): Promise<void> {
    const known = await this.accounts.get(userId);
    await this.accounts.prove(known, currentPassword);
    const passwordHash = await this.passwords.hash(newPassword);
    await this.audit.actOf('changePassword', known, () =>
      this.accounts.change(
        { userId },
        (user) => {
          // Somebody else has changed it since it was proven: what was proven is the former one.
          if (user.passwordHash !== known.passwordHash) throw new WrongPassword({});
          return changePassword(user, passwordHash);
        },
        async (saved) => {
          await this.sessions.endAllOf(userId, sessionId);
          await this.sessions.renew(sessionId, saved.sessionEpoch);
        },
      ),
    );
  }
}
