import { Logger, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '@cartwright/platform';
import { MailFolder } from './gateways/mail-folder';
import { Mailer } from './gateways/mailer';
import { SmtpMailer } from './gateways/smtp-mailer';
import { MailsController } from './http/mails.controller';
import { SentMailStore, sentMailSchema } from './store/sent-mail.store';
import { AccountMails, FarewellMail } from './usecases/account-mails';
import { ListMailsHandler } from './usecases/list-mails';
import { OrderMails } from './usecases/order-mails';
import { ForgetOrderMails, MailData } from './usecases/personal-data';
import { PostRoom } from './usecases/post-room';
import { PreviewMailHandler } from './usecases/preview-mail';

function mailerOf({ SMTP_URL, DATA_DIR, NODE_ENV }: Config): Mailer {
  if (SMTP_URL) return new SmtpMailer(SMTP_URL);
  if (NODE_ENV === 'production')
    new Logger('Mail').warn('Without SMTP_URL no buyer gets a mail: they are only written to DATA_DIR/outbox.');
  return new MailFolder(DATA_DIR);
}

/** Tells buyers what happens to their orders and accounts. */
@Module({
  imports: [MongooseModule.forFeature([{ name: 'sentMail', schema: sentMailSchema }])],
  controllers: [MailsController],
  providers: [
    { provide: Mailer, inject: [Config], useFactory: mailerOf },
    SentMailStore,
    PostRoom,
    OrderMails,
    AccountMails,
    FarewellMail,
    MailData,
    ForgetOrderMails,
    ListMailsHandler,
    PreviewMailHandler,
  ],
})
export class NotificationsModule {}
