import { Command, CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { emailKeyOf, newId, type Change } from '@cartwright/kernel';
import { Audit, Outbox, SharedState, Transactions, type Quota } from '@cartwright/platform';
import { VerificationAsked } from '../contract/identity-events';
import { InvalidLetterToken } from '../contract/refusals';
import { GetVerificationLetter, type Letter } from '../contract/user-queries';
import { verifyEmail, type User } from '../model/user';
import { UserStore } from '../store/user.store';
import { letterHours, LetterTokens, stateOf } from './letter-tokens';
import { OwnAccounts } from './own-account';

/** Notes that the account's email is read by its owner, by the token of a letter; twice is once. Refuses with `identity.invalid_letter_token`. */
export class VerifyEmail extends Command<void> {
  constructor(readonly input: { readonly token: string }) {
    super();
  }
}

/** Letters about one account's email. */
const quota: Quota = { name: 'verification-letters', most: 3, windowMs: 60 * 60 * 1000, slack: 0 };

/** Has another letter sent that asks whether the account's email is its owner's; nothing happens when that is known. At most three an hour: `TooManyRequests`. */
export class AskForVerification extends Command<void> {
  constructor(readonly input: { readonly userId: string }) {
    super();
  }
}

@CommandHandler(AskForVerification)
export class AskForVerificationHandler implements ICommandHandler<AskForVerification> {
  constructor(
    private readonly accounts: OwnAccounts,
    private readonly shared: SharedState,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  async execute({ input: { userId } }: AskForVerification): Promise<void> {
    const { emailVerifiedAt } = await this.accounts.get(userId);
    if (emailVerifiedAt) return;
    await this.shared.claim(quota, userId);
    const letterId = newId();
    await this.transactions.run(() => {
      this.outbox.tell(`verification:${letterId}`, [new VerificationAsked({ userId, letterId })], new Date());
      return Promise.resolve();
    });
  }
}

@QueryHandler(GetVerificationLetter)
export class GetVerificationLetterHandler implements IQueryHandler<GetVerificationLetter> {
  constructor(
    private readonly users: UserStore,
    private readonly tokens: LetterTokens,
  ) {}

  async execute({ input: { userId, email } }: GetVerificationLetter): Promise<Letter | null> {
    const user = await this.users.find(userId);
    if (!user || user.emailVerifiedAt || (email && user.emailKey !== emailKeyOf(email))) return null;
    return { to: user.email, name: user.name, token: await this.tokens.issue('email', user), hours: letterHours.email };
  }
}

@CommandHandler(VerifyEmail)
export class VerifyEmailHandler implements ICommandHandler<VerifyEmail> {
  constructor(
    private readonly users: UserStore,
    private readonly accounts: OwnAccounts,
    private readonly tokens: LetterTokens,
    private readonly audit: Audit,
  ) {}

  async execute({ input: { token } }: VerifyEmail): Promise<void> {
    const { userId, state } = await this.tokens.read('email', token);
    const known = await this.users.find(userId);
    if (!known || stateOf('email', known) !== state) throw new InvalidLetterToken({});
    if (known.emailVerifiedAt) return;
    const verify = (user: User): Change<User> => {
      if (stateOf('email', user) !== state) throw new InvalidLetterToken({});
      return verifyEmail(user, new Date());
    };
    await this.audit.actOf('verifyEmail', known, () => this.accounts.change({ userId }, verify));
  }
}
