import { Lifecycle, newId, type Change } from '@cartwright/kernel';
import { OrderReturned, ReturnDecided, ReturnReceived, ReturnRequested } from '../contract/order-events';
import { NothingToReturn, ReturnNotFound, ReturnWindowClosed } from '../contract/refusals';
import { move, orderLifecycle, type Actor, type Order } from './order';
import { chosen, isNone, piecesOf, returnablePieces, soldPieces, type ItemQuantity } from './quantities';

export type ReturnStatus = 'requested' | 'approved' | 'declined' | 'received';

/** The life of a return. What arrives without having been approved is received all the same. */
export const returnLifecycle = new Lifecycle<ReturnStatus>('return', {
  requested: ['approved', 'declined', 'received'],
  approved: ['received', 'declined'],
  declined: [],
  received: [],
});

export const conditions = ['restock', 'damaged'] as const;

/** Pieces that came back: to be sold again, or not. */
export interface ReceivedItem extends ItemQuantity {
  readonly condition: (typeof conditions)[number];
}

/** Goods on their way back from the buyer. */
export interface OrderReturn {
  readonly id: string;
  readonly status: ReturnStatus;
  readonly items: readonly ItemQuantity[];
  readonly reason?: string;
  readonly requestedAt: Date;
  /** Why it was declined. */
  readonly declineReason?: string;
  readonly decidedAt?: Date;
  readonly received?: readonly ReceivedItem[];
  readonly receivedAt?: Date;
}

interface ReturnWish {
  readonly items?: readonly ItemQuantity[];
  readonly reason?: string;
  /** Days after the delivery within which goods may be sent back. */
  readonly days: number;
}

/** The buyer wants to send goods back: all that was sent, or some of it. Refuses what was not sent or is on its way back already, and what comes too late. */
export function requestReturn(order: Order, { items: asked, reason, days }: ReturnWish, actor: Actor, now: Date): Change<Order> {
  if (!orderLifecycle.allows(order.status, 'Returned')) move(order, 'Returned', actor, now);
  const until = returnableUntil(order, days);
  if (until && now > until) throw new ReturnWindowClosed({ orderNumber: order.orderNumber, until: until.toISOString() });
  const items = chosen(asked, returnablePieces(order), order);
  if (items.length === 0) throw new NothingToReturn({ orderNumber: order.orderNumber });
  const made: OrderReturn = { id: newId(), status: 'requested', items, reason, requestedAt: now };
  const { id: orderId, orderNumber } = order;
  return {
    next: { ...order, returns: [...order.returns, made] },
    events: [new ReturnRequested({ orderId, orderNumber, returnId: made.id, items, reason })],
  };
}

/** Says yes to a return, or no and why. The same word again changes nothing. */
export function decideReturn(
  order: Order,
  returnId: string,
  decision: { readonly status: 'approved' | 'declined'; readonly reason?: string },
  now: Date,
): Change<Order> | null {
  const known = returnOf(order, returnId);
  if (known.status === decision.status) return null;
  const decided = { ...returnLifecycle.move(known, decision.status), declineReason: decision.reason, decidedAt: now };
  const { id: orderId, orderNumber, email } = order;
  const event = new ReturnDecided({ orderId, orderNumber, email, returnId, ...decision });
  return { next: withReturn(order, decided), events: [event] };
}

/**
 * The goods are here: all that was announced, or what of it arrived. When with them everything that the order sent is back, the order is Returned. `null` when
 * this return was received before.
 */
export function receiveReturn(
  order: Order,
  returnId: string,
  arrived: readonly ReceivedItem[] | undefined,
  actor: Actor,
  now: Date,
): Change<Order> | null {
  const known = returnOf(order, returnId);
  if (known.status === 'received') return null;
  const items = chosen(arrived, piecesOf(known.items), order);
  if (items.length === 0) throw new NothingToReturn({ orderNumber: order.orderNumber });
  const received = arrived ?? items.map((row) => ({ ...row, condition: 'restock' as const }));
  return arrive(withReturn(order, { ...returnLifecycle.move(known, 'received'), received, receivedAt: now }), returnId, actor, now);
}

/** Pieces that were sent are here and can be sold again, without anybody having announced them. */
export function bookBack(
  order: Order,
  items: readonly ItemQuantity[],
  reason: string,
  actor: Actor,
  now: Date,
): { change: Change<Order>; returnId: string } {
  const received = items.map((row) => ({ ...row, condition: 'restock' as const }));
  const made: OrderReturn = { id: newId(), status: 'received', items, reason, requestedAt: now, received, receivedAt: now };
  return { change: arrive({ ...order, returns: [...order.returns, made] }, made.id, actor, now), returnId: made.id };
}

/** When everything that an order has sent is back and it has nothing left to send, it is Returned. */
export function returnedIfBack(order: Order, actor: Actor, now: Date): Change<Order> {
  if (!isNone(soldPieces(order))) return { next: order, events: [] };
  const { id: orderId, orderNumber } = order;
  return { next: move(order, 'Returned', actor, now), events: [new OrderReturned({ orderId, orderNumber })] };
}

function arrive(order: Order, returnId: string, actor: Actor, now: Date): Change<Order> {
  const { id: orderId, orderNumber, email } = order;
  const items = returnOf(order, returnId).received ?? [];
  const { next, events } = returnedIfBack(order, actor, now);
  return { next, events: [new ReturnReceived({ orderId, orderNumber, email, returnId, items }), ...events] };
}

/** Errors: `return_not_found`. */
export function returnOf(order: Order, returnId: string): OrderReturn {
  const found = order.returns.find(({ id }) => id === returnId);
  if (!found) throw new ReturnNotFound({ returnId });
  return found;
}

/** Until when goods may be sent back; not limited before they were delivered. */
function returnableUntil(order: Order, days: number): Date | undefined {
  const delivered = order.history.find(({ to }) => to === 'Delivered');
  return delivered && new Date(delivered.at.getTime() + days * 86_400_000);
}

function withReturn(order: Order, changed: OrderReturn): Order {
  return { ...order, returns: order.returns.map((known) => (known.id === changed.id ? changed : known)) };
}
