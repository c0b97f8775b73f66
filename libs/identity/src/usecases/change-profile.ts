import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { emailKeyOf } from '@cartwright/kernel';
import { Audit, InvalidInput } from '@cartwright/platform';
import { renameUser } from '../model/user';
import { accountOf, type AccountView } from './account-view';
import { OwnAccounts, type OwnAccount } from './own-account';
import { TakenAddresses } from './taken-addresses';

export interface ChangeProfileInput extends OwnAccount {
  readonly name: string;
  /** As it is when left out. Another one needs the current password, as it is what one logs in with. */
  readonly email?: string;
  readonly currentPassword?: string;
}

export class ChangeProfile extends Command<AccountView> {
  constructor(readonly input: ChangeProfileInput) {
    super();
  }
}

@CommandHandler(ChangeProfile)
export class ChangeProfileHandler implements ICommandHandler<ChangeProfile> {
  constructor(
    private readonly accounts: OwnAccounts,
    private readonly taken: TakenAddresses,
    private readonly audit: Audit,
  ) {}

  async execute({ input }: ChangeProfile): Promise<AccountView> {
    const { name, email, currentPassword } = input;
    const known = await this.accounts.get(input.userId);
    const change = async (): Promise<AccountView> =>
      accountOf(await this.accounts.change(input, (user) => renameUser(user, name, email ?? user.email)));
    if (email === undefined) return change();
    const isAnother = emailKeyOf(email) !== known.emailKey;
    if (isAnother) {
      if (currentPassword === undefined) throw new InvalidInput({ errors: [passwordNeeded] });
      await this.accounts.prove(known, currentPassword);
    }
    // Whoever reads another email can have another password: that stands in the audit log, a name does not.
    const accountable = isAnother ? () => this.audit.actOf('changeProfile', known, change) : change;
    return this.taken.watch(`account ${input.userId}`, accountable);
  }
}

const passwordNeeded = {
  path: 'currentPassword',
  code: 'required',
  message: 'currentPassword is required for changing the email.',
} as const;
