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
 * holds that have run out are taken back before that. Where back-orders are allowed, what is not there is promised all the same; answers how much that is, by
 * SKU. Repeating it holds nothing twice. Joins the caller's transaction, and belongs at its end.
 */
export class ReserveStock extends Command<readonly StockLine[]> {
  constructor(
    readonly input: {
      readonly orderId: string;
      readonly lines: readonly StockLine[];
      readonly expiresAt: Date;
      /** The order is made in this very transaction, so nothing can be held for it yet; this is not looked up, then. */
      readonly isNew?: boolean;
    },
  ) {
    super();
  }
}

/**
 * The order is paid: what was held is sold, and what it waits for on back-order is sold when it comes. Repeating it sells nothing twice. A hold that ran out meanwhile is taken again; refuses
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

/**
 * Pieces of a paid order will not be sent: what of them it still waits for is not owed any more, the rest is back on the shelves. Keys and refusals as those of
 * {@link RestockItems}, which is for pieces that were sent.
 */
export class ReclaimItems extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly key: string; readonly lines: readonly StockLine[] }) {
    super();
  }
}

/** What can be bought of a SKU. `revision` grows with every change, so that a projection can tell old news from new. */
export interface Availability {
  /** On hand, and promised to nobody. */
  readonly available: number;
  /** How many more may be ordered on back-order: none, unless the SKU allows it; 1,000,000,000 stands for any number. */
  readonly backorderable: number;
  readonly revision: number;
}

/** What can be bought now, by SKU; SKUs that inventory does not know are missing. One database call. */
export class GetAvailability extends Query<Readonly<Record<string, Availability>>> {
  constructor(readonly input: { readonly skus: readonly string[] }) {
    super();
  }
}

/** One SKU of an order. */
export interface OrderStockLine extends StockLine {
  /** Where its pieces are held, or were sold from; together with `backordered` they are the quantity. */
  readonly from: readonly { readonly location: string; readonly quantity: number }[];
  /** How many of them are not there yet. */
  readonly backordered: number;
}

/** Where an order's pieces are, and what it still waits for, by SKU; none without a reservation. One database call. */
export class GetOrderStock extends Query<readonly OrderStockLine[]> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/** What an order has of a SKU, by the ledger. */
export interface SoldPieces {
  readonly orderId: string;
  readonly sku: string;
  /** Sold, and not come back. */
  readonly out: number;
  /** Paid for, and not there yet. */
  readonly owed: number;
}

/** What the orders from one id to another (both included, in the order of their ids) have been sold, SKU by SKU. Three database calls, however many orders. */
export class GetSoldPieces extends Query<readonly SoldPieces[]> {
  constructor(readonly input: { readonly from: string; readonly to: string }) {
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

/** What is on hand by SKU, at the location that a count without one is of; SKUs that inventory does not know are missing. One database call. */
export class GetOnHand extends Query<ReadonlyMap<string, number>> {
  constructor(readonly input: { readonly skus: readonly string[] }) {
    super();
  }
}
