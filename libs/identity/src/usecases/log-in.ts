import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { emailKeyOf } from '@cartwright/kernel';
import { InvalidCredentials } from '../contract/refusals';
import type { User } from '../model/user';
import { UserStore } from '../store/user.store';
import { FailedAttempts } from './failed-attempts';
import { Passwords } from './passwords';
import { SignIn, type SignedIn } from './sign-in';

/** Signs an account in. `client` is where the attempt comes from, `guestId` the guest that the user was until now. */
export class LogIn extends Command<SignedIn> {
  constructor(
    readonly input: { readonly email: string; readonly password: string; readonly client: string; readonly guestId: string | undefined },
  ) {
    super();
  }
}

@CommandHandler(LogIn)
export class LogInHandler implements ICommandHandler<LogIn> {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly attempts: FailedAttempts,
    private readonly signIn: SignIn,
  ) {}

  async execute({ input: { email, password, client, guestId } }: LogIn): Promise<SignedIn> {
    const user = await this.attempts.watch({ account: emailKeyOf(email), from: client }, () => this.check(email, password));
    if (!user) throw new InvalidCredentials({});
    return this.signIn.with(() => Promise.resolve(user), guestId);
  }

  /** The same steps and the same work whether or not the email is known. */
  private async check(email: string, password: string): Promise<User | null> {
    const user = await this.users.byEmail(email);
    return (await this.passwords.matches(user?.passwordHash, password)) ? user : null;
  }
}
