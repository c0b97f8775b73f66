import {
  emailKeyOf,
  Lifecycle,
  newDocument,
  newId,
  randomCode,
  sum,
  times,
  type Address,
  type Change,
  type Currency,
  type MinorUnits,
  type Stored,
} from '@cartwright/kernel';
import { AlreadyDispatched } from '@cartwright/fulfilment';
import { CartChanged, CartEmpty, ItemsNotForSale } from '../contract/refusals';
import {
  LatePaymentReceived,
  OrderCancelled,
  OrderDelivered,
  OrderFailed,
  OrderPaid,
  OrderPlaced,
  OrderRefunded,
  ShipmentSent,
  type OrderSummary,
} from '../contract/order-events';
import type { Cancellation } from './cancellation';
import type { OrderRefund } from './order-refund';
import type { OrderReturn } from './order-return';

export type OrderStatus = 'PaymentPending' | 'Processing' | 'Failed' | 'Shipped' | 'Delivered' | 'Cancelled' | 'Returned' | 'Refunded';

/** The whole life of an order; every change of its status goes through this table. */
export const orderLifecycle = new Lifecycle<OrderStatus>('order', {
  PaymentPending: ['Processing', 'Failed'],
  Processing: ['Shipped', 'Cancelled'],
  Failed: [],
  Shipped: ['Delivered', 'Returned'],
  Delivered: ['Returned'],
  Cancelled: ['Refunded'],
  Returned: ['Refunded'],
  Refunded: [],
});

/** Who brings a change about: `by` is shown to the buyer, `actorId` is not. */
export interface Actor {
  readonly by: 'buyer' | 'admin' | 'payment' | 'system';
  readonly actorId?: string;
}

/** Whose order it is. */
export interface Buyer {
  readonly kind: 'user' | 'guest';
  readonly id: string;
}

export interface OrderItem {
  readonly id: string;
  readonly product: string;
  readonly variant: string;
  readonly sku: string;
  readonly name: string;
  readonly brand: string;
  readonly image?: string;
  readonly options: Readonly<Record<string, string>>;
  readonly quantity: number;
  /** How many of them were not in stock when it was ordered. */
  readonly backordered?: number;
  readonly priceAtPurchase: MinorUnits;
  readonly lineTotal: MinorUnits;
}

export interface HistoryEntry extends Actor {
  readonly from?: OrderStatus;
  readonly to: OrderStatus;
  readonly at: Date;
  readonly reason?: string;
}

export interface OrderShipment {
  readonly id: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly status: 'dispatched' | 'delivered';
  readonly items: readonly { readonly item: string; readonly quantity: number }[];
  readonly dispatchedAt: Date;
  readonly deliveredAt?: Date;
}

/** A permanent record of a purchase: it copies whatever it needs, so that nothing else can change it. */
export interface Order extends Stored {
  readonly orderNumber: string;
  readonly user?: string;
  /** Stays when the order has become an account's, too: whoever placed it sees it as before. */
  readonly guestId?: string;
  readonly email: string;
  /** By which a guest's order waits for an account that shows to read this email; gone when it has become one's. */
  readonly guestEmailKey?: string;
  /** The cart that became this order; unique, so that no cart becomes two. */
  readonly cartId: string;
  /** Caller and Idempotency-Key of the checkout, so that its repetition finds the order even after a crash. */
  readonly checkoutKey?: string;
  readonly items: readonly OrderItem[];
  readonly subtotal: MinorUnits;
  readonly discountTotal: MinorUnits;
  readonly shippingTotal: MinorUnits;
  readonly taxTotal: MinorUnits;
  readonly totalAmount: MinorUnits;
  readonly currency: Currency;
  readonly shippingAddress: Address;
  readonly billingAddress?: Address;
  readonly status: OrderStatus;
  readonly paymentDetails: { readonly provider: string; readonly transactionId?: string; readonly failureCode?: string };
  readonly shipments: readonly OrderShipment[];
  readonly cancellations: readonly Cancellation[];
  readonly returns: readonly OrderReturn[];
  readonly refunds: readonly OrderRefund[];
  readonly history: readonly HistoryEntry[];
  /** Until when its payment is waited for. */
  readonly payBy: Date;
  /** When it is next tried to give it up, where that could not be done before. */
  readonly giveUpAt?: Date;
  /** When its items went back to the buyer's cart. */
  readonly retriedAt?: Date;
  /** When who bought it was forgotten. */
  readonly buyerErasedAt?: Date;
}

