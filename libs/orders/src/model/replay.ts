import type { Order, OrderStatus } from './order';
import { cancelledPieces, piecesOf, returnedPieces, rowsOf, sentPieces, type ItemQuantity, type Pieces } from './quantities';

/** An event as it was announced. */
export interface Announced {
  readonly sequence: number;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What an order's events add up to, and what the order itself says. */
export interface OrderState {
  readonly status: OrderStatus | undefined;
  readonly sent: Readonly<Record<string, number>>;
  readonly cancelled: Readonly<Record<string, number>>;
  readonly returned: Readonly<Record<string, number>>;
  readonly returns: Readonly<Record<string, string>>;
  readonly refunds: Readonly<Record<string, string>>;
  readonly events: number;
}

interface Fold {
  status: OrderStatus | undefined;
  readonly sent: ItemQuantity[];
  readonly cancelled: ItemQuantity[];
  readonly returned: ItemQuantity[];
  readonly returns: Record<string, string>;
  readonly refunds: Record<string, string>;
}

/** What each event means for the state; an event that is not here changes nothing of it. */
const meanings: Readonly<Record<string, (fold: Fold, data: Readonly<Record<string, unknown>>) => void>> = {
  'orders.order_placed.v1': (fold) => (fold.status = 'PaymentPending'),
  'orders.order_paid.v1': (fold) => (fold.status = 'Processing'),
  'orders.order_failed.v1': (fold) => (fold.status = 'Failed'),
  'orders.shipment_sent.v1': (fold, { items, complete }) => {
    fold.sent.push(...(items as ItemQuantity[]));
    if (complete) fold.status = 'Shipped';
  },
  'orders.items_cancelled.v1': (fold, { items, complete }) => {
    fold.cancelled.push(...(items as ItemQuantity[]));
    if (complete) fold.status = 'Shipped';
  },
  'orders.order_delivered.v1': (fold) => (fold.status = 'Delivered'),
  'orders.order_cancelled.v1': (fold) => (fold.status = 'Cancelled'),
  'orders.return_requested.v1': (fold, { returnId }) => (fold.returns[returnId as string] = 'requested'),
  'orders.return_decided.v1': (fold, { returnId, status }) => (fold.returns[returnId as string] = status as string),
  'orders.return_received.v1': (fold, { returnId, items }) => {
    fold.returns[returnId as string] = 'received';
    fold.returned.push(...(items as ItemQuantity[]));
  },
  'orders.order_returned.v1': (fold) => (fold.status = 'Returned'),
  'orders.refund_recorded.v1': (fold, { key }) => (fold.refunds[key as string] = 'requested'),
  'orders.refund_settled.v1': (fold, { key, status }) => (fold.refunds[key as string] = status as string),
  'orders.refund_sent_again.v1': (fold, { key }) => (fold.refunds[key as string] = 'requested'),
  'orders.order_refunded.v1': (fold) => (fold.status = 'Refunded'),
};

/** The state that the events add up to, in their order. */
export function replay(events: readonly Announced[]): OrderState {
  const fold: Fold = { status: undefined, sent: [], cancelled: [], returned: [], returns: {}, refunds: {} };
  for (const { name, data } of events) meanings[name]?.(fold, data);
  const { status, sent, cancelled, returned, returns, refunds } = fold;
  const pieces = { sent: counted(piecesOf(sent)), cancelled: counted(piecesOf(cancelled)), returned: counted(piecesOf(returned)) };
  return { status, ...pieces, returns, refunds, events: events.length };
}

/** The same, as the order's own record has it. */
export function stateOf(order: Order): OrderState {
  return {
    status: order.status,
    sent: counted(sentPieces(order)),
    cancelled: counted(cancelledPieces(order)),
    returned: counted(returnedPieces(order)),
    returns: Object.fromEntries(order.returns.map(({ id, status }) => [id, status])),
    refunds: Object.fromEntries(order.refunds.map(({ key, status }) => [key, status])),
    events: order.eventCount,
  };
}

/** Where the two differ, a line each; none when the order is the fold of its events. */
export function differences(order: Order, events: readonly Announced[]): string[] {
  const [own, folded] = [stateOf(order), replay(events)];
  const gaps = events.flatMap(({ sequence }, index) => (sequence === index + 1 ? [] : [`event ${index + 1} is numbered ${sequence}`]));
  const fields = Object.keys(own) as (keyof OrderState)[];
  return [
    ...gaps.slice(0, 1),
    ...fields
      .map((field) => ({ field, is: sorted(own[field]), adds: sorted(folded[field]) }))
      .filter(({ is, adds }) => is !== adds)
      .map(({ field, is, adds }) => `${field} is ${is}, its events add up to ${adds}`),
  ];
}

function counted(pieces: Pieces): Record<string, number> {
  return Object.fromEntries(rowsOf(pieces).map(({ item, quantity }) => [item, quantity]));
}

function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}
