import { LevelsChanged } from '../contract/stock-events';
import type { DomainEvent } from '@cartwright/kernel';
import { inOrder } from './level';

/** Why a level changes. `adjusted` has a signed quantity, all others a positive one. */
export type MovementKind = 'received' | 'reserved' | 'released' | 'sold' | 'returned' | 'adjusted';

/** An entry of the ledger: one SKU, one cause. A level is nothing but the sum of its SKU's movements. */
export interface Movement {
  /** The cause and the SKU, `reserved:<order>:<take>:<sku>` say: a cause moves a SKU once, however often it is told. */
  readonly id: string;
  readonly sku: string;
  readonly kind: MovementKind;
  readonly quantity: number;
  readonly at: Date;
  readonly orderId?: string;
  readonly reason?: string;
  /** The admin who adjusted it. */
  readonly by?: string;
}

/** What one piece of each kind of movement does to a level. */
const effects: Readonly<Record<MovementKind, { readonly onHand: number; readonly reserved: number }>> = {
  received: { onHand: 1, reserved: 0 },
  reserved: { onHand: 0, reserved: 1 },
  released: { onHand: 0, reserved: -1 },
  sold: { onHand: -1, reserved: -1 },
  returned: { onHand: 1, reserved: 0 },
  adjusted: { onHand: 1, reserved: 0 },
};

export const movementKinds = Object.keys(effects) as MovementKind[];

/** How far a level moves; the same shape as the level that movements from nothing add up to. */
export interface Step {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
}

/** What movements add up to, one step for each SKU, in the order of the SKUs. Over a SKU's whole ledger it is its level. */
export function fold(movements: readonly Pick<Movement, 'sku' | 'kind' | 'quantity'>[]): Step[] {
  const steps = new Map<string, Step>();
  for (const { sku, kind, quantity } of movements) {
    const before = steps.get(sku) ?? { sku, onHand: 0, reserved: 0, available: 0 };
    const onHand = before.onHand + effects[kind].onHand * quantity;
    const reserved = before.reserved + effects[kind].reserved * quantity;
    steps.set(sku, { sku, onHand, reserved, available: onHand - reserved });
  }
  return inOrder([...steps.values()]);
}

/** A decision about stock: what goes to the ledger, and whom to tell. */
export interface StockChange {
  /** Unique for ever: what brought the change about. */
  readonly cause: string;
  readonly movements: readonly Movement[];
  readonly events: readonly DomainEvent[];
  readonly at: Date;
}

/** A change with its news: whoever shows stock hears of the SKUs of which more or less can be bought now. */
export function changeBy(cause: string, movements: readonly Movement[], at: Date, events: readonly DomainEvent[] = []): StockChange {
  const skus = fold(movements)
    .filter((step) => step.available !== 0)
    .map((step) => step.sku);
  return { cause, movements, at, events: skus.length > 0 ? [new LevelsChanged({ skus }), ...events] : events };
}