/** What a checkout knows of the cart: current prices, and the ones that the buyer saw. */
export interface Basket {
  readonly cartId: string;
  readonly currency: Currency;
  readonly lines: readonly {
    readonly productId: string;
    readonly variantId: string;
    readonly sku: string;
    readonly name: string;
    readonly brand: string;
    readonly image?: string;
    readonly options: Readonly<Record<string, string>>;
    readonly quantity: number;
    readonly unitPrice: MinorUnits;
    readonly snapshotPrice: MinorUnits;
    readonly purchasable: boolean;
  }[];
}

export interface Checkout {
  readonly buyer: Buyer;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly billingAddress?: Address;
  /** The total that the buyer was shown; without it, the one that the cart's own prices add up to. */
  readonly expectedTotal?: MinorUnits;
  readonly provider: string;
  readonly checkoutKey?: string;
  readonly payBy: Date;
}

/** Turns a basket into an order that waits for its payment, or refuses: nothing in it, something not for sale, or not at the price the buyer saw. */
export function placeOrder(basket: Basket, checkout: Checkout, now: Date): Change<Order> {
  if (basket.lines.length === 0) throw new CartEmpty({});
  const gone = basket.lines.filter((line) => !line.purchasable);
  if (gone.length > 0) throw new ItemsNotForSale({ items: gone.map(({ sku, name }) => ({ sku, name })) });
  const items = basket.lines.map(toItem);
  const subtotal = sum(items.map((item) => item.lineTotal));
  const seen = checkout.expectedTotal ?? sum(basket.lines.map((line) => times(line.snapshotPrice, line.quantity)));
  if (seen !== subtotal) throw new CartChanged({ currentTotal: subtotal, currency: basket.currency });
  const { buyer, email, shippingAddress, billingAddress, checkoutKey, payBy } = checkout;
  const actor: Actor = { by: 'buyer', actorId: buyer.id };
  const next: Order = {
    ...newDocument(newId(), now),
    ...{
      orderNumber: newOrderNumber(),
      email,
      cartId: basket.cartId,
      checkoutKey,
      items,
      subtotal,
      shippingAddress,
      billingAddress,
      payBy,
    },
    ...(buyer.kind === 'user' ? { user: buyer.id } : { guestId: buyer.id, guestEmailKey: emailKeyOf(email) }),
    ...{ discountTotal: 0, shippingTotal: 0, taxTotal: 0, totalAmount: subtotal, currency: basket.currency },
    ...{
      status: 'PaymentPending',
      paymentDetails: { provider: checkout.provider },
      ...{ shipments: [], cancellations: [], returns: [], refunds: [] },
      history: [{ to: 'PaymentPending', at: now, ...actor }],
    },
  };
  return { next, events: [new OrderPlaced({ orderId: next.id, orderNumber: next.orderNumber })] };
}

/** The payment is confirmed. */
export function markPaid(order: Order, transactionId: string, now: Date): Change<Order> {
  const moved = move(order, 'Processing', { by: 'payment' }, now);
  const lines = order.items.map(({ id, sku, name, quantity }) => ({ itemId: id, sku, name, quantity }));
  return {
    next: { ...moved, paymentDetails: { ...order.paymentDetails, transactionId } },
    events: [new OrderPaid({ ...summaryOf(order), lines })],
  };
}

/** What a captured payment means for an order that is not waiting for one: nothing when it is the order's own, else money to give back. */
export function receiveLatePayment(order: Order, transactionId: string): Change<Order> | null {
  if (order.status !== 'Failed' || order.paymentDetails.transactionId === transactionId) return null;
  const next = { ...order, paymentDetails: { ...order.paymentDetails, transactionId } };
  return { next, events: [new LatePaymentReceived({ orderId: order.id, transactionId })] };
}

