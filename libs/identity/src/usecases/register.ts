import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { registerUser } from '../model/user';
import { UserStore } from '../store/user.store';
import { Passwords } from './passwords';
import { SignIn, type SignedIn } from './sign-in';

/** Makes an account and signs it in. `guestId` is the guest that it was until now. */
export class Register extends Command<SignedIn> {
  constructor(
    readonly input: { readonly name: string; readonly email: string; readonly password: string; readonly guestId: string | undefined },
  ) {
    super();
  }
}

@CommandHandler(Register)
export class RegisterHandler implements ICommandHandler<Register> {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly signIn: SignIn,
  ) {}

  async execute({ input: { name, email, password, guestId } }: Register): Promise<SignedIn> {
    const passwordHash = await this.passwords.hash(password);
    const change = registerUser(newId(), { name, email, passwordHash }, new Date());
    return this.signIn.with(() => this.users.save(change), guestId);
  }
}
