import { MoreThanSold } from '../contract/refusals';
import type { ReturnedLine } from '../contract/stock-commands';
import type { StockLine } from '../contract/stock-lines';
import { merged, spread, type Source } from './allocation';
import { demandOf, onBackorder } from './level';
import { changeBy, movementId, type Movement } from './movement';
import { owedTo, type HeldLine, type Reservation, type ReservationChange } from './reservation';

/** What identifies one coming back of an order's pieces. */
export function restockCause(orderId: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) throw new Error(`The key ${key} of a return has other characters than letters, digits, - and _.`);
  return `returned:${orderId}:${key}`;
}

/**
 * Sold pieces come back: to the location that a line names, else to those that they were sold from, and never more than were sold and are still out. Damaged
 * ones come back and are written off at once, so that the ledger tells both.
 */
export function restock(reservation: Reservation, key: string, lines: readonly ReturnedLine[], now: Date): ReservationChange {
  const { orderId } = reservation;
  const cause = restockCause(orderId, key);
  const isSold = reservation.status === 'committed';
  let held = reservation.lines;
  const pieces: Movement[] = [];
  for (const { sku, quantity, condition, location: to } of lines) {
    const line = held.find((candidate) => candidate.sku === sku);
    const out = line && isSold ? outOf(line) : [];
    const left = out.reduce((all, source) => all + source.quantity, 0);
    if (!line || quantity > left) throw new MoreThanSold({ items: [{ sku, asked: quantity, left }] });
    const back = spread(quantity, out);
    held = held.map((candidate) => (candidate === line ? withReturned(line, back) : candidate));
    for (const { location, quantity: some } of back) {
      const there = { sku, location: to ?? location, quantity: some, at: now, orderId };
      pieces.push({ ...there, id: movementId(cause, there.location, sku), kind: 'returned' });
      if (condition === 'damaged')
        pieces.push({ ...there, id: movementId(`damaged:${orderId}:${key}`, there.location, sku), kind: 'damaged' });
    }
  }
  return { next: { ...reservation, lines: held, updatedAt: now }, change: changeBy(cause, together(pieces), now) };
}

/**
 * Pieces of a paid order will not be sent: what of them is still on back-order is not owed any more, the rest goes back to the shelves that it was sold from.
 */
export function reclaim(reservation: Reservation, key: string, lines: readonly StockLine[], now: Date): ReservationChange {
  const { orderId } = reservation;
  const cause = restockCause(orderId, key);
  // What is only held is given up with its reservation, never in parts.
  const owed = reservation.status === 'committed' ? owedTo(reservation) : [];
  const dropped = demandOf(lines)
    .map(({ sku, quantity }) => ({ sku, quantity: Math.min(quantity, owed.find((line) => line.sku === sku)?.quantity ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
  const droppedOf = (sku: string): number => dropped.find((line) => line.sku === sku)?.quantity ?? 0;
  const left = { ...reservation, lines: reservation.lines.map((line) => withoutOwed(line, droppedOf(line.sku))) };
  const sold = demandOf(lines)
    .map(({ sku, quantity }) => ({ sku, quantity: quantity - droppedOf(sku) }))
    .filter(({ quantity }) => quantity > 0);
  const { next, change } = restock(left, key, sold, now);
  const released = dropped.map(({ sku, quantity }): Movement => ({
    id: movementId(cause, onBackorder, sku),
    ...{ sku, location: onBackorder, kind: 'released', quantity, at: now, orderId },
  }));
  return { next, change: changeBy(cause, [...released, ...change.movements], now) };
}

function withoutOwed(line: HeldLine, quantity: number): HeldLine {
  if (quantity === 0) return line;
  return { ...line, quantity: line.quantity - quantity, from: merged([...line.from, { location: onBackorder, quantity: -quantity }]) };
}

/** What was sold of a line and has not come back, by the location that it was sold from. */
function outOf({ from }: HeldLine): Source[] {
  const sold = from.filter(({ location }) => location !== onBackorder);
  return sold.map(({ location, quantity, returned = 0 }) => ({ location, quantity: quantity - returned }));
}

function withReturned(line: HeldLine, back: readonly Source[]): HeldLine {
  const from = line.from.map((source) => {
    const more = back.find(({ location }) => location === source.location)?.quantity ?? 0;
    return more > 0 ? { ...source, returned: (source.returned ?? 0) + more } : source;
  });
  return { ...line, from };
}

/** Movements of one cause at one shelf are one movement. All that came back stands before what of it is written off. */
function together(movements: readonly Movement[]): Movement[] {
  const merged = new Map<string, Movement>();
  for (const movement of movements)
    merged.set(movement.id, { ...movement, quantity: movement.quantity + (merged.get(movement.id)?.quantity ?? 0) });
  return [...merged.values()].sort((a, b) => Number(a.kind === 'damaged') - Number(b.kind === 'damaged'));
}
