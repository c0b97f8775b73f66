import { Command, CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { emailKeyOf } from '@cartwright/kernel';
import { InvalidLetterToken } from '../contract/refusals';
import { GetVerificationLetter, type Letter } from '../contract/user-queries';
import { verifyEmail } from '../model/user';
import { UserStore } from '../store/user.store';
import { letterHours, LetterTokens, stateOf } from './letter-tokens';
import { OwnAccounts } from './own-account';

/** Notes that the account's email is read by its owner, by the token of a letter; twice is once. Refuses with `identity.invalid_letter_token`. */
export class VerifyEmail extends Command<void> {
  constructor(readonly input: { readonly token: string }) {
    super();
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
    if (!user || user.emailVerifiedAt || user.emailKey !== emailKeyOf(email)) return null;
    return { to: user.email, name: user.name, token: await this.tokens.issue('email', user), hours: letterHours.email };
  }
}

@CommandHandler(VerifyEmail)
export class VerifyEmailHandler implements ICommandHandler<VerifyEmail> {
  constructor(
    private readonly users: UserStore,
    private readonly accounts: OwnAccounts,
    private readonly tokens: LetterTokens,
  ) {}

  async execute({ input: { token } }: VerifyEmail): Promise<void> {
    const { userId, state } = await this.tokens.read('email', token);
    const known = await this.users.find(userId);
    if (!known || stateOf('email', known) !== state) throw new InvalidLetterToken({});
    if (known.emailVerifiedAt) return;
    await this.accounts.change({ userId }, (user) => {
      if (stateOf('email', user) !== state) throw new InvalidLetterToken({});
      return verifyEmail(user, new Date());
    });
  }
}
