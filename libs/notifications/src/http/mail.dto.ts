import { Instant, OneOf, PageQuery, Text, Whole } from '@cartwright/platform';
import { mailTemplates, type MailTemplate } from '../model/mail';
import { mailStates, type MailState, type SentMail } from '../model/sent-mail';
import type { Preview } from '../usecases/preview-mail';

export class MailQuery extends PageQuery {
  @OneOf(mailStates, { optional: true, description: 'Only those of which this became.' })
  state?: MailState;
  @OneOf(mailTemplates, { optional: true, description: 'Only this kind of mail.' })
  template?: MailTemplate;
  @Text({ max: 40, optional: true, description: 'Only those about this order.' })
  orderNumber?: string;
}

export class SentMailDto {
  @Text({ description: 'Names the mail for ever.', example: 'CW-7K3QH-confirmation' })
  key!: string;
  @OneOf(mailTemplates)
  template!: string;
  @Text({ optional: true, description: 'The order that it is about, if it is about one.', example: 'CW-7K3QH' })
  orderNumber?: string;
  @Text({ description: 'The address, masked: the log keeps no more of it.', example: 'a***@example.com' })
  to!: string;
  @Text({ description: 'The same each time that the mail is sent.', example: '<CW-7K3QH-confirmation@shop.example>' })
  messageId!: string;
  @OneOf(mailStates, {
    description:
      'sending: handed over right now. accepted: the mail server has it. deferred: it is tried again. refused: no such recipient.',
  })
  state!: string;
  @Whole({ description: 'How often it was tried.' })
  attempts!: number;
  @Text({ optional: true, description: 'What the last attempt failed with.', example: '421 Try again later' })
  error?: string;
  @Instant({ description: 'When it was tried first.' })
  firstAttemptAt!: Date;
  @Instant({ description: 'When it was tried last.' })
  lastAttemptAt!: Date;

  static of({ id, template, orderNumber, to, messageId, state, attempts, error, firstAttemptAt, lastAttemptAt }: SentMail): SentMailDto {
    return { key: id, template, orderNumber, to, messageId, state, attempts, error, firstAttemptAt, lastAttemptAt };
  }
}

export class MailPreviewDto {
  @OneOf(mailTemplates)
  template!: string;
  @Text({ example: 'Your order CW-EXAMPLE' })
  subject!: string;
  @Text({ description: 'What a reader without HTML sees.' })
  text!: string;
  @Text({ description: 'What a reader with HTML sees: a whole page.' })
  html!: string;

  static of({ template, subject, text, html }: Preview): MailPreviewDto {
    return { template, subject, text, html };
  }
}
