import type { Shortage } from '../contract/refusals';
import type { StockLine } from '../contract/stock-lines';

/** Where everything is that nobody has said to be elsewhere. It is there without being set up. */
export const defaultLocation = 'main';

/** Stands in the place of a location for what is promised but on no shelf yet: only ever reserved, never on hand. */
export const onBackorder = 'backorder';

/** Leave to promise more of a SKU than there is: so many pieces at most, or (`null`) any number. */
export interface BackorderRule {
  readonly limit: number | null;
}

/** Stands for any number of pieces. */
export const anyNumber = 1_000_000_000;

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
  /** What of it is promised to open orders, and what is owed to orders on back-order. */
  readonly reserved: number;
  /** Below zero by what is owed beyond what is there. */
  readonly available: number;
  readonly shelves: Shelves;
  /** Missing: no more is promised than there is. */
  readonly backorder?: BackorderRule;
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

/** Whether a location can hold that. */
export function isPossible(location: string, { onHand, reserved }: Shelf): boolean {
  return reserved >= 0 && (location === onBackorder ? onHand === 0 : onHand >= reserved);
}

/** What is promised of a SKU but on no shelf yet. */
export function backorderedOf(level: Pick<Level, 'shelves'>): number {
  return shelfAt(level, onBackorder).reserved;
}

/** How many more pieces may be promised beyond what there is. */
export function roomOf(level: Level): number {
  return level.backorder ? Math.max(0, (level.backorder.limit ?? anyNumber) - backorderedOf(level)) : 0;
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

/** What of a demand is not there, on back-order or not. */
export function lackingOf(demand: readonly StockLine[], levels: Levels): StockLine[] {
  return demand.map(({ sku, quantity }) => ({ sku, quantity: quantity - inStock(levels.get(sku)) })).filter(({ quantity }) => quantity > 0);
}

/** Every SKU of which more is asked for than there is and may be promised beyond that. One that has no level has nothing. */
export function shortagesOf(demand: readonly StockLine[], levels: Levels): Shortage[] {
  return demand
    .map(({ sku, quantity }) => {
      const level = levels.get(sku);
      return { sku, asked: quantity, available: level ? inStock(level) + roomOf(level) : 0 };
    })
    .filter(({ asked, available }) => asked > available);
}

/** What there is of a SKU to be promised now. What waits on back-order goes before. */
export function inStock(level: Pick<Level, 'available'> | undefined): number {
  return Math.max(0, level?.available ?? 0);
}

/** Sorted by SKU, by code units, so that the order is the same on every machine. */
export function inOrder<T extends { readonly sku: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
}
