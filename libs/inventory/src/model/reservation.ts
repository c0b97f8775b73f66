import { Lifecycle, newId } from '@cartwright/kernel';
import { ReservationExpired } from '../contract/stock-events';
import type { StockLine } from '../contract/stock-lines';
import { demandOf, type Levels } from './level';
import { changeBy, type Movement, type MovementKind, type StockChange } from './movement';

export type ReservationStatus = 'open' | 'committed' | 'released';

/** A hold that ran out is released; when its order is paid after all, and the stock is still there, it is taken again. */
export const reservationLifecycle = new Lifecycle<ReservationStatus>('reservation', {
  open: ['committed', 'released'],
  released: ['open'],
  committed: [],
});

/** The stock that is promised to one order. */
export interface Reservation {
  readonly orderId: string;
  /** One for each SKU, in the order of the SKUs. */
  readonly lines: readonly StockLine[];
  readonly status: ReservationStatus;
  /** How often the stock was taken: 1, and one more each time after it was given up. */
  readonly takes: number;
  /** From then on it is not counted against anybody, whether a sweeper has come by or not. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ReservationChange {
  readonly next: Reservation;
  readonly change: StockChange;
}

/** Takes stock for an order, for the first time or (after `previous` was released) again. */
export function hold(
  request: { readonly orderId: string; readonly lines: readonly StockLine[]; readonly expiresAt: Date },
  previous: Reservation | null,
  now: Date,
): ReservationChange {
  const { orderId, expiresAt } = request;
  const lines = demandOf(request.lines);
  const again = previous && reservationLifecycle.move(previous, 'open');
  const takes = (again?.takes ?? 0) + 1;
  const next: Reservation = { orderId, lines, status: 'open', takes, expiresAt, createdAt: again?.createdAt ?? now, updatedAt: now };
  return { next, change: changeBy(causeOf(next, 'reserved'), movementsOf(next, 'reserved', now), now) };
}

/** What was held is sold: it leaves the shelf. */
export function commit(reservation: Reservation, now: Date): ReservationChange {
  const next = { ...reservationLifecycle.move(reservation, 'committed'), updatedAt: now };
  return { next, change: changeBy(causeOf(next, 'sold'), movementsOf(next, 'sold', now), now) };
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

/** The levels as they would be if these reservations were given up. */
export function without(reservations: readonly Reservation[], levels: Levels): Levels {
  const given = demandOf(reservations.flatMap((reservation) => reservation.lines));
  const freed = new Map(given.map(({ sku, quantity }) => [sku, quantity]));
  return new Map(
    [...levels].map(([sku, level]) => {
      const pieces = freed.get(sku) ?? 0;
      return [sku, { ...level, reserved: level.reserved - pieces, available: level.available + pieces }];
    }),
  );
}

/** Sold pieces come back to the shelf. */
export function restock(orderId: string, key: string, lines: readonly StockLine[], now: Date): StockChange {
  const cause = `returned:${orderId}:${key}`;
  const movements = demandOf(lines).map(({ sku, quantity }): Movement => ({
    id: `${cause}:${sku}`,
    sku,
    kind: 'returned',
    quantity,
    at: now,
    orderId,
  }));
  return changeBy(cause, movements, now);
}

function causeOf({ orderId, takes }: Reservation, kind: MovementKind): string {
  return `${kind}:${orderId}:${takes}`;
}

function movementsOf(reservation: Reservation, kind: MovementKind, at: Date): Movement[] {
  const { orderId, lines } = reservation;
  const cause = causeOf(reservation, kind);
  return lines.map(({ sku, quantity }) => ({ id: `${cause}:${sku}`, sku, kind, quantity, at, orderId }));
}
