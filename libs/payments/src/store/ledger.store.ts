import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { documentSchema, ListOrder, type Listed, type Slice } from '@cartwright/platform';
import { Schema, type Model } from 'mongoose';
import type { LedgerEntry } from '../model/ledger-entry';

export const ledgerSchema = documentSchema('paymentLedger', {
  orderId: { type: Schema.Types.ObjectId, required: true },
  provider: { type: String, required: true },
  call: { type: String, required: true },
  refundId: Schema.Types.ObjectId,
  outcome: { type: String, required: true },
  reference: String,
  state: String,
  amount: Number,
  currency: String,
  failureCode: String,
  reason: String,
  at: { type: Date, required: true },
});
ledgerSchema.index({ orderId: 1, at: 1 });

const oldestFirst = new ListOrder(1, { at: 'instant', _id: 'id' });

/** What the gateways said, one after the other. Entries are only ever added. */
@Injectable()
export class LedgerStore {
  constructor(@InjectModel('paymentLedger') private readonly model: Model<LedgerEntry>) {}

  async add(entry: LedgerEntry): Promise<void> {
    await this.model.create(entry);
  }

  /** Whether a gateway has said that so much was captured. */
  async saysCaptured(told: Pick<LedgerEntry, 'orderId' | 'reference' | 'amount'>): Promise<boolean> {
    return (await this.model.exists({ ...told, state: 'succeeded' })) !== null;
  }

  /** What was said about an order's payments and refunds, oldest first. */
  async ofOrder(orderId: string, slice: Slice): Promise<Listed<LedgerEntry>> {
    return oldestFirst.list(this.model, { orderId }, slice);
  }
}
