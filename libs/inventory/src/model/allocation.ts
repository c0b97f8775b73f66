import type { StockLine } from '../contract/stock-lines';
import { shelfAt, totalsOf, type Level, type Levels } from './level';
import type { Locations } from './location';

/** Pieces on the shelf of one location. */
export interface Source {
  readonly location: string;
  readonly quantity: number;
}

/** Pieces of one SKU, and the shelves that they are taken from: they add up to the quantity. */
export interface AllocatedLine extends StockLine {
  readonly from: readonly Source[];
}

/**
 * Decides which locations serve a demand of which enough is there: the first one that has all of it; else, SKU by SKU, the first that has all of that; else
 * as many as it takes, in their order. Only active ones.
 */
export function allocate(demand: readonly StockLine[], levels: Levels, locations: Locations): AllocatedLine[] {
  const active = locations.filter((location) => location.active).map(({ code }) => code);
  const free = (sku: string, location: string): number => freeAt(levels.get(sku), location);
  const whole = active.find((location) => demand.every(({ sku, quantity }) => free(sku, location) >= quantity));
  return demand.map(({ sku, quantity }) => {
    const one = whole ?? active.find((location) => free(sku, location) >= quantity);
    const from = one
      ? [{ location: one, quantity }]
      : spread(
          quantity,
          active.map((location) => ({ location, quantity: free(sku, location) })),
        );
    return { sku, quantity, from };
  });
}

/** Takes a quantity from places in their order, as much as each has. Throws when they have less. */
export function spread(quantity: number, places: readonly Source[]): Source[] {
  let left = quantity;
  const taken = places.map(({ location, quantity: there }) => {
    const piece = Math.min(left, Math.max(there, 0));
    left -= piece;
    return { location, quantity: piece };
  });
  if (left > 0) throw new Error(`${quantity} pieces are to be taken, but ${left} of them are nowhere.`);
  return taken.filter((source) => source.quantity > 0);
}

function freeAt(level: Level | undefined, location: string): number {
  return level ? totalsOf({ [location]: shelfAt(level, location) }).available : 0;
}
