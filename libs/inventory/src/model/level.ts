import type { Shortage } from '../contract/refusals';
import type { StockLine } from '../contract/stock-lines';

/** Where everything is that nobody has said to be elsewhere. It is there without being set up. */
export const defaultLocation = 'main';

/** What one location holds of a SKU. Never negative, and never more reserved than on hand. */
export interface Shelf {
  readonly onHand: number;
  readonly reserved: number;
}

/** The shelves of one SKU, by the code of their location. */
export type Shelves = Readonly<Record<string, Shelf>>;

/** How many pieces of a SKU there are, over all its shelves. Always `available = onHand - reserved`. */
export interface Level {
  readonly sku: string;
  /** What the warehouses hold. */
  readonly onHand: number;
  /** What of it is promised to open orders. */
  readonly reserved: number;
  readonly available: number;
  readonly shelves: Shelves;
  /** The number of its latest entry in the ledger. */
  readonly revision: number;
  /** When that was; no later entry has an earlier time. Missing where the ledger was written before entries had numbers. */
  readonly movedAt?: Date;
}

export type Levels = ReadonlyMap<string, Level>;

/** The level of a SKU that inventory has never heard of. */
export function emptyLevel(sku: string): Level {
  return { sku, onHand: 0, reserved: 0, available: 0, shelves: {}, revision: 0 };
}

export function shelfAt({ shelves }: Pick<Level, 'shelves'>, location: string): Shelf {
  // A code may be a word that every object knows, `constructor` say.
  return (Object.hasOwn(shelves, location) ? shelves[location] : undefined) ?? { onHand: 0, reserved: 0 };
}

/** Whether a shelf can hold that. */
export function isPossible({ onHand, reserved }: Shelf): boolean {
  return reserved >= 0 && onHand >= reserved;
}

/** Whether two say the same of each location; an empty shelf is as good as none. */
export function sameShelves(some: Shelves, others: Shelves): boolean {
  return [...new Set([...Object.keys(some), ...Object.keys(others)])].every((location) => {
    const [a, b] = [shelfAt({ shelves: some }, location), shelfAt({ shelves: others }, location)];
    return a.onHand === b.onHand && a.reserved === b.reserved;
  });
}

/** What the shelves hold together. */
export function totalsOf(shelves: Shelves): Pick<Level, 'onHand' | 'reserved' | 'available'> {
  const onHand = Object.values(shelves).reduce((all, shelf) => all + shelf.onHand, 0);
  const reserved = Object.values(shelves).reduce((all, shelf) => all + shelf.reserved, 0);
  return { onHand, reserved, available: onHand - reserved };
}

/** What is asked of each SKU over all lines, in the order of the SKUs: everybody takes several rows in that order, so nobody waits in a circle. */
export function demandOf(lines: readonly StockLine[]): StockLine[] {
  const asked = new Map<string, number>();
  for (const { sku, quantity } of lines) asked.set(sku, (asked.get(sku) ?? 0) + quantity);
  return inOrder([...asked].map(([sku, quantity]) => ({ sku, quantity })));
}

/** Every SKU of which there is less than asked for. One that has no level has nothing. */
export function shortagesOf(demand: readonly StockLine[], levels: Levels): Shortage[] {
  return demand
    .map(({ sku, quantity }) => ({ sku, asked: quantity, available: levels.get(sku)?.available ?? 0 }))
    .filter(({ asked, available }) => asked > available);
}

/** Sorted by SKU, by code units, so that the order is the same on every machine. */
export function inOrder<T extends { readonly sku: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
}
