import { Command, CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { emailKeyOf, newId } from '@cartwright/kernel';
import { Audit, Outbox, SharedState, Transactions, type Quota } from '@cartwright/platform';
import { PasswordResetAsked } from '../contract/identity-events';
import { InvalidLetterToken } from '../contract/refusals';
import { GetPasswordLetter, type Letter } from '../contract/user-queries';
import { sha256 } from '../model/session';
import { changePassword } from '../model/user';
import { SessionStore } from '../store/session.store';
import { UserStore } from '../store/user.store';
import { letterHours, LetterTokens, stateOf } from './letter-tokens';
import { OwnAccounts } from './own-account';
import { Passwords } from './passwords';

/** Letters to one address; whoever asks for more gets the same answer, and nobody's mailbox is filled. */
const quota: Quota = { name: 'password-letters', most: 3, windowMs: 60 * 60 * 1000, slack: 0 };

/** Has a letter sent with which its reader can choose another password. Says nothing of whether the address has an account, and takes the same time. */
export class AskForPasswordReset extends Command<void> {
  constructor(readonly input: { readonly email: string }) {
    super();
  }
}

/** Another password, by the token of a letter; every session ends. Refuses with `identity.invalid_letter_token`. */
export class ResetPassword extends Command<void> {
  constructor(readonly input: { readonly token: string; readonly newPassword: string }) {
    super();
  }
}

@CommandHandler(AskForPasswordReset)
export class AskForPasswordResetHandler implements ICommandHandler<AskForPasswordReset> {
  constructor(
    private readonly users: UserStore,
    private readonly shared: SharedState,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  async execute({ input: { email } }: AskForPasswordReset): Promise<void> {
    const { granted } = await this.shared.take(quota, sha256(emailKeyOf(email)));
    if (!granted) return;
    const resetId = newId();
    const userId = (await this.users.byEmail(email))?.id ?? null;
    await this.transactions.run(() => {
      this.outbox.tell(`password_reset:${resetId}`, [new PasswordResetAsked({ resetId, userId })], new Date());
      return Promise.resolve();
    });
  }
}

@QueryHandler(GetPasswordLetter)
export class GetPasswordLetterHandler implements IQueryHandler<GetPasswordLetter> {
  constructor(
    private readonly users: UserStore,
    private readonly tokens: LetterTokens,
  ) {}

  async execute({ input: { userId } }: GetPasswordLetter): Promise<Letter | null> {
    const user = await this.users.find(userId);
    if (!user) return null;
    return { to: user.email, name: user.name, token: await this.tokens.issue('password', user), hours: letterHours.password };
  }
}

@CommandHandler(ResetPassword)
export class ResetPasswordHandler implements ICommandHandler<ResetPassword> {
  constructor(
    private readonly users: UserStore,
    private readonly accounts: OwnAccounts,
    private readonly tokens: LetterTokens,
    private readonly passwords: Passwords,
    private readonly sessions: SessionStore,
    private readonly audit: Audit,
  ) {}

  async execute({ input: { token, newPassword } }: ResetPassword): Promise<void> {
    const { userId, state } = await this.tokens.read('password', token);
    // Asked before the work of hashing is done for a token that was used.
    const known = await this.users.find(userId);
    if (!known || stateOf('password', known) !== state) throw new InvalidLetterToken({});
    const passwordHash = await this.passwords.hash(newPassword);
    await this.audit.actOf('resetPassword', known, () =>
      this.accounts.change(
        { userId },
        (user) => {
          if (stateOf('password', user) !== state) throw new InvalidLetterToken({});
          return changePassword(user, passwordHash);
        },
        () => this.sessions.endAllOf(userId),
      ),
    );
  }
}
