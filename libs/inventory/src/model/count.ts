import { BelowReserved, OnHandChanged } from '../contract/refusals';
import type { CountedShelf } from '../contract/stock-commands';
import { defaultLocation, inOrder, shelfAt, type Level, type Levels } from './level';
import { changeBy, movementId, type Movement, type StockChange } from './movement';

/** What an admin asks for: a step, or what is really there. */
export interface Adjustment {
  /** Where; without it, at the default location. */
  readonly location?: string;
  readonly change?: number;
  readonly onHand?: number;
  /** What the admin saw; when it is not so any more, nothing is adjusted. */
  readonly expectedOnHand?: number;
  readonly reason: string;
  readonly by?: string;
  /** What the difference is: a correction, unless a delivery was received or pieces were damaged. */
  readonly kind?: AdjustmentKind;
}

export const adjustmentKinds = ['adjusted', 'received', 'damaged'] as const;
export type AdjustmentKind = (typeof adjustmentKinds)[number];

/** One cause for the movements of a count or an adjustment. */
interface Occasion {
  readonly id: string;
  readonly reason: string;
  readonly now: Date;
  readonly by?: string;
  readonly kind?: AdjustmentKind;
}

/** Brings shelves to what was counted. What is new there is received, what is known is adjusted; of several counts of a shelf the last holds. */
export function count(counted: readonly CountedShelf[], levels: Levels, occasion: Occasion): StockChange {
  const shelves = counted.map(({ sku, location = defaultLocation, onHand }) => ({ sku, location, onHand }));
  const final = inOrder([...new Map(shelves.map((row) => [`${row.location}:${row.sku}`, row])).values()]);
  const below = final.flatMap(({ sku, location, onHand }) => {
    const level = levels.get(sku);
    const reserved = level ? shelfAt(level, location).reserved : 0;
    return onHand < reserved ? [{ sku, location, onHand, reserved }] : [];
  });
  if (below.length > 0) throw new BelowReserved({ items: below });
  return changeBy(
    `count:${occasion.id}`,
    final.flatMap((row) => movementTo(row, levels.get(row.sku), occasion)),
    occasion.now,
  );
}

/**
 * Corrects one shelf by hand. Refuses to go below what is promised to open orders, and an outdated idea of what is there. What is received is a step up, what is
 * damaged a step down.
 */
export function adjust(level: Level, adjustment: Adjustment, id: string, now: Date): StockChange {
  const { location = defaultLocation, change = 0, onHand, expectedOnHand, reason, by, kind } = adjustment;
  const { sku } = level;
  const there = shelfAt(level, location).onHand;
  if (expectedOnHand !== undefined && expectedOnHand !== there) throw new OnHandChanged({ sku, location, expectedOnHand, onHand: there });
  return count([{ sku, location, onHand: onHand ?? there + change }], new Map([[sku, level]]), { id, reason, by, kind, now });
}

function movementTo({ sku, location, onHand }: Required<CountedShelf>, level: Level | undefined, occasion: Occasion): Movement[] {
  const { id, reason, by, now: at } = occasion;
  const quantity = onHand - (level ? shelfAt(level, location).onHand : 0);
  // A SKU that is new has an entry even when there is nothing of it: it is known from then on.
  if (quantity === 0 && level) return [];
  const kind = occasion.kind ?? (level && Object.hasOwn(level.shelves, location) ? 'adjusted' : 'received');
  const pieces = kind === 'damaged' ? -quantity : quantity;
  return [{ id: movementId(`${kind}:${id}`, location, sku), sku, location, kind, quantity: pieces, at, reason, by }];
}
