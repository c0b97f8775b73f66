import { MoreThanThere, UnknownOrderItem } from '../contract/refusals';
import type { Order } from './order';

/** So many pieces of one of the order's items. */
export interface ItemQuantity {
  readonly item: string;
  readonly quantity: number;
}

/** How many pieces of each item, by the item's id; items without any are missing. */
export type Pieces = ReadonlyMap<string, number>;

export function piecesOf(rows: readonly ItemQuantity[]): Pieces {
  const pieces = new Map<string, number>();
  for (const { item, quantity } of rows) pieces.set(item, (pieces.get(item) ?? 0) + quantity);
  return pieces;
}

export function rowsOf(pieces: Pieces): ItemQuantity[] {
  return [...pieces].map(([item, quantity]) => ({ item, quantity })).filter(({ quantity }) => quantity > 0);
}

/** `a` without `b`; nothing goes below zero. */
export function without(a: Pieces, b: Pieces): Pieces {
  return new Map([...a].map(([item, quantity]) => [item, Math.max(0, quantity - (b.get(item) ?? 0))]));
}

export function orderedPieces(order: Order): Pieces {
  return piecesOf(order.items.map(({ id: item, quantity }) => ({ item, quantity })));
}

export function sentPieces(order: Order): Pieces {
  return piecesOf(order.shipments.flatMap(({ items }) => items));
}

export function cancelledPieces(order: Order): Pieces {
  return piecesOf(order.cancellations.flatMap(({ items }) => items));
}

/** What is neither sent nor cancelled. */
export function unsentPieces(order: Order): Pieces {
  return without(without(orderedPieces(order), cancelledPieces(order)), sentPieces(order));
}

/** What came back. */
export function returnedPieces(order: Order): Pieces {
  return piecesOf(order.returns.flatMap(({ received = [] }) => received));
}

/** What was sent and is not in a return that may still come to something. */
export function returnablePieces(order: Order): Pieces {
  const claimed = order.returns.flatMap(({ status, items, received }) => (status === 'declined' ? [] : (received ?? items)));
  return without(sentPieces(order), piecesOf(claimed));
}

/** What of an order is sold: neither cancelled nor back. It is with the buyer, or still to be sent. */
export function soldPieces(order: Order): Pieces {
  const became = (status: Order['status']): boolean => order.history.some(({ to }) => to === status);
  // A cancelled order has no more pieces, whatever of them was cancelled one by one.
  if (!became('Processing') || became('Cancelled')) return new Map();
  return without(without(orderedPieces(order), cancelledPieces(order)), returnedPieces(order));
}

/**
 * Pieces that are put back on the shelf, parted: those that have not been sent, which come first, and those that were sent and so have come back. Refuses foreign
 * items, and more than there are: of what was sent, what is neither back nor in a return that may still come to something.
 */
export function restockable(order: Order, asked: readonly ItemQuantity[]): { unsent: ItemQuantity[]; sent: ItemQuantity[] } {
  const waiting: Pieces = order.status === 'Processing' ? unsentPieces(order) : new Map();
  const there = piecesOf([...rowsOf(waiting), ...rowsOf(returnablePieces(order))]);
  const rows = chosen(asked, there, order);
  const unsent = rows.map(({ item, quantity }) => ({ item, quantity: Math.min(quantity, waiting.get(item) ?? 0) }));
  return { unsent: rowsOf(piecesOf(unsent)), sent: rowsOf(without(piecesOf(rows), piecesOf(unsent))) };
}

/** The asked pieces, added up by item; all that are there, when nothing was asked for. Refuses foreign items and more than there are. */
export function chosen(asked: readonly ItemQuantity[] | undefined, there: Pieces, order: Order): ItemQuantity[] {
  if (!asked) return rowsOf(there);
  const unknown = asked.map(({ item }) => item).filter((item) => !order.items.some(({ id }) => id === item));
  if (unknown.length > 0) throw new UnknownOrderItem({ items: unknown });
  const rows = rowsOf(piecesOf(asked));
  const tooMany = rows
    .map(({ item, quantity }) => ({ item, asked: quantity, there: there.get(item) ?? 0 }))
    .filter((row) => row.asked > row.there);
  if (tooMany.length > 0) throw new MoreThanThere({ items: tooMany });
  return rows;
}

export function isNone(pieces: Pieces): boolean {
  return rowsOf(pieces).length === 0;
}
