import { newId, type Change } from '@cartwright/kernel';
import { ItemsCancelled } from '../contract/order-events';
import { NothingToCancel } from '../contract/refusals';
import { move, recordDelivery, type Actor, type Order } from './order';
import { returnedIfBack } from './order-return';
import { chosen, isNone, unsentPieces, type ItemQuantity } from './quantities';

/** Pieces of an order that are not sent after all. */
export interface Cancellation {
  readonly id: string;
  readonly items: readonly ItemQuantity[];
  readonly reason: string;
  readonly by: Actor['by'];
  readonly at: Date;
}

/**
 * Takes pieces that have not been sent out of a paid order. When with them nothing is left to send, the order is Shipped: all that it still has is on its way;
 * then Delivered, when that has arrived, or Returned, when it has come back.
 * Refuses foreign items, more than are left, and all of an order of which no parcel has left (that is a cancellation of the order itself).
 */
export function cancelItems(
  order: Order,
  asked: readonly ItemQuantity[],
  reason: string,
  actor: Actor,
  now: Date,
): { change: Change<Order>; cancellation: Cancellation } {
  // Refuses an order in the wrong state by the lifecycle's own word.
  if (order.status !== 'Processing') move(order, 'Cancelled', actor, now);
  const items = chosen(asked, unsentPieces(order), order);
  if (items.length === 0) throw new NothingToCancel({ orderNumber: order.orderNumber });
  const cancellation: Cancellation = { id: newId(), items, reason, by: actor.by, at: now };
  const left = { ...order, cancellations: [...order.cancellations, cancellation] };
  const complete = isNone(unsentPieces(left));
  const { next, events } = complete ? shipped(left, actor, now) : { next: left, events: [] };
  const { id: orderId, orderNumber, email } = order;
  const event = new ItemsCancelled({ orderId, orderNumber, email, cancellationId: cancellation.id, items, reason, complete });
  return { change: { next, events: [event, ...events] }, cancellation };
}

/** No news of its parcels may come any more: what became of them so far decides. */
function shipped(order: Order, actor: Actor, now: Date): Change<Order> {
  const sent = move(order, 'Shipped', actor, now, 'the rest was cancelled');
  const returned = returnedIfBack(sent, actor, now);
  if (returned.next !== sent) return returned;
  return recordDelivery(
    sent,
    sent.shipments,
    sent.shipments.every(({ status }) => status === 'delivered'),
    actor,
    now,
  );
}

/** Whether these pieces are all that the order has, and none of it was sent: then it is the order that is cancelled. */
export function cancelsAll(order: Order, asked: readonly ItemQuantity[] | undefined): boolean {
  if (!asked) return true;
  if (order.shipments.length > 0) return false;
  const unsent = unsentPieces(order);
  const items = chosen(asked, unsent, order);
  return items.reduce((all, { quantity }) => all + quantity, 0) === [...unsent.values()].reduce((all, quantity) => all + quantity, 0);
}
