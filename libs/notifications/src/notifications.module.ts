import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from '@cartwright/platform';
import { MailFolder } from './gateways/mail-folder';
import { Mailer } from './gateways/mailer';
import { SmtpMailer } from './gateways/smtp-mailer';
import { MailsController } from './http/mails.controller';
import { SentMailStore, sentMailSchema } from './store/sent-mail.store';
import { ListMailsHandler } from './usecases/list-mails';
import { OrderMails } from './usecases/order-mails';
import { PostRoom } from './usecases/post-room';
import { PreviewMailHandler } from './usecases/preview-mail';

const mailer = {
  provide: Mailer,
  inject: [Config],
  useFactory: ({ SMTP_URL, DATA_DIR }: Config): Mailer => (SMTP_URL ? new SmtpMailer(SMTP_URL) : new MailFolder(DATA_DIR)),
};

/** Tells buyers what happens to their orders. */
@Module({
  imports: [MongooseModule.forFeature([{ name: 'sentMail', schema: sentMailSchema }])],
  controllers: [MailsController],
  providers: [mailer, SentMailStore, PostRoom, OrderMails, ListMailsHandler, PreviewMailHandler],
})
export class NotificationsModule {}
