import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { erased } from '@cartwright/kernel';
import { documentSchema, fromStored, isDuplicate, ListOrder, type Listed, type Slice } from '@cartwright/platform';
import { trusted, type Model, type QueryFilter } from 'mongoose';
import { mailTemplates, type MailTemplate } from '../model/mail';
import { mailStates, type MailState, type SentMail } from '../model/sent-mail';

const text = { type: String, required: true };
const instant = { type: Date, required: true };

/** One row for each mail, under its key. */
export const sentMailSchema = documentSchema('sentMails', {
  _id: text,
  template: { ...text, enum: mailTemplates },
  orderNumber: String,
  to: text,
  addressKey: String,
  messageId: text,
  state: { ...text, enum: mailStates },
  attempts: { type: Number, required: true },
  error: String,
  firstAttemptAt: instant,
  lastAttemptAt: instant,
});
// Lists show the latest first: all, or those of one state, kind or order.
sentMailSchema.index({ firstAttemptAt: -1, _id: -1 });
sentMailSchema.index({ state: 1, firstAttemptAt: -1, _id: -1 });
sentMailSchema.index({ template: 1, firstAttemptAt: -1, _id: -1 });
sentMailSchema.index({ orderNumber: 1, firstAttemptAt: -1, _id: -1 });

sentMailSchema.index({ addressKey: 1, _id: 1 }, { partialFilterExpression: { addressKey: { $exists: true } } });

const latestFirst = new ListOrder(-1, { firstAttemptAt: 'instant', _id: 'text' });

export interface SentMailFilter {
  readonly state?: MailState;
  readonly template?: MailTemplate;
  readonly orderNumber?: string;
}

/** Longer than an attempt can take: after so long without an answer, the process that made it must have died. */
export const attemptMs = 60_000;

/** The log of mails: what was sent, and what became of it. */
@Injectable()
export class SentMailStore {
  constructor(@InjectModel('sentMail') private readonly rows: Model<SentMail>) {}

  /**
   * Notes that a mail is about to be sent, which one process at a time may do. `false` when its fate is settled and nothing is left to do; throws when
   * another process is at it.
   */
  async claim(mail: Pick<SentMail, 'id' | 'template' | 'orderNumber' | 'to' | 'addressKey' | 'messageId'>): Promise<boolean> {
    const { id, messageId, ...about } = mail;
    const now = new Date();
    const left = { state: 'sending' as const, lastAttemptAt: trusted({ $lt: new Date(now.getTime() - attemptMs) }) };
    const update = {
      $set: { state: 'sending', lastAttemptAt: now, messageId },
      $inc: { attempts: 1 },
      $setOnInsert: { ...about, firstAttemptAt: now },
    };
    try {
      await this.rows.updateOne({ _id: id, $or: [{ state: 'deferred' }, left] }, update, { upsert: true });
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    const { state } = (await this.rows.findById(id).lean()) ?? {};
    if (state === 'accepted' || state === 'refused') return false;
    throw new Error(`The mail ${id} is being sent by another process, or was by one that died.`);
  }

  /** Notes what came of the attempt. What another process has settled in between stays. */
  async settle(id: string, state: Exclude<MailState, 'sending'>, error?: string): Promise<void> {
    const update = error === undefined ? { $set: { state }, $unset: { error: 1 } } : { $set: { state, error: error.slice(0, 500) } };
    await this.rows.updateOne({ _id: id, state: 'sending' }, update);
  }

  /** Leaves of the mails to an address nothing but that they were sent. */
  async forgetAddress(addressKey: string): Promise<void> {
    await this.forget({ addressKey });
  }

  /** The same of the mails about an order. */
  async forgetOrder(orderNumber: string): Promise<void> {
    await this.forget({ orderNumber });
  }

  /** The same of the mails whose keys begin so. */
  async forgetKeys(prefix: string): Promise<void> {
    // `~` is behind every character that a key is made of.
    await this.forget({ _id: trusted({ $gte: prefix, $lt: `${prefix}~` }) });
  }

  private async forget(which: QueryFilter<SentMail>): Promise<void> {
    await this.rows.updateMany(which, { $set: { to: erased }, $unset: { addressKey: 1, error: 1 } });
  }

  /** The mails to an address, in the order of their keys, after a given one. */
  async toAddress(addressKey: string, after: string | undefined, limit: number): Promise<SentMail[]> {
    const filter = after === undefined ? { addressKey } : { addressKey, _id: trusted({ $gt: after }) };
    return fromStored(await this.rows.find(filter, {}, { sort: { _id: 1 }, limit }).lean()) as SentMail[];
  }

  /** The mails that fit, the latest first. */
  async list({ state, template, orderNumber }: SentMailFilter, slice: Slice): Promise<Listed<SentMail>> {
    const where = { ...(state && { state }), ...(template && { template }), ...(orderNumber && { orderNumber }) };
    return latestFirst.list(this.rows, where, slice);
  }
}
