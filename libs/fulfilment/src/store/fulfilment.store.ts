import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { addressFields, aggregateSchema, DocumentStore, part, StoreContext } from '@cartwright/platform';
import { Schema, trusted, type Model } from 'mongoose';
import { fulfilmentLifecycle, shipmentLifecycle, type Fulfilment } from '../model/fulfilment';

const text = { type: String, required: true };
const amount = { type: Number, required: true };
const reference = { type: Schema.Types.ObjectId, required: true };

const shipment = part(
  {
    carrier: text,
    trackingNumber: text,
    status: { ...text, enum: shipmentLifecycle.states },
    items: { type: [part({ item: reference, quantity: amount })], required: true },
    dispatchedAt: { type: Date, required: true },
    deliveredAt: Date,
  },
  true,
);

export const fulfilmentSchema = aggregateSchema('fulfilments', {
  orderId: reference,
  orderNumber: String,
  address: part(addressFields),
  lines: { type: [part({ itemId: reference, sku: text, name: text, quantity: amount })], required: true },
  status: { ...text, enum: fulfilmentLifecycle.states },
  shipments: { type: [shipment], required: true },
});
fulfilmentSchema.index({ orderId: 1 }, { unique: true });

@Injectable()
export class FulfilmentStore extends DocumentStore<Fulfilment> {
  constructor(@InjectModel('fulfilment') model: Model<Fulfilment>, context: StoreContext) {
    super(model, context, 'fulfilment', { never: true }); // its order is told the same
  }

  async ofOrder(orderId: string): Promise<Fulfilment | null> {
    return this.one({ orderId });
  }

  async ofOrders(orderIds: readonly string[]): Promise<Fulfilment[]> {
    return this.many({ orderId: trusted({ $in: [...orderIds] }) }, { limit: Math.max(1, orderIds.length) });
  }
}
