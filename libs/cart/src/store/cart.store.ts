import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { aggregateSchema, DocumentStore, isDuplicate, part, StaleVersion, StoreContext } from '@cartwright/platform';
import { Schema, type Model } from 'mongoose';
import type { CartOwner } from '../contract/cart-owner';
import { cartLifecycle, ownedBy, type Cart } from '../model/cart';

const text = { type: String, required: true };
const amount = { type: Number, required: true };
const reference = { type: Schema.Types.ObjectId, required: true };

const item = part(
  {
    product: reference,
    variant: reference,
    sku: text,
    name: text,
    brand: text,
    image: String,
    options: { type: Object, required: true },
    quantity: amount,
    price: amount,
  },
  true,
);

export const cartSchema = aggregateSchema('carts', {
  user: Schema.Types.ObjectId,
  guestId: String,
  status: { ...text, enum: cartLifecycle.states },
  currency: text,
  items: { type: [item], required: true },
  expiresAt: Date,
  orderId: Schema.Types.ObjectId,
  closedAt: Date,
  refilledAt: Date,
});
// One open cart for each owner, whatever happens at once.
cartSchema.index({ user: 1 }, { unique: true, partialFilterExpression: { status: 'open', user: { $exists: true } } });
cartSchema.index({ guestId: 1 }, { unique: true, partialFilterExpression: { status: 'open', guestId: { $exists: true } } });
cartSchema.index({ user: 1, closedAt: -1 }, { partialFilterExpression: { status: 'ordered', user: { $exists: true } } });
cartSchema.index({ guestId: 1, closedAt: -1 }, { partialFilterExpression: { status: 'ordered', guestId: { $exists: true } } });
cartSchema.index({ orderId: 1 }, { unique: true, partialFilterExpression: { orderId: { $exists: true } } });
// Carts that became orders have no such date, and stay.
cartSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

@Injectable()
export class CartStore extends DocumentStore<Cart> {
  constructor(@InjectModel('cart') model: Model<Cart>, context: StoreContext) {
    super(model, context, 'cart');
  }

  async openOf(owner: CartOwner): Promise<Cart | null> {
    return this.one({ ...ownedBy(owner), status: 'open' });
  }

  async lastOrderedOf(owner: CartOwner): Promise<Cart | null> {
    return this.one({ ...ownedBy(owner), status: 'ordered' }, { sort: { closedAt: -1 } });
  }

  async byOrder(orderId: string): Promise<Cart | null> {
    return this.one({ orderId });
  }

  /** Every cart of an owner, whatever became of it. By state, as each state has its index. */
  async removeAllOf(owner: CartOwner): Promise<void> {
    for (const status of ['open', 'ordered'] as const) await this.model.deleteMany({ ...ownedBy(owner), status }).session(this.session);
  }

  /** Writes the cart as it now is. Refuses `stale_version` also when the owner was given another first cart meanwhile. */
  async put(cart: Cart): Promise<Cart> {
    try {
      return await this.save({ next: cart, events: [] });
    } catch (error) {
      if (isDuplicate(error)) throw new StaleVersion({ subject: this.subject, id: cart.id });
      throw error;
    }
  }

  /** The cart becomes an order, unless it was edited or closed since that version. */
  async close(id: string, version: number, orderId: string, now: Date): Promise<void> {
    const { modifiedCount } = await this.model
      .updateOne(
        { _id: id, version, status: 'open' },
        { $set: { status: 'ordered', orderId, closedAt: now, updatedAt: now }, $unset: { expiresAt: 1 }, $inc: { version: 1 } },
      )
      .session(this.session);
    if (modifiedCount === 0) throw new StaleVersion({ subject: this.subject, id });
  }
}
