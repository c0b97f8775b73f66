import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { aggregateSchema, ListOrder, StoreContext, where, type Conditions, type Listed, type Slice } from '@cartwright/platform';
import { Schema, trusted, type Model } from 'mongoose';
import type { Refund } from '../model/refund';
import { FollowedStore } from './followed.store';

export const refundSchema = aggregateSchema('refunds', {
  orderId: { type: Schema.Types.ObjectId, required: true },
  key: { type: String, required: true },
  provider: { type: String, required: true },
  paymentReference: { type: String, required: true },
  amount: { type: Number, required: true },
  currency: { type: String, required: true },
  reason: { type: String, required: true },
  status: { type: String, required: true },
  released: { type: Boolean, required: true },
  attempt: { type: Number, required: true },
  reference: String,
  failureCode: String,
  nextCheckAt: Date,
});
refundSchema.index({ orderId: 1, key: 1 }, { unique: true });
refundSchema.index({ provider: 1, paymentReference: 1 });
refundSchema.index({ provider: 1, reference: 1 }, { partialFilterExpression: { reference: { $exists: true } } });
refundSchema.index({ createdAt: -1, _id: -1 });
refundSchema.index({ status: 1, createdAt: -1, _id: -1 });
refundSchema.index({ nextCheckAt: 1 }, { partialFilterExpression: { nextCheckAt: { $exists: true } } });

/** An order has few refunds; more than this at one payment is not read at once. */
const most = 1000;

const newestFirst = new ListOrder(-1, { createdAt: 'instant', _id: 'id' });

@Injectable()
export class RefundStore extends FollowedStore<Refund> {
  constructor(@InjectModel('refund') model: Model<Refund>, context: StoreContext) {
    super(model, context, 'refund', { unrecorded: ['nextCheckAt'] });
  }

  protected override upgrade(stored: Refund): Refund {
    return { ...{ released: false, attempt: 1 }, ...stored };
  }

  async byKey(orderId: string, key: string): Promise<Refund | null> {
    return this.one({ orderId, key });
  }

  async ofOrder(orderId: string): Promise<Refund[]> {
    return this.many({ orderId }, { sort: { key: 1 }, limit: most });
  }

  async ofOrders(orderIds: readonly string[]): Promise<Refund[]> {
    return this.many(
      { orderId: trusted({ $in: [...orderIds] }) },
      { sort: { orderId: 1, key: 1 }, limit: most * Math.max(1, orderIds.length) },
    );
  }

  /** Refunds of any order, newest first. */
  async list(wish: Conditions, slice: Slice): Promise<Listed<Refund>> {
    return this.listed(where(wish), newestFirst, slice);
  }

  /** Those that the gateway called pending, the longest unasked first. */
  async pending(limit: number): Promise<Refund[]> {
    return this.many({ nextCheckAt: trusted({ $exists: true }) }, { sort: { nextCheckAt: 1 }, limit });
  }

  async byReference(provider: string, reference: string): Promise<Refund | null> {
    return this.one({ provider, reference });
  }

  /** Whether one of the payment was recorded of which it is not known yet what the gateway calls it. */
  async isUnnamed(provider: string, paymentReference: string): Promise<boolean> {
    return (await this.one({ provider, paymentReference, status: 'requested' })) !== null;
  }

  async ofPayment(provider: string, paymentReference: string): Promise<Refund[]> {
    return this.many({ provider, paymentReference }, { limit: most });
  }
}
