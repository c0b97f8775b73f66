import { EventsHandler, QueryBus, type IEventHandler } from '@nestjs/cqrs';
import { EmailChanged, GetPasswordLetter, GetVerificationLetter, PasswordResetAsked, UserRegistered } from '@cartwright/identity';
import { Config, OutsideTransaction } from '@cartwright/platform';
import { emailVerification, passwordReset } from '../model/account-mails';
import { addressKeyOf, type Mail } from '../model/mail';
import { PostRoom } from './post-room';

type Heard = UserRegistered | EmailChanged | PasswordResetAsked;

/** Writes to the owners of accounts. The tokens are made when the mail is, and stand nowhere else. */
@OutsideTransaction('a mail that was accepted stands in the log under its key and is not sent again')
@EventsHandler(UserRegistered, EmailChanged, PasswordResetAsked)
export class AccountMails implements IEventHandler<Heard> {
  constructor(
    private readonly postRoom: PostRoom,
    private readonly queries: QueryBus,
    private readonly config: Config,
  ) {}

  async handle(event: Heard): Promise<void> {
    const mail = event instanceof PasswordResetAsked ? await this.reset(event.data) : await this.verification(event.data);
    if (mail) await this.postRoom.send(mail);
  }

  private async reset({ resetId, email }: PasswordResetAsked['data']): Promise<Mail | null> {
    const letter = await this.queries.execute(new GetPasswordLetter({ email }));
    return letter && passwordReset(`password-${resetId}`, letter, this.config.STOREFRONT_URL);
  }

  private async verification({ userId, email }: { readonly userId: string; readonly email: string }): Promise<Mail | null> {
    const letter = await this.queries.execute(new GetVerificationLetter({ userId, email }));
    return letter && emailVerification(`verification-${userId}-${addressKeyOf(email)}`, letter, this.config.STOREFRONT_URL);
  }
}
