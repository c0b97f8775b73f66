import { newDocument, newId, type Change, type Stored } from '@cartwright/kernel';
import { LocationChanged } from '../contract/stock-events';
import { defaultLocation, onBackorder, totalsOf, type Level, type Shelves } from './level';

/** Somewhere that stock is kept, and sold from while it is active. */
export interface StockLocation extends Stored {
  /** What it is called in levels and movements; unique, and never changed. */
  readonly code: string;
  readonly name: string;
  /** From the lowest, orders are served first. */
  readonly priority: number;
  readonly active: boolean;
}

/** All locations, in the order in which they serve. The default one is always among them. */
export type Locations = readonly StockLocation[];

export const mostLocations = 100;

/** The stored locations with the default one, which need not be stored, in the order in which they serve. */
export function inServingOrder(stored: readonly StockLocation[], now: Date): Locations {
  const all = stored.some(({ code }) => code === defaultLocation) ? stored : [...stored, unstoredDefault(now)];
  return [...all].sort((a, b) => a.priority - b.priority || (a.code < b.code ? -1 : 1));
}

export function newLocation(content: Pick<StockLocation, 'code' | 'name' | 'priority' | 'active'>, now: Date): Change<StockLocation> {
  return { next: { ...newDocument(newId(), now), ...content }, events: [] };
}

/** A location with other properties. Whoever shows stock hears of it when it begins or ceases to sell. */
export function editLocation(
  location: StockLocation,
  changes: Partial<Pick<StockLocation, 'name' | 'priority' | 'active'>>,
): Change<StockLocation> {
  const { name = location.name, priority = location.priority, active = location.active } = changes;
  const events = active === location.active ? [] : [new LocationChanged({ location: location.code, active })];
  return { next: { ...location, name, priority, active }, events };
}

/** The codes of the locations that serve, in their order. */
export function activeOf(locations: Locations): string[] {
  return locations.filter(({ active }) => active).map(({ code }) => code);
}

/** The level as it can be sold from: available is what active locations have, less what is owed. */
export function sellable(level: Level, locations: Locations): Level {
  const active = [...activeOf(locations), onBackorder];
  const open: Shelves = Object.fromEntries(Object.entries(level.shelves).filter(([code]) => active.includes(code)));
  return { ...level, available: totalsOf(open).available };
}

/** Grows with every edit of a location, so that what can be bought is newer after it though the level has not moved. */
export function revisionOf(locations: Locations): number {
  return locations.reduce((all, { version }) => all + version, 0);
}

function unstoredDefault(now: Date): StockLocation {
  return { ...newDocument(newId(), now), code: defaultLocation, name: 'Main', priority: 0, active: true };
}
