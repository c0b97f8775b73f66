import type { StockLine } from '../contract/stock-lines';
import { lackingOf, onBackorder, shelfAt, totalsOf, type Level, type Levels } from './level';
import { activeOf, type Locations } from './location';

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
 * Decides which locations serve a demand: the first one that has all of it; else, SKU by SKU, the first that has all of that; else as many as it takes, in
 * their order. Only active ones. What is not there is promised on back-order: call it only for what there is or may be promised.
 */
export function allocate(demand: readonly StockLine[], levels: Levels, locations: Locations): AllocatedLine[] {
  const active = activeOf(locations);
  const lacking = new Map(lackingOf(demand, levels).map(({ sku, quantity }) => [sku, quantity]));
  const wanted = demand.map(({ sku, quantity }) => ({ sku, quantity: quantity - (lacking.get(sku) ?? 0) }));
  const whole = active.find((location) => wanted.every(({ sku, quantity }) => freeAt(levels.get(sku), location) >= quantity));
  return wanted.map(({ sku, quantity }) => {
    const places = active.map((location) => ({ location, quantity: freeAt(levels.get(sku), location) }));
    const one = whole ?? places.find((place) => place.quantity >= quantity)?.location;
    const there = one ? [{ location: one, quantity }] : spread(quantity, places);
    const owed = { location: onBackorder, quantity: lacking.get(sku) ?? 0 };
    return { sku, quantity: quantity + owed.quantity, from: [...there, owed].filter((source) => source.quantity > 0) };
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

/** What is free on one shelf. */
export function freeAt(level: Level | undefined, location: string): number {
  return level ? totalsOf({ [location]: shelfAt(level, location) }).available : 0;
}

/** The same pieces, one source for each location. */
export function merged<T extends Source>(sources: readonly T[]): T[] {
  const byLocation = new Map<string, T>();
  for (const source of sources) {
    const there = byLocation.get(source.location);
    byLocation.set(source.location, there ? { ...there, quantity: there.quantity + source.quantity } : source);
  }
  return [...byLocation.values()].filter(({ quantity }) => quantity > 0);
}
