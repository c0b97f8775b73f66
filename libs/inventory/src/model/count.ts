import { BelowReserved, OnHandChanged } from '../contract/refusals';
import { inOrder, type Level, type Levels } from './level';
import { changeBy, type Movement, type StockChange } from './movement';

export interface Counted {
  readonly sku: string;
  readonly onHand: number;
}

/** What an admin asks for: a step, or what is really there. */
export interface Adjustment {
  readonly change?: number;
  readonly onHand?: number;
  /** What the admin saw; when it is not so any more, nothing is adjusted. */
  readonly expectedOnHand?: number;
  readonly reason: string;
  readonly by?: string;
}

/** One cause for the movements of a count or an adjustment. */
interface Occasion {
  readonly id: string;
  readonly reason: string;
  readonly now: Date;
  readonly by?: string;
}

/** Brings levels to what was counted. What is new to the shop is received, what is known is adjusted; of several counts of a SKU the last holds. */
export function count(counted: readonly Counted[], levels: Levels, occasion: Occasion): StockChange {
  const final = inOrder([...new Map(counted.map((row) => [row.sku, row])).values()]);
  const below = final.flatMap(({ sku, onHand }) => {
    const reserved = levels.get(sku)?.reserved ?? 0;
    return onHand < reserved ? [{ sku, onHand, reserved }] : [];
  });
  if (below.length > 0) throw new BelowReserved({ items: below });
  return changeBy(
    `count:${occasion.id}`,
    final.flatMap((row) => movementTo(row, levels.get(row.sku), occasion)),
    occasion.now,
  );
}

/** Corrects one level by hand. Refuses to go below what is promised to open orders, and an outdated idea of what is there. */
export function adjust(level: Level, { change, onHand, expectedOnHand, reason, by }: Adjustment, id: string, now: Date): StockChange {
  if (expectedOnHand !== undefined && expectedOnHand !== level.onHand) {
    throw new OnHandChanged({ sku: level.sku, expectedOnHand, onHand: level.onHand });
  }
  const target = onHand ?? level.onHand + (change ?? 0);
  return count([{ sku: level.sku, onHand: target }], new Map([[level.sku, level]]), { id, reason, by, now });
}

function movementTo({ sku, onHand }: Counted, level: Level | undefined, { id, reason, by, now: at }: Occasion): Movement[] {
  const quantity = onHand - (level?.onHand ?? 0);
  // A SKU that is new has an entry even when there is nothing of it: it is known from then on.
  if (quantity === 0 && level) return [];
  const kind = level ? 'adjusted' : 'received';
  return [{ id: `${kind}:${id}:${sku}`, sku, kind, quantity, at, reason, by }];
}
