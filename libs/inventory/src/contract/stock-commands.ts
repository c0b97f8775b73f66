import { Command, Query } from '@nestjs/cqrs';
import type { Shortage } from './refusals';
import type { StockLine } from './stock-lines';

/** What was counted of one SKU at one location; at the default one, when none is named. */
export interface CountedShelf {
  readonly sku: string;
  readonly location?: string;
  readonly onHand: number;
}

/**
 * Sets what is on hand, as counted or imported: the difference goes to the ledger, and levels that are missing are made. Refuses `below_reserved` when less
 * would be on hand than open orders were promised, and `location_not_found`. Joins the caller's transaction.
 */
export class CountStock extends Command<void> {
  constructor(readonly input: { readonly levels: readonly CountedShelf[]; readonly reason: string }) {
    super();
  }
}

/**
 * Holds stock for an order until `expiresAt`, all lines or none. Lines of one SKU count together. Refuses `out_of_stock` with every SKU that is short;
 * holds that have run out are taken back before that. Repeating it holds nothing twice. Joins the caller's transaction, and belongs at its end.
 */
export class ReserveStock extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly lines: readonly StockLine[]; readonly expiresAt: Date }) {
    super();
  }
}

/**
 * The order is paid: what was held is sold. Repeating it sells nothing twice. A hold that ran out meanwhile is taken again; refuses
 * `reservation_gone` when the stock is not there any more.
 */
export class CommitReservation extends Command<void> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/** The order will not be paid: what was held is free. Does nothing without an open reservation. */
export class ReleaseReservation extends Command<void> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/** Sold pieces that came back. */
export interface ReturnedLine extends StockLine {
  /** `damaged` pieces came back, but not to be sold again. Without it they are on the shelf again. */
  readonly condition?: 'restock' | 'damaged';
  /** Where they came back to; without it, where they were sold from. */
  readonly location?: string;
}

/**
 * Sold pieces came back, each to be sold again or damaged. The same `key` of an order again does nothing; it is made of letters, digits, `-` and `_`. Refuses
 * `more_than_sold` when the order was not sold so many or they have come back before, and `location_not_found`. Joins the caller's transaction.
 */
export class RestockItems extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly key: string; readonly lines: readonly ReturnedLine[] }) {
    super();
  }
}

/** What can be bought of a SKU. `revision` grows with every change, so that a projection can tell old news from new. */
export interface Availability {
  readonly available: number;
  readonly revision: number;
}

/** What can be bought now, by SKU; SKUs that inventory does not know are missing. One database call. */
export class GetAvailability extends Query<Readonly<Record<string, Availability>>> {
  constructor(readonly input: { readonly skus: readonly string[] }) {
    super();
  }
}

/**
 * What a reservation of these lines would be refused for now; nothing, when there is enough. Holds that ran out do not count. A look without a
 * promise: it spares whoever is too late the work that {@link ReserveStock} would undo. One database call, two when something is short.
 */
export class GetShortages extends Query<readonly Shortage[]> {
  constructor(readonly input: { readonly lines: readonly StockLine[] }) {
    super();
  }
}
