import { refusal } from '@cartwright/kernel';

/** A SKU of which more was asked for than there is. */
export interface Shortage {
  readonly sku: string;
  readonly asked: number;
  readonly available: number;
}

export const OutOfStock = refusal<{ items: readonly Shortage[] }>(
  'inventory.out_of_stock',
  'conflict',
  ({ items }) => items.map(({ sku, asked, available }) => `Only ${available} of ${sku} left, ${asked} asked for.`).join(' '),
  { items: [{ sku: 'MUG-BLUE', asked: 4, available: 3 }] },
);
export const ReservationGone = refusal<{ orderId: string; items: readonly Shortage[] }>(
  'inventory.reservation_gone',
  'conflict',
  () => 'The stock that was held for this order was given up, and is not there to be taken again.',
  { orderId: '6565f0c2a1b2c3d4e5f60718', items: [{ sku: 'MUG-BLUE', asked: 4, available: 3 }] },
);
export const SkuNotFound = refusal<{ sku: string }>(
  'inventory.sku_not_found',
  'not_found',
  ({ sku }) => `There is no SKU ${sku.slice(0, 100)}.`,
  { sku: 'MUG-BLUE' },
);
export const BelowReserved = refusal<{ items: readonly { sku: string; location: string; onHand: number; reserved: number }[] }>(
  'inventory.below_reserved',
  'conflict',
  ({ items }) =>
    items
      .map(
        ({ sku, location, onHand, reserved }) =>
          `${onHand} of ${sku} at ${location} would be less than the ${reserved} promised to open orders.`,
      )
      .join(' '),
  { items: [{ sku: 'MUG-BLUE', location: 'main', onHand: 1, reserved: 2 }] },
);
export const OnHandChanged = refusal<{ sku: string; location: string; expectedOnHand: number; onHand: number }>(
  'inventory.on_hand_changed',
  'conflict',
  ({ sku, location, expectedOnHand, onHand }) => `${onHand} of ${sku} are on hand at ${location}, not ${expectedOnHand}.`,
  { sku: 'MUG-BLUE', location: 'main', expectedOnHand: 12, onHand: 11 },
);
export const LocationNotFound = refusal<{ location: string }>(
  'inventory.location_not_found',
  'not_found',
  ({ location }) => `There is no location ${location.slice(0, 100)}.`,
  { location: 'east' },
);
export const DuplicateLocation = refusal<{ location: string }>(
  'inventory.duplicate_location',
  'conflict',
  ({ location }) => `There is a location ${location} already.`,
  { location: 'east' },
);
export const TooManyLocations = refusal<{ most: number }>(
  'inventory.too_many_locations',
  'conflict',
  ({ most }) => `There are ${most} locations already, which is the most there can be.`,
  { most: 50 },
);
export const MoreThanSold = refusal<{ items: readonly { sku: string; asked: number; left: number }[] }>(
  'inventory.more_than_sold',
  'conflict',
  ({ items }) => items.map(({ sku, asked, left }) => `${asked} of ${sku} cannot come back: ${left} of those sold are still out.`).join(' '),
  { items: [{ sku: 'MUG-BLUE', asked: 3, left: 2 }] },
);
