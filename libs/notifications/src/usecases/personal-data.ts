import { Injectable } from '@nestjs/common';
import { PersonalData, type Person } from '@cartwright/platform';
import { addressKeyOf } from '../model/mail';
import { SentMailStore } from '../store/sent-mail.store';

const batch = 100;

/** What notifications keeps about somebody: the log of the mails to their address, once they have shown to read it. */
@Injectable()
export class MailData {
  constructor(private readonly log: SentMailStore) {}

  @PersonalData('mails')
  async *mails({ verifiedEmail }: Person): AsyncGenerator<object> {
    if (verifiedEmail === undefined) return;
    for (let last: string | undefined; ;) {
      const found = await this.log.toAddress(addressKeyOf(verifiedEmail), last, batch);
      for (const { template, orderNumber, to, state, firstAttemptAt, lastAttemptAt } of found)
        yield { template, orderNumber, to, state, firstAttemptAt, lastAttemptAt };
      if (found.length < batch) return;
      last = found.at(-1)?.id;
    }
  }
}
