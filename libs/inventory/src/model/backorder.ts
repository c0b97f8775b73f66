import { BackorderServed, LevelsChanged } from '../contract/stock-events';
import { freeAt, merged, spread, type Source } from './allocation';
import { onBackorder, type BackorderRule, type Level } from './level';
import { activeOf, type Locations } from './location';
import { changeBy, movementId, type Movement, type MovementKind, type StockChange } from './movement';
import { owedTo, type HeldLine, type Reservation } from './reservation';

/** Allows back-orders of a SKU, or forbids them; what was promised before stays promised. It has an entry of its own, though no piece moves. */
export function setBackorder(
  level: Level,
  rule: BackorderRule | undefined,
  { id, by, now }: { readonly id: string; readonly by?: string; readonly now: Date },
): { readonly level: Level; readonly change: StockChange } {
  const words = rule ? `Back-orders allowed${rule.limit === null ? '' : ` up to ${rule.limit}`}` : 'No back-orders';
  const { sku } = level;
  const movement: Movement = { id: `adjusted:${id}:${sku}`, sku, kind: 'adjusted', quantity: 0, at: now, reason: words, by };
  return {
    level: { ...level, backorder: rule },
    change: changeBy(`backorder:${id}`, [movement], now, [new LevelsChanged({ skus: [sku] })]),
  };
}

/**
 * Gives what is free of a SKU to those who wait for it, in their order, as far as it goes: it is theirs, and sold at once where the order is paid.
 * Answers the reservations that got something.
 */
export function serve(
  level: Level,
  waiting: readonly Reservation[],
  locations: Locations,
  { id, now }: { readonly id: string; readonly now: Date },
): { readonly served: { readonly next: Reservation; readonly previous: Reservation }[]; readonly change: StockChange } {
  const { sku } = level;
  let free: Source[] = activeOf(locations).map((location) => ({ location, quantity: freeAt(level, location) }));
  const movements: Movement[] = [];
  const events: BackorderServed[] = [];
  const served = waiting.flatMap((previous) => {
    const owed = owedTo(previous).find((line) => line.sku === sku)?.quantity ?? 0;
    const quantity = Math.min(owed, sumOf(free));
    if (quantity === 0) return [];
    const pieces = spread(quantity, free);
    free = less(free, pieces);
    movements.push(...movementsTo(previous, sku, pieces, { id, now }));
    events.push(new BackorderServed({ orderId: previous.orderId, sku, quantity, left: owed - quantity }));
    const lines = previous.lines.map((line) => (line.sku === sku ? withPieces(line, pieces) : line));
    return [{ next: { ...previous, lines, updatedAt: now }, previous }];
  });
  return { served, change: changeBy(`served:${id}`, movements, now, events) };
}

function movementsTo(
  { orderId, status }: Reservation,
  sku: string,
  pieces: readonly Source[],
  { id, now }: { readonly id: string; readonly now: Date },
): Movement[] {
  const moving = (kind: MovementKind, { location, quantity }: Source): Movement => ({
    id: movementId(`${kind}:${orderId}:${id}`, location, sku),
    ...{ sku, location, kind, quantity, at: now, orderId },
  });
  const sold = status === 'committed' ? pieces.map((piece) => moving('sold', piece)) : [];
  const owed = { location: onBackorder, quantity: sumOf(pieces) };
  return [moving('released', owed), ...pieces.map((piece) => moving('reserved', piece)), ...sold];
}

function withPieces(line: HeldLine, pieces: readonly Source[]): HeldLine {
  return { ...line, from: merged([...line.from, ...pieces, { location: onBackorder, quantity: -sumOf(pieces) }]) };
}

function less(places: readonly Source[], taken: readonly Source[]): Source[] {
  return places.map(({ location, quantity }) => ({
    location,
    quantity: quantity - (taken.find((source) => source.location === location)?.quantity ?? 0),
  }));
}

function sumOf(sources: readonly Source[]): number {
  return sources.reduce((all, { quantity }) => all + Math.max(quantity, 0), 0);
}
