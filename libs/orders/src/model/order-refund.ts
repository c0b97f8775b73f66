import { allocate, sum, type Change, type MinorUnits } from '@cartwright/kernel';
import { RefundRecorded, RefundSentAgain, RefundSettled } from '../contract/order-events';
import { NothingToRefund } from '../contract/refusals';
import { markRefunded, orderLifecycle, type Actor, type Order } from './order';
import { chosen, orderedPieces, piecesOf, rowsOf, soldPieces, without, type ItemQuantity, type Pieces } from './quantities';

export const orderRefundStatuses = ['requested', 'succeeded', 'failed'] as const;

/** Money of an order that goes back, and what for. */
export interface OrderRefund {
  /** Unique within the order; the refund of payments has it, too. */
  readonly key: string;
  readonly amount: MinorUnits;
  readonly items: readonly (ItemQuantity & { readonly amount: MinorUnits })[];
  /** How much of the amount is for shipping. */
  readonly shipping: MinorUnits;
  readonly reason: string;
  readonly by: Actor['by'];
  readonly at: Date;
  readonly status: (typeof orderRefundStatuses)[number];
}

/** What is to go back: an amount, or some items and maybe the shipping; all that is left, when nothing is named. */
export interface RefundWish {
  readonly amount?: MinorUnits;
  readonly items?: readonly ItemQuantity[];
  readonly shipping?: boolean;
}

/** The money that its payment has for an order. */
export interface Funds {
  /** What could go back at most. */
  readonly refundable: MinorUnits;
  /** What of the total was not taken when the money was, and so never will be. */
  readonly forgone: MinorUnits;
  /** What the provider counts in: all that goes back is a multiple of it, as is all that was taken. */
  readonly step: MinorUnits;
}

export type RefundQuote = Pick<OrderRefund, 'amount' | 'items' | 'shipping'> & {
  /** What could go back at most, before this. */
  readonly refundable: MinorUnits;
};

/**
 * What a refund comes to. A piece is worth its share of the line's total, so that all pieces of a line together are exactly the line, whatever was refunded before; never
 * more than what there is to go back. `restock`: pieces that are cancelled, or come back, with it. Refuses foreign items, more pieces than were not refunded yet, and nothing
 * at all.
 */
export function quoteRefund(order: Order, wish: RefundWish, funds: Funds, restock: readonly ItemQuantity[] = []): RefundQuote {
  const { refundable } = funds;
  const parts = wish.amount === undefined ? partsOf(order, wish, funds, restock) : { items: [], shipping: 0, amount: wish.amount };
  if (parts.amount <= 0 || parts.amount > refundable) throw new NothingToRefund({ asked: parts.amount, refundable });
  return { ...parts, refundable };
}

/**
 * What these parts come to, which may be nothing: never more than what there is to go back, nor than is owed for them (ADR 20). Where that is not what they are worth,
 * each has its share of it. The provider's step is taken of all that has gone by then: what one piece lacks the next one has, and all of them are exactly the whole.
 */
export function partsOf(
  order: Order,
  wish: Omit<RefundWish, 'amount'>,
  { refundable, forgone, step }: Funds,
  restock: readonly ItemQuantity[] = [],
): Omit<RefundQuote, 'refundable'> {
  if (!wish.items && !wish.shipping) return { items: [], shipping: 0, amount: refundable };
  const before = refundedPieces(order);
  const rows = wish.items ? chosen(wish.items, without(orderedPieces(order), before), order) : [];
  const items = rows.map((row) => ({ ...row, amount: worthOf(order, row, before.get(row.item) ?? 0) }));
  const shipping = wish.shipping ? order.shippingTotal - sum(live(order).map((refund) => refund.shipping)) : 0;
  const worth = [shipping, ...items.map(({ amount }) => amount)];
  const owed = inSteps(worthOfSettled(order, { ...wish, items: rows }, restock), step) - forgone - paidForParts(order);
  const amount = Math.max(0, Math.min(inSteps(sum(worth) + step - 1, step), refundable, owed));
  const [shippingShare = 0, ...shares] = allocate(amount, worth);
  return { items: items.map((item, index) => ({ ...item, amount: shares[index] ?? 0 })), shipping: shippingShare, amount };
}

