import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { emailKeyOf } from '@cartwright/kernel';
import {
  addressFields,
  aggregateSchema,
  DocumentStore,
  ListOrder,
  part,
  StoreContext,
  where,
  type Conditions,
  type Listed,
  type Slice,
} from '@cartwright/platform';
import { Schema, trusted, type Model } from 'mongoose';
import { OrderNotFound } from '../contract/refusals';
import type { Buyer, Order } from '../model/order';
import type { OrderSearch, OrderSort } from '../model/order-search';

const amount = { type: Number, required: true };
const text = { type: String, required: true };
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
    backordered: Number,
    priceAtPurchase: amount,
    lineTotal: amount,
  },
  true,
);
const shipment = part(
  {
    carrier: text,
    trackingNumber: text,
    status: text,
    items: [part({ item: reference, quantity: amount })],
    dispatchedAt: { type: Date, required: true },
    deliveredAt: Date,
  },
  true,
);
const pieces = part({ item: reference, quantity: amount });
const cancellation = part({ items: [pieces], reason: text, by: text, at: { type: Date, required: true } }, true);
const orderReturn = part(
  {
    status: text,
    items: [pieces],
    reason: String,
    requestedAt: { type: Date, required: true },
    declineReason: String,
    decidedAt: Date,
    received: { type: [part({ item: reference, quantity: amount, condition: text })], default: undefined },
    receivedAt: Date,
  },
  true,
);
const refund = part({
  key: text,
  amount,
  items: [part({ item: reference, quantity: amount, amount })],
  shipping: amount,
  reason: text,
  by: text,
  at: { type: Date, required: true },
  status: text,
});
const historyEntry = part({ from: String, to: text, at: { type: Date, required: true }, by: text, actorId: String, reason: String });

const anyCase = { locale: 'en', strength: 2 };

export const orderSchema = aggregateSchema('orders', {
  orderNumber: text,
  user: Schema.Types.ObjectId,
  guestId: String,
  email: text,
  guestEmailKey: String,
  cartId: reference,
  checkoutKey: String,
  items: { type: [item], required: true },
  subtotal: amount,
  discountTotal: amount,
  shippingTotal: amount,
  taxTotal: amount,
  totalAmount: amount,
  currency: text,
  shippingAddress: { type: part(addressFields), required: true },
  billingAddress: part(addressFields),
  status: text,
  paymentDetails: { type: part({ provider: text, transactionId: String, failureCode: String }), required: true },
  shipments: { type: [shipment], required: true },
  cancellations: { type: [cancellation], required: true },
  returns: { type: [orderReturn], required: true },
  refunds: { type: [refund], required: true },
  history: { type: [historyEntry], required: true },
  payBy: { type: Date, required: true },
  giveUpAt: Date,
  retriedAt: Date,
  buyerErasedAt: Date,
});
orderSchema.index({ orderNumber: 1 }, { unique: true });
orderSchema.index({ cartId: 1 }, { unique: true });
orderSchema.index({ checkoutKey: 1 }, { unique: true, partialFilterExpression: { checkoutKey: { $exists: true } } });
orderSchema.index({ user: 1, createdAt: -1, _id: -1 }, { partialFilterExpression: { user: { $exists: true } } });
orderSchema.index({ guestId: 1, createdAt: -1, _id: -1 }, { partialFilterExpression: { guestId: { $exists: true } } });
orderSchema.index({ guestEmailKey: 1, _id: 1 }, { partialFilterExpression: { guestEmailKey: { $exists: true } } });
orderSchema.index({ createdAt: -1, _id: -1 });
orderSchema.index({ status: 1, createdAt: -1, _id: -1 });
orderSchema.index({ email: 1, createdAt: -1, _id: -1 }, { collation: anyCase });
orderSchema.index({ updatedAt: 1, _id: 1 });
orderSchema.index({ totalAmount: 1, _id: 1 });
orderSchema.index({ status: 1, giveUpAt: 1, payBy: 1 }, { partialFilterExpression: { status: 'PaymentPending' } });

const waiting = { status: 'PaymentPending' };
const newestFirst = new ListOrder(-1, { createdAt: 'instant', _id: 'id' });
const byNumber = new ListOrder(1, { orderNumber: 'text' });
const sorts = {
  '-createdAt': newestFirst,
  updatedAt: new ListOrder(1, { updatedAt: 'instant', _id: 'id' }),
  totalAmount: new ListOrder(1, { totalAmount: 'number', _id: 'id' }),
  '-totalAmount': new ListOrder(-1, { totalAmount: 'number', _id: 'id' }),
} satisfies Record<OrderSort, ListOrder>;

@Injectable()
export class OrderStore extends DocumentStore<Order> {
  constructor(@InjectModel('order') model: Model<Order>, context: StoreContext) {
    super(model, context, 'order', { id: ({ orderNumber }) => orderNumber, unrecorded: ['history'] });
  }

  /** Orders from before anything of them could come back. */
  protected override upgrade(stored: Order): Order {
    return { ...{ cancellations: [], returns: [], refunds: [] }, ...stored };
  }

