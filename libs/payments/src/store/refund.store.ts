import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { aggregateSchema, DocumentStore, fromStored, StoreContext } from '@cartwright/platform';
import { Schema, trusted, type Model } from 'mongoose';
import type { Refund } from '../model/refund';

export const refundSchema = aggregateSchema('refunds', {
  orderId: { type: Schema.Types.ObjectId, required: true },
  key: { type: String, required: true },
  provider: { type: String, required: true },
  paymentReference: { type: String, required: true },
  amount: { type: Number, required: true },
  currency: { type: String, required: true },
  reason: { type: String, required: true },
  status: { type: String, required: true },
  reference: String,
  failureCode: String,
  nextCheckAt: Date,
});
refundSchema.index({ orderId: 1, key: 1 }, { unique: true });
refundSchema.index({ provider: 1, paymentReference: 1 });
refundSchema.index({ nextCheckAt: 1 }, { partialFilterExpression: { nextCheckAt: { $exists: true } } });

/** An order has few refunds; more than this at one payment is not read at once. */
const most = 1000;

@Injectable()
export class RefundStore extends DocumentStore<Refund> {
  constructor(@InjectModel('refund') model: Model<Refund>, context: StoreContext) {
    super(model, context, 'refund');
  }

  async byKey(orderId: string, key: string): Promise<Refund | null> {
    return this.one({ orderId, key });
  }

  async ofPayment(provider: string, paymentReference: string): Promise<Refund[]> {
    return this.many({ provider, paymentReference }, { limit: most });
  }

  /** Takes one pending refund that is due to be asked about, and puts off its next check so that no other process takes it meanwhile. */
  async takeDue(now: Date, leaseMs: number): Promise<Refund | null> {
    const taken: unknown = await this.model
      .findOneAndUpdate(
        { nextCheckAt: trusted({ $lte: now }) },
        { $set: { nextCheckAt: new Date(now.getTime() + leaseMs) }, $inc: { version: 1 } },
        { sort: { nextCheckAt: 1 }, returnDocument: 'after' },
      )
      .lean();
    return fromStored(taken) as Refund | null;
  }
}