export function markFailed(order: Order, reason: string, actor: Actor, now: Date): Change<Order> {
  const moved = move(order, 'Failed', actor, now, reason);
  const { id: orderId, orderNumber } = order;
  return {
    next: { ...moved, paymentDetails: { ...order.paymentDetails, failureCode: reason } },
    events: [new OrderFailed({ orderId, orderNumber, reason })],
  };
}

/** Records a parcel; with the last one the order is Shipped. The same parcel again changes nothing. */
export function recordShipment(order: Order, shipment: OrderShipment, complete: boolean, actor: Actor): Change<Order> | null {
  if (order.shipments.some((known) => known.id === shipment.id)) return null;
  const withParcel = { ...order, shipments: [...order.shipments, shipment] };
  const next = complete ? move(withParcel, 'Shipped', actor, shipment.dispatchedAt) : withParcel;
  const { id: orderId, orderNumber, email } = order;
  const items = shipment.items.map(({ item, quantity }) => ({
    item,
    name: order.items.find((candidate) => candidate.id === item)?.name ?? item,
    quantity,
  }));
  const { id: shipmentId, carrier, trackingNumber } = shipment;
  return { next, events: [new ShipmentSent({ orderId, orderNumber, email, shipmentId, carrier, trackingNumber, items, complete })] };
}

/** Records what the carrier delivered; with the last parcel the order is Delivered. */
export function recordDelivery(
  order: Order,
  shipments: readonly OrderShipment[],
  complete: boolean,
  actor: Actor,
  now: Date,
): Change<Order> {
  const updated = { ...order, shipments };
  if (!complete) return { next: updated, events: [] };
  const { id: orderId, orderNumber, email } = order;
  return { next: move(updated, 'Delivered', actor, now), events: [new OrderDelivered({ orderId, orderNumber, email })] };
}

export function cancel(order: Order, reason: string, actor: Actor, now: Date): Change<Order> {
  const next = move(order, 'Cancelled', actor, now, reason);
  const { id: orderId, orderNumber, email } = order;
  // Part of it is on its way to the buyer: what is left cannot be told from what was sent by a status alone.
  if (order.shipments.length > 0) throw new AlreadyDispatched({ orderId });
  return { next, events: [new OrderCancelled({ orderId, orderNumber, email, reason })] };
}

export function markRefunded(order: Order, amount: MinorUnits, now: Date): Change<Order> {
  const { id: orderId, orderNumber, email, currency } = order;
  return {
    next: move(order, 'Refunded', { by: 'payment' }, now),
    events: [new OrderRefunded({ orderId, orderNumber, email, amount, currency })],
  };
}

/** The status that the history adds up to; it is always the order's own. */
export function foldHistory(history: readonly HistoryEntry[]): OrderStatus | undefined {
  return history.reduce<OrderStatus | undefined>((status, entry) => (entry.from === status ? entry.to : undefined), undefined);
}

/** 50 random bits for people: `CW-7K3MQ-9XD2F`. Neither guessable nor a count of the shop's orders. */
function newOrderNumber(): string {
  return `CW-${randomCode(5)}-${randomCode(5)}`;
}

/** Moves the order on, with a line in its history. Refuses a move that its life does not have. */
export function move(order: Order, to: OrderStatus, actor: Actor, at: Date, reason?: string): Order {
  const entry: HistoryEntry = { from: order.status, to, at, ...actor, ...(reason ? { reason } : {}) };
  return { ...orderLifecycle.move(order, to), history: [...order.history, entry] };
}

function toItem(line: Basket['lines'][number]): OrderItem {
  const { productId, variantId, sku, name, brand, image, options, quantity, unitPrice } = line;
  return {
    id: newId(),
    product: productId,
    variant: variantId,
    sku,
    name,
    brand,
    image,
    options,
    quantity,
    priceAtPurchase: unitPrice,
    lineTotal: times(unitPrice, quantity),
  };
}

function summaryOf(order: Order): OrderSummary {
  const { id: orderId, orderNumber, email, totalAmount, currency, shippingAddress } = order;
  const items = order.items.map(({ name, sku, quantity, lineTotal }) => ({ name, sku, quantity, lineTotal }));
  return { orderId, orderNumber, email, totalAmount, currency, shippingAddress, items };
}
