import { Lifecycle, newId } from '@cartwright/kernel';
import { ReservationExpired } from '../contract/stock-events';
import type { StockLine } from '../contract/stock-lines';
import type { AllocatedLine, Source } from './allocation';
import { onBackorder, totalsOf, type Levels } from './level';
import { changeBy, moved, movementId, type Movement, type MovementKind, type StockChange } from './movement';

export type ReservationStatus = 'open' | 'committed' | 'released';

/** A hold that ran out is released; when its order is paid after all, and the stock is still there, it is taken again. */
export const reservationLifecycle = new Lifecycle<ReservationStatus>('reservation', {
  open: ['committed', 'released'],
  released: ['open'],
  committed: [],
});

/** One SKU of an order, and the shelves that it is held on, or was sold from. */
export interface HeldLine extends AllocatedLine {
  readonly from: readonly HeldSource[];
}

export interface HeldSource extends Source {
  /** How many of those sold from there have come back. */
  readonly returned?: number;
}

/** The stock that is promised to one order. */
export interface Reservation {
  readonly orderId: string;
  /** One for each SKU, in the order of the SKUs. */
  readonly lines: readonly HeldLine[];
  readonly status: ReservationStatus;
  /** How often the stock was taken: 1, and one more each time after it was given up. */
  readonly takes: number;
  /** From then on it is not counted against anybody, whether a sweeper has come by or not. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Counts the saves; one is only made on what was read. */
  readonly version: number;
}

export interface ReservationChange {
  readonly next: Reservation;
  readonly change: StockChange;
}

/** Takes stock for an order, for the first time or (after `previous` was released) again. */
export function hold(
  request: { readonly orderId: string; readonly lines: readonly AllocatedLine[]; readonly expiresAt: Date },
  previous: Reservation | null,
  now: Date,
): ReservationChange {
  const { orderId, lines, expiresAt } = request;
  const again = previous && reservationLifecycle.move(previous, 'open');
  const { takes, createdAt, version } = again ?? { takes: 0, createdAt: now, version: 0 };
  const next: Reservation = { orderId, lines, status: 'open', takes: takes + 1, expiresAt, createdAt, updatedAt: now, version };
  return { next, change: changeBy(causeOf(next, 'reserved'), movementsOf(next, 'reserved', now), now) };
}

/** What was held is sold: it leaves the shelf. What is on back-order stays promised until it is there. */
export function commit(reservation: Reservation, now: Date): ReservationChange {
  const next = { ...reservationLifecycle.move(reservation, 'committed'), updatedAt: now };
  const movements = movementsOf(next, 'sold', now).filter(({ location }) => location !== onBackorder);
  return { next, change: changeBy(causeOf(next, 'sold'), movements, now) };
}

/** What an order still waits for. */
export function owedTo({ status, lines }: Pick<Reservation, 'status' | 'lines'>): StockLine[] {
  if (status === 'released') return [];
  return lines.map(({ sku, from }) => ({ sku, quantity: pieceAt(from, onBackorder) })).filter(({ quantity }) => quantity > 0);
}

/** How many pieces come from a location. */
export function pieceAt(from: readonly Source[], location: string): number {
  return from.find((source) => source.location === location)?.quantity ?? 0;
}

/** What was held for an order is free again. */
export function release(reservation: Reservation, now: Date): ReservationChange {
  const next = { ...reservationLifecycle.move(reservation, 'released'), updatedAt: now };
  return { next, change: changeBy(causeOf(next, 'released'), movementsOf(next, 'released', now), now) };
}

/** Holds that ran out are given up together, so that the hottest SKU is written once for all of them. */
export function expire(reservations: readonly Reservation[], now: Date): StockChange {
  const movements = reservations.flatMap((reservation) => movementsOf(reservationLifecycle.move(reservation, 'released'), 'released', now));
  const events = reservations.map(({ orderId }) => new ReservationExpired({ orderId }));
  return changeBy(`expired:${newId(now.getTime())}`, movements, now, events);
}

/** The levels as they would be if what is held were given up. */
export function without(held: readonly (Source & Pick<StockLine, 'sku'>)[], levels: Levels): Levels {
  const freed = new Map(levels);
  for (const { sku, location, quantity } of held) {
    const level = freed.get(sku);
    const shelves = level && moved(level.shelves, { location, kind: 'released', quantity });
    if (shelves) freed.set(sku, { ...level, ...totalsOf(shelves), shelves });
  }
  return freed;
}

function causeOf({ orderId, takes }: Reservation, kind: MovementKind): string {
  return `${kind}:${orderId}:${takes}`;
}

function movementsOf(reservation: Reservation, kind: MovementKind, at: Date): Movement[] {
  const { orderId } = reservation;
  const cause = causeOf(reservation, kind);
  return piecesOf(reservation).map(({ sku, location, quantity }) => ({
    id: movementId(cause, location, sku),
    ...{ sku, location, kind, quantity, at, orderId },
  }));
}

function piecesOf({ lines }: Reservation): (Source & Pick<StockLine, 'sku'>)[] {
  return lines.flatMap(({ sku, from }) => from.map(({ location, quantity }) => ({ sku, location, quantity })));
}
