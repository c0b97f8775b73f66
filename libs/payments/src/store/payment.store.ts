import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { aggregateSchema, ListOrder, StoreContext, where, type Conditions, type Listed, type Slice } from '@cartwright/platform';
import { Schema, trusted, type Model } from 'mongoose';
import { NoPayment } from '../contract/refusals';
import type { Payment } from '../model/payment';
import { FollowedStore } from './followed.store';

export const paymentSchema = aggregateSchema('payments', {
  orderId: { type: Schema.Types.ObjectId, required: true },
  orderNumber: { type: String, required: true },
  attempt: { type: Number, required: true },
  provider: { type: String, required: true },
  token: String,
  customer: String,
  saveMethod: Boolean,
  email: { type: String, required: true },
  amount: { type: Number, required: true },
  currency: { type: String, required: true },
  captureMode: { type: String, required: true },
  status: { type: String, required: true },
  reference: String,
  clientSecret: String,
  nextAction: Object,
  failureCode: String,
  captureRequested: Number,
  capturedAmount: { type: Number, required: true },
  releasedAmount: { type: Number, required: true },
  refundedAmount: { type: Number, required: true },
  withdrawnAt: Date,
  nextCheckAt: Date,
  checks: { type: Number, required: true },
});
paymentSchema.index({ orderId: 1, attempt: 1 }, { unique: true });
paymentSchema.index({ provider: 1, reference: 1 }, { unique: true, partialFilterExpression: { reference: { $exists: true } } });
paymentSchema.index({ orderNumber: 1, attempt: 1 });
paymentSchema.index({ createdAt: -1, _id: -1 });
paymentSchema.index({ status: 1, createdAt: -1, _id: -1 });
paymentSchema.index({ nextCheckAt: 1 }, { partialFilterExpression: { nextCheckAt: { $exists: true } } });

const newestFirst = new ListOrder(-1, { createdAt: 'instant', _id: 'id' });

@Injectable()
export class PaymentStore extends FollowedStore<Payment> {
  constructor(@InjectModel('payment') model: Model<Payment>, context: StoreContext) {
    super(model, context, 'payment', { id: ({ orderNumber }) => orderNumber, unrecorded: ['nextCheckAt', 'checks'] });
  }

  /** Before money could be held, what was captured was the whole amount. */
  protected override upgrade(stored: Payment): Payment {
    const capturedAmount = stored.status === 'captured' ? stored.amount : 0;
    return { ...{ captureMode: 'automatic', capturedAmount, releasedAmount: 0 }, ...stored };
  }

  async ofOrder(orderId: string): Promise<Payment> {
    const payment = await this.one({ orderId }, { sort: { attempt: -1 } });
    if (!payment) throw new NoPayment({ orderId });
    return payment;
  }

  async ofOrders(orderIds: readonly string[]): Promise<Payment[]> {
    return this.many({ orderId: trusted({ $in: [...orderIds] }) }, { sort: { attempt: 1 }, limit: 10_000 });
  }

  async byNumber(orderNumber: string): Promise<Payment> {
    const payment = await this.one({ orderNumber }, { sort: { attempt: -1 } });
    if (!payment) throw new NoPayment({ orderId: orderNumber });
    return payment;
  }

  /** Payments of any order, newest first. */
  async list(wish: Conditions, slice: Slice): Promise<Listed<Payment>> {
    return this.listed(where(wish), newestFirst, slice);
  }

  /** Every payment, in the order of their ids, after a given one. */
  async after(last: string | undefined, limit: number): Promise<Payment[]> {
    return this.many(last ? { _id: trusted({ $gt: last }) } : {}, { sort: { _id: 1 }, limit });
  }

  /** Those about which there is something left to learn, the longest unasked first. */
  async unfinished(limit: number): Promise<Payment[]> {
    return this.many({ nextCheckAt: trusted({ $exists: true }) }, { sort: { nextCheckAt: 1 }, limit });
  }

  async byReference(provider: string, reference: string): Promise<Payment | null> {
    return this.one({ provider, reference });
  }
}