/** What of these pieces has not been refunded before. */
export function notRefunded(order: Order, asked: readonly ItemQuantity[]): ItemQuantity[] {
  const left = without(orderedPieces(order), refundedPieces(order));
  return rowsOf(piecesOf(asked))
    .map(({ item, quantity }) => ({ item, quantity: Math.min(quantity, left.get(item) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}

/** Puts a refund on the order's record. The same key again changes nothing. */
export function recordRefund(
  order: Order,
  quote: Omit<RefundQuote, 'refundable'>,
  record: Pick<OrderRefund, 'key' | 'reason' | 'by' | 'at'>,
): Change<Order> | null {
  if (order.refunds.some(({ key }) => key === record.key)) return null;
  const { amount, items, shipping } = quote;
  const refund: OrderRefund = { ...record, amount, items, shipping, status: 'requested' };
  const { id: orderId, currency } = order;
  const event = new RefundRecorded({ orderId, key: record.key, amount, currency, items, shipping, reason: record.reason });
  return { next: { ...order, refunds: [...order.refunds, refund] }, events: [event] };
}

/** What the gateway made of a refund; `null` when it is known, or no refund of this order's record. */
export function settleRefund(order: Order, key: string, status: 'succeeded' | 'failed'): Change<Order> | null {
  const refund = order.refunds.find((known) => known.key === key);
  if (!refund || refund.status === status) return null;
  const refunds = order.refunds.map((known) => (known === refund ? { ...refund, status } : known));
  const { id: orderId, orderNumber, email, currency } = order;
  const event = new RefundSettled({ orderId, orderNumber, email, key, amount: refund.amount, currency, status });
  return { next: { ...order, refunds }, events: [event] };
}

/** A refund that failed is sent again; `null` when its pieces or its money have been refunded otherwise meanwhile. */
export function refundAgain(order: Order, failed: OrderRefund): Change<Order> | null {
  const left = without(orderedPieces(order), refundedPieces(order));
  const isThere = failed.items.every(({ item, quantity }) => quantity <= (left.get(item) ?? 0));
  if (!isThere || failed.amount > refundableAmount(order)) return null;
  const refunds = order.refunds.map((known) => (known === failed ? { ...failed, status: 'requested' as const } : known));
  return { next: { ...order, refunds }, events: [new RefundSentAgain({ orderId: order.id, key: failed.key })] };
}

/** What of the order's total has not gone back, nor is on its way. Its payment may have less: what was never taken cannot go back. */
export function refundableAmount(order: Order): MinorUnits {
  return order.totalAmount - sum(live(order).map(({ amount }) => amount));
}

/** Pieces that were refunded more often than they were bought: never any. */
export function refundedTwice(order: Order): ItemQuantity[] {
  return rowsOf(without(refundedPieces(order), orderedPieces(order)));
}

/**
 * Makes a cancelled or returned order Refunded when its money has gone back: nothing is under way, and what failed has been made good; `null` when that is not
 * so. `refundable`: what there still is to go back; `told`: an amount of which the order has no record.
 */
export function markRefundedIfBack(order: Order, now: Date, refundable: MinorUnits, told = 0): Change<Order> | null {
  const is = (wanted: OrderRefund['status']): boolean => order.refunds.some(({ status }) => status === wanted);
  const back = sum(order.refunds.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount)) || told;
  if (back === 0 || is('requested') || (is('failed') && refundable > 0)) return null;
  return orderLifecycle.allows(order.status, 'Refunded') ? markRefunded(order, back, now) : null;
}

/**
 * The worth of all that does not stay with the buyer for money: what was cancelled, is back, or was refunded, and what is so with these parts. Goods that came back without
 * their money are of it, as nothing tells them from those whose money was never taken.
 */
function worthOfSettled(order: Order, { items = [], shipping }: RefundWish, restock: readonly ItemQuantity[]): MinorUnits {
  const sold = without(soldPieces(order), piecesOf(restock));
  const refunded = piecesOf([...rowsOf(refundedPieces(order)), ...items]);
  const pieces = order.items.map(({ id: item, quantity }) => ({
    item,
    quantity: Math.max(quantity - (sold.get(item) ?? 0), refunded.get(item) ?? 0),
  }));
  const isShippingOf = shipping || live(order).some((refund) => refund.shipping > 0);
  return sum([isShippingOf ? order.shippingTotal : 0, ...pieces.map((row) => worthOf(order, row, 0))]);
}

/** As much of an amount as is a multiple of the step. */
function inSteps(amount: MinorUnits, step: MinorUnits): MinorUnits {
  return amount - (amount % step);
}

/** What went back for pieces and shipping, and not as an amount for nothing in particular. */
function paidForParts(order: Order): MinorUnits {
  return sum(live(order).flatMap(({ items, shipping }) => [shipping, ...items.map(({ amount }) => amount)]));
}

/** The worth of the next pieces of a line, after those that were refunded before. */
function worthOf(order: Order, { item, quantity }: ItemQuantity, before: number): MinorUnits {
  const line = order.items.find(({ id }) => id === item);
  if (!line) return 0;
  const shares = allocate(line.lineTotal, new Array<number>(line.quantity).fill(1));
  return sum(shares.slice(before, before + quantity));
}

function refundedPieces(order: Order): Pieces {
  return piecesOf(live(order).flatMap(({ items }) => items));
}

function live(order: Order): OrderRefund[] {
  return order.refunds.filter(({ status }) => status !== 'failed');
}
