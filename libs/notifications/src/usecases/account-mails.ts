import { CommandBus, EventsHandler, QueryBus, type IEventHandler } from '@nestjs/cqrs';
import {
  AccountErased,
  EmailChanged,
  ForgetFarewell,
  GetFarewell,
  GetPasswordLetter,
  GetVerificationLetter,
  PasswordResetAsked,
  UserRegistered,
  VerificationAsked,
} from '@cartwright/identity';
import { Config, OutsideTransaction } from '@cartwright/platform';
import { accountErased, emailVerification, passwordReset } from '../model/account-mails';
import { addressKeyOf, type Mail } from '../model/mail';
import { PostRoom } from './post-room';

type Heard = UserRegistered | EmailChanged | VerificationAsked | PasswordResetAsked;

/** Writes to the owners of accounts. The tokens are made when the mail is, and stand nowhere else. */
@OutsideTransaction('a mail that was accepted stands in the log under its key and is not sent again')
@EventsHandler(UserRegistered, EmailChanged, VerificationAsked, PasswordResetAsked)
export class AccountMails implements IEventHandler<Heard> {
  constructor(
    private readonly postRoom: PostRoom,
    private readonly queries: QueryBus,
    private readonly config: Config,
  ) {}

  async handle(event: Heard): Promise<void> {
    const mail = await this.mailOf(event);
    if (mail) await this.postRoom.send(mail);
  }

  private mailOf(event: Heard): Promise<Mail | null> {
    if (event instanceof PasswordResetAsked) return this.reset(event.data);
    if (event instanceof VerificationAsked) return this.verification(event.data, event.data.letterId);
    const { userId, email } = event.data;
    return this.verification({ userId, email }, event instanceof EmailChanged ? event.data.letterId : addressKeyOf(email));
  }

  private async reset({ resetId, userId }: PasswordResetAsked['data']): Promise<Mail | null> {
    const letter = userId && (await this.queries.execute(new GetPasswordLetter({ userId })));
    return letter ? passwordReset(`password-${userId}-${resetId}`, letter, this.config.STOREFRONT_URL) : null;
  }

  /** `which`: of the letters to this account. */
  private async verification({ userId, email }: GetVerificationLetter['input'], which: string): Promise<Mail | null> {
    const letter = await this.queries.execute(new GetVerificationLetter({ userId, email }));
    return letter && emailVerification(`verification-${userId}-${which}`, letter, this.config.STOREFRONT_URL);
  }
}

/** Confirms to people that they were forgotten, and forgets where that went. */
@OutsideTransaction('a mail that was accepted is not sent again, and an address that is forgotten stays so')
@EventsHandler(AccountErased)
export class FarewellMail implements IEventHandler<AccountErased> {
  constructor(
    private readonly postRoom: PostRoom,
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
  ) {}

  async handle({ data: { userId } }: AccountErased): Promise<void> {
    const farewell = await this.queries.execute(new GetFarewell({ userId }));
    if (farewell) await this.postRoom.send(accountErased(`erased-${userId}`, farewell));
    await this.commands.execute(new ForgetFarewell({ userId }));
  }
}