  async get(id: string): Promise<Order> {
    const order = await this.find(id);
    if (!order) throw new OrderNotFound({ orderNumber: id });
    return order;
  }

  /** The order of that number, for its buyer (or for anybody, without one): somebody else's does not exist. */
  async byNumber(orderNumber: string, buyer?: Buyer): Promise<Order> {
    const order = await this.one({ orderNumber, ...(buyer ? ownedBy(buyer) : {}) });
    if (!order) throw new OrderNotFound({ orderNumber });
    return order;
  }

  async byCart(cartId: string): Promise<Order | null> {
    return this.one({ cartId });
  }

  /** Of each of these carts its order; two of one, should there be more. */
  async ofCarts(cartIds: readonly string[]): Promise<Order[]> {
    return this.many({ cartId: trusted({ $in: [...cartIds] }) }, { sort: { cartId: 1, _id: 1 }, limit: 2 * cartIds.length });
  }

  async byCheckoutKey(checkoutKey: string): Promise<Order | null> {
    return this.one({ checkoutKey });
  }

  /** A buyer's orders, newest first, of which the wish is true. */
  async list(buyer: Buyer, wish: Conditions, slice: Slice): Promise<Listed<Order>> {
    return this.listed({ ...ownedBy(buyer), ...where(wish) }, newestFirst, slice);
  }

  /** Orders of which all of it is true, in the order that was asked for: by number where its beginning is given, else newest first. */
  async search({ email, customer, orderNumber, sort }: OrderSearch, wish: Conditions, slice: Slice): Promise<Listed<Order>> {
    const filter = {
      ...where(wish),
      ...(email === undefined ? {} : { email }),
      ...(customer === undefined ? {} : { user: customer }),
      ...(orderNumber === undefined ? {} : { orderNumber: beginsWith(orderNumber) }),
    };
    const order = sort ? sorts[sort] : orderNumber === undefined ? newestFirst : byNumber;
    return this.listed(filter, order, slice, email === undefined ? {} : { collation: anyCase });
  }

  /** Orders of guests with this email, in whatever case, that no account has; the oldest first. */
  async awaitingAccount(email: string, limit: number): Promise<Order[]> {
    return this.many({ guestEmailKey: emailKeyOf(email) }, { sort: { _id: 1 }, limit });
  }

  /**
   * Gives orders of guests with this email to an account, as far as no account has them. Whoever placed one can not tell: its version, its time and its events stay as they are, as
   * otherwise anybody could find out, by an order, whether an address has an account and when its owner logs in. A change of the order at the same moment may undo it; then it waits again.
   */
  async giveTo(userId: string, email: string, orderIds: readonly string[]): Promise<void> {
    const waiting = { _id: trusted({ $in: [...orderIds] }), guestEmailKey: emailKeyOf(email) };
    await this.model.updateMany(waiting, { $set: { user: userId }, $unset: { guestEmailKey: 1 } }).session(this.session);
  }

  /** Every order, the oldest first, so many at a time. */
  async *all(batch: number): AsyncGenerator<Order> {
    for (let last: string | undefined; ;) {
      const orders = await this.after(last, batch);
      yield* orders;
      if (orders.length < batch) return;
      last = orders.at(-1)?.id;
    }
  }

  /** Orders in the order of their ids, after a given one. */
  async after(last: string | undefined, limit: number): Promise<Order[]> {
    return this.many(last ? { _id: trusted({ $gt: last }) } : {}, { sort: { _id: 1 }, limit });
  }

  /**
   * An order whose payment did not come in time, for whoever takes it alone until the lease ends: those that nobody has tried to give up yet go before those that were put
   * off, the longest overdue first.
   */
  async takeOverdue(now: Date, leaseMs: number): Promise<Order | null> {
    for (;;) {
      const order =
        (await this.one({ ...waiting, giveUpAt: null, payBy: trusted({ $lt: now }) }, { sort: { payBy: 1 } })) ??
        (await this.one({ ...waiting, giveUpAt: trusted({ $lte: now }) }, { sort: { giveUpAt: 1 } }));
      if (!order) return null;
      const giveUpAt = new Date(now.getTime() + leaseMs);
      if (await this.putOff(order, giveUpAt)) return { ...order, giveUpAt };
    }
  }

  /** Lets an order that still waits for its payment be given up later; not when somebody else has put it off since it was read. Answers whether it was. */
  async putOff({ id, giveUpAt: seen }: Order, giveUpAt: Date): Promise<boolean> {
    const { modifiedCount } = await this.model.updateOne({ _id: id, ...waiting, giveUpAt: seen ?? null }, { $set: { giveUpAt } });
    return modifiedCount === 1;
  }
}

/** Numbers are letters, digits and `-`: nothing in it is more than itself, and an index serves it. */
function beginsWith(orderNumber: string): RegExp {
  return new RegExp(`^${orderNumber.replace(/[^\w-]/g, '')}`);
}

function ownedBy(buyer: Buyer): { user: string } | { guestId: string } {
  return buyer.kind === 'user' ? { user: buyer.id } : { guestId: buyer.id };
}
