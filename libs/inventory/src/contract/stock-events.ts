import { EventName, type DomainEvent } from '@cartwright/kernel';

/** What can be bought of these SKUs changed; ask `GetAvailability` how much it is now. */
@EventName('inventory.levels_changed.v1')
export class LevelsChanged implements DomainEvent {
  constructor(readonly data: { readonly skus: readonly string[] }) {}
}

/** An order's hold on its stock ran out before it was paid, and the stock is free. */
@EventName('inventory.reservation_expired.v1')
export class ReservationExpired implements DomainEvent {
  constructor(readonly data: { readonly orderId: string }) {}
}

/** A location begins or ceases to sell what it has. */
@EventName('inventory.location_changed.v1')
export class LocationChanged implements DomainEvent {
  constructor(readonly data: { readonly location: string; readonly active: boolean }) {}
}

/** Pieces that an order waited for on back-order are there and set aside for it; so many (`left`) it still waits for. */
@EventName('inventory.backorder_served.v1')
export class BackorderServed implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly sku: string; readonly quantity: number; readonly left: number }) {}
}
