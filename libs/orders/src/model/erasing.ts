import { erased, erasedAddress, erasedEmail, type Address, type Change } from '@cartwright/kernel';
import { BuyerErased } from '../contract/order-events';
import type { Order } from './order';

const dayMs = 24 * 3_600_000;
/** For so long after its last parcel, an announced return or a refund that did not go through is waited for; then nobody will come back to it. */
const patienceDays = 60;

/**
 * When an order is at rest, as far as can be told now: it is finished, nothing of it can be sent back any more (`days` after the delivery), and no return or refund is under way. What
 * happens to it in the meantime may move that. One that is still on its way to the buyer is at rest tomorrow at the earliest, whenever one asks.
 */
export function restsAt(order: Order, days: number, now: Date): Date {
  const { status, history, shipments, returns, refunds, updatedAt } = order;
  if (status === 'PaymentPending' || status === 'Processing') return after(now, 1);
  const delivered = history.find(({ to }) => to === 'Delivered');
  const sent = shipments.map(({ dispatchedAt }) => after(dispatchedAt, patienceDays + days));
  const reasons = [
    history.at(-1)?.at ?? updatedAt,
    ...(status === 'Delivered' && delivered ? [after(delivered.at, days)] : []),
    ...(status === 'Shipped' ? sent : []),
    ...returns.filter((one) => one.status === 'requested' || one.status === 'approved').map((one) => after(one.requestedAt, patienceDays)),
    ...refunds.filter((refund) => refund.status !== 'succeeded').map((refund) => after(refund.at, patienceDays)),
  ];
  return new Date(Math.max(...reasons.map((at) => at.getTime())));
}

/**
 * The order without its buyer: items, amounts, dates and states stay, as do the parcels' numbers; names, addresses, email, and whatever somebody wrote go. `null` when they
 * have gone before.
 */
export function eraseBuyer(order: Order, now: Date): Change<Order> | null {
  if (order.buyerErasedAt) return null;
  const { checkoutKey: _, guestEmailKey: __, billingAddress, ...rest } = order;
  const { id: orderId, orderNumber } = order;
  const next: Order = {
    ...rest,
    email: erasedEmail,
    shippingAddress: erasedAddress(order.shippingAddress),
    ...(billingAddress && { billingAddress: erasedAddress(billingAddress) }),
    history: order.history.map((entry) => (isWritten(entry.by) ? wordless(entry) : entry)),
    cancellations: order.cancellations.map(wordless),
    returns: order.returns.map(wordless),
    refunds: order.refunds.map(wordless),
    buyerErasedAt: now,
  };
  return { next, events: [new BuyerErased({ orderId, orderNumber })] };
}

/** An event of the order without its buyer; `null` when it has nothing of them. What it adds up to stays. */
export function withoutBuyer({ data }: { readonly data: Readonly<Record<string, unknown>> }): Readonly<Record<string, unknown>> | null {
  const { email, shippingAddress, reason } = data;
  if ([email, shippingAddress, reason].every((value) => value === undefined)) return null;
  return {
    ...data,
    ...(email !== undefined && { email: erasedEmail }),
    ...(shippingAddress !== undefined && { shippingAddress: erasedAddress(shippingAddress as Address) }),
    ...(reason !== undefined && { reason: erased }),
  };
}

/** Reasons of buyers and admins are free words; those of the payment and the clock are codes. */
function isWritten(by: string): boolean {
  return by === 'buyer' || by === 'admin';
}

function wordless<T extends { readonly reason?: string; readonly declineReason?: string }>(record: T): T {
  return {
    ...record,
    ...(record.reason !== undefined && { reason: erased }),
    ...(record.declineReason !== undefined && { declineReason: erased }),
  };
}

function after(at: Date, days: number): Date {
  return new Date(at.getTime() + days * dayMs);
}
