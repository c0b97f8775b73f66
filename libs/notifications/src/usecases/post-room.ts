import { Injectable, Logger } from '@nestjs/common';
import { erased, erasedEmail } from '@cartwright/kernel';
import { Config } from '@cartwright/platform';
import { Mailer, RecipientRefused } from '../gateways/mailer';
import { asHtml, asText } from '../model/layout';
import { addressKeyOf, maskedAddress, messageIdOf, type Mail } from '../model/mail';
import { SentMailStore } from '../store/sent-mail.store';

/** Sends each mail once, as far as that can be: a process that dies between the mail server's yes and the log sends it again, under the same Message-Id. */
@Injectable()
export class PostRoom {
  private readonly logger = new Logger(PostRoom.name);
  private readonly from: string;
  private readonly host: string;

  constructor(
    private readonly mailer: Mailer,
    private readonly log: SentMailStore,
    config: Config,
  ) {
    this.from = config.MAIL_FROM ?? 'Cartwright <shop@localhost>';
    this.host = config.PUBLIC_URL ? new URL(config.PUBLIC_URL).hostname : (/@([^\s>]+)/.exec(this.from)?.[1] ?? 'localhost');
  }

  /** Throws when the mail has not gone out and should be tried again later. A recipient that is refused for good is noted in the log of mails. */
  async send(mail: Mail): Promise<void> {
    const { key, template, orderNumber, to, subject } = mail;
    if (to === erasedEmail) return; // whoever it was for has been forgotten in the meantime
    const messageId = messageIdOf(key, this.host);
    const recipient = mail.forgets ? { to: erased } : { to: maskedAddress(to), addressKey: addressKeyOf(to) };
    const line = { id: key, template, orderNumber, ...recipient, messageId };
    if (!(await this.log.claim(line))) return;
    try {
      await this.mailer.send({ key, messageId, from: this.from, to, subject, text: asText(mail), html: asHtml(mail) });
    } catch (error) {
      const failure = withoutAddress(error as Error, to);
      await this.log.settle(key, error instanceof RecipientRefused ? 'refused' : 'deferred', failure.message);
      if (!(error instanceof RecipientRefused)) throw failure;
      this.logger.warn(`The recipient of mail ${key} is refused: ${failure.message}`);
      return;
    }
    await this.log.settle(key, 'accepted');
  }
}

/** Mail servers repeat the address in what they say; it belongs in no log. */
function withoutAddress({ message }: Error, address: string): Error {
  return new Error(message.replaceAll(address, maskedAddress(address)));
}
