import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { registerUser } from '../model/user';
import { UserStore } from '../store/user.store';
import { Passwords } from './passwords';
import { SignIn, type SignedIn } from './sign-in';
import { TakenAddresses } from './taken-addresses';

/** Makes an account and signs it in. `client` is where it comes from, `guestId` the guest that it was until now. */
export class Register extends Command<SignedIn> {
  constructor(
    readonly input: {
      readonly name: string;
      readonly email: string;
      readonly password: string;
      readonly client: string;
      readonly guestId: string | undefined;
    },
  ) {
    super();
  }
}

@CommandHandler(Register)
export class RegisterHandler implements ICommandHandler<Register> {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly taken: TakenAddresses,
    private readonly signIn: SignIn,
  ) {}

  async execute({ input: { name, email, password, client, guestId } }: Register): Promise<SignedIn> {
    // The work is the same for an address that is taken: the unique index tells, in the end.
    return this.taken.watch(client, async () => {
      const passwordHash = await this.passwords.hash(password);
      const change = registerUser(newId(), { name, email, passwordHash }, new Date());
      return this.signIn.with(() => this.users.save(change), guestId);
    });
  }
}
