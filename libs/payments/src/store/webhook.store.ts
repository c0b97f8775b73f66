import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
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

@Injectable()
export class WebhookStore extends DocumentStore<Webhook> {
  constructor(@InjectModel('webhook') model: Model<Webhook>, context: StoreContext) {
    super(model, context, 'webhook');
  }
}
