import type { Shortage } from '../contract/refusals';
import type { StockLine } from '../contract/stock-lines';

/** How many pieces of a SKU there are. Always `available = onHand - reserved`, and none of the three is ever negative. */
export interface Level {
  readonly sku: string;
  /** What the warehouse holds. */
  readonly onHand: number;
  /** What of it is promised to open orders. */
  readonly reserved: number;
  readonly available: number;
  /** Counts the changes. */
  readonly revision: number;
}

export type Levels = ReadonlyMap<string, Level>;

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
