import { refusal } from '@cartwright/kernel';

/** A SKU of which more was asked for than there is. */
export interface Shortage {
  readonly sku: string;
  readonly asked: number;
  readonly available: number;
}

export const OutOfStock = refusal<{ items: readonly Shortage[] }>('inventory.out_of_stock', 'conflict', ({ items }) =>
  items.map(({ sku, asked, available }) => `Only ${available} of ${sku} left, ${asked} asked for.`).join(' '),
);
export const ReservationGone = refusal<{ orderId: string; items: readonly Shortage[] }>(
  'inventory.reservation_gone',
  'conflict',
  () => 'The stock that was held for this order was given up, and is not there to be taken again.',
);
export const SkuNotFound = refusal<{ sku: string }>(
  'inventory.sku_not_found',
  'not_found',
  ({ sku }) => `There is no SKU ${sku.slice(0, 100)}.`,
);
export const BelowReserved = refusal<{ items: readonly { sku: string; onHand: number; reserved: number }[] }>(
  'inventory.below_reserved',
  'conflict',
  ({ items }) =>
    items
      .map(({ sku, onHand, reserved }) => `${onHand} of ${sku} on hand would be less than the ${reserved} promised to open orders.`)
      .join(' '),
);
export const OnHandChanged = refusal<{ sku: string; expectedOnHand: number; onHand: number }>(
  'inventory.on_hand_changed',
  'conflict',
  ({ sku, expectedOnHand, onHand }) => `${onHand} of ${sku} are on hand, not ${expectedOnHand}.`,
);
