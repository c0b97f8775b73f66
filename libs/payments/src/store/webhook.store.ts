import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { erased } from '@cartwright/kernel';
import { aggregateSchema, DocumentStore, StoreContext } from '@cartwright/platform';
import type { Model } from 'mongoose';
import type { Webhook } from '../model/webhook';

export const webhookSchema = aggregateSchema('webhooks', {
  provider: { type: String, required: true },
  eventId: { type: String, required: true },
  type: { type: String, required: true },
  reference: String,
  payload: { type: String, required: true },
});
webhookSchema.index({ provider: 1, eventId: 1 }, { unique: true });
// Longer than one is sent again: by themselves Stripe does so for three days and Razorpay for one, by hand Stripe for thirty. One that came later still would only make us ask again.
webhookSchema.index({ createdAt: 1 }, { expireAfterSeconds: 90 * 24 * 3600 });
webhookSchema.index({ provider: 1, reference: 1 }, { partialFilterExpression: { reference: { $exists: true } } });

@Injectable()
export class WebhookStore extends DocumentStore<Webhook> {
  constructor(@InjectModel('webhook') model: Model<Webhook>, context: StoreContext) {
    super(model, context, 'webhook');
  }

  /** Leaves of what a provider wrote about something of ours nothing but that it did. */
  async forgetWords(provider: string, reference: string): Promise<void> {
    await this.model.updateMany({ provider, reference }, { $set: { payload: erased } }).session(this.session);
  }
}
