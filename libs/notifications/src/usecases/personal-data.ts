import { Injectable } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { BuyerErased } from '@cartwright/orders';
import { ErasesPersonalData, PersonalData, type ErasedPerson, type Person } from '@cartwright/platform';
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

  /** What was sent about an order is forgotten with the order's buyer; until then a mail about it may be on its way. */
  @ErasesPersonalData('mails')
  async forgetMails({ userId, verifiedEmail }: ErasedPerson): Promise<null> {
    if (verifiedEmail !== undefined) await this.log.forgetAddress(addressKeyOf(verifiedEmail));
    for (const letter of ['verification', 'password']) await this.log.forgetKeys(`${letter}-${userId}-`);
    return null;
  }
}

/** An order has forgotten its buyer, and so do the mails about it. */
@EventsHandler(BuyerErased)
export class ForgetOrderMails implements IEventHandler<BuyerErased> {
  constructor(private readonly log: SentMailStore) {}

  async handle({ data: { orderNumber } }: BuyerErased): Promise<void> {
    await this.log.forgetOrder(orderNumber);
  }
}
