import type { AllocatedLine } from '../model/allocation';
import { defaultLocation, totalsOf, type Level, type Shelf } from '../model/level';

/** A level with these shelves; `aLevel('SAW', { onHand: 10, reserved: 4 })` has it all at the default location. */
export function aLevel(sku: string, shelves: Shelf | Readonly<Record<string, Shelf>>, rest: Partial<Level> = {}): Level {
  const placed = isShelf(shelves) ? { [defaultLocation]: shelves } : shelves;
  return { sku, ...totalsOf(placed), shelves: placed, revision: 1, ...rest };
}

export function levelsOf(...levels: readonly Level[]): Map<string, Level> {
  return new Map(levels.map((level) => [level.sku, level]));
}

/** Pieces of a SKU that are held on one shelf. */
export function heldLine(sku: string, quantity: number, location = defaultLocation): AllocatedLine {
  return { sku, quantity, from: [{ location, quantity }] };
}

function isShelf(shelves: Shelf | Readonly<Record<string, Shelf>>): shelves is Shelf {
  return typeof shelves.onHand === 'number';
}
