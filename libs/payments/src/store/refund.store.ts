import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { aggregateSchema, DocumentStore, StoreContext } from '@cartwright/platform';
import { Schema, type Model } from 'mongoose';
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
});
refundSchema.index({ orderId: 1, key: 1 }, { unique: true });
refundSchema.index({ provider: 1, paymentReference: 1 });

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
}
