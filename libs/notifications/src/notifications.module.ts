import { Module } from '@nestjs/common';
import { MailFolder } from './gateways/mail-folder';
import { OrderMails } from './usecases/order-mails';

@Module({ providers: [MailFolder, OrderMails] })
export class NotificationsModule {}
