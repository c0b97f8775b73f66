import type { DomainEvent } from '@cartwright/kernel';
import { LevelsChanged } from '../contract/stock-events';
import {
  defaultLocation,
  emptyLevel,
  inOrder,
  isPossible,
  onBackorder,
  roomOf,
  shelfAt,
  totalsOf,
  type Level,
  type Levels,
  type Shelf,
  type Shelves,
} from './level';

/** Why a level changes. `adjusted` has a signed quantity, all others one that is not negative. */
export type MovementKind = 'received' | 'reserved' | 'released' | 'sold' | 'returned' | 'adjusted' | 'damaged';

/** What happened to one SKU at one location, from one cause. A level is nothing but the sum of its SKU's movements. */
export interface Movement {
  /** See {@link movementId}: a cause moves a shelf once, however often it is told. */
  readonly id: string;
  readonly sku: string;
  /** Missing in ledgers from before there were locations: then it is the default one. */
  readonly location?: string;
  readonly kind: MovementKind;
  readonly quantity: number;
  readonly at: Date;
  readonly orderId?: string;
  readonly reason?: string;
  /** The admin who adjusted it. */
  readonly by?: string;
}

/** A movement as it stands in the ledger. What has no number was written before entries had one. */
export interface Entry extends Movement {
  /** Its place in the SKU's ledger, from 1, without gaps: the level's revision when it was written. */
  readonly revision?: number;
  /** The SKU's shelves after it, so that nobody has to add up what came before. */
  readonly after?: Shelves;
}

/** What one piece of each kind of movement does to a shelf. */
const effects: Readonly<Record<MovementKind, Shelf>> = {
  received: { onHand: 1, reserved: 0 },
  reserved: { onHand: 0, reserved: 1 },
  released: { onHand: 0, reserved: -1 },
  sold: { onHand: -1, reserved: -1 },
  returned: { onHand: 1, reserved: 0 },
  adjusted: { onHand: 1, reserved: 0 },
  damaged: { onHand: -1, reserved: 0 },
};

export const movementKinds = Object.keys(effects) as MovementKind[];

/** The id of a movement: what caused it, where, and of which SKU. The default location goes without saying, as it did before there were others. */
export function movementId(cause: string, location: string, sku: string): string {
  return location === defaultLocation ? `${cause}:${sku}` : `${cause}@${location}:${sku}`;
}

type Moving = Pick<Movement, 'location' | 'kind' | 'quantity'>;

/** The shelves after a movement, whatever comes of it: it is for {@link record} to refuse what cannot be. */
export function moved(shelves: Shelves, { location = defaultLocation, kind, quantity }: Moving): Shelves {
  const before = shelfAt({ shelves }, location);
  const onHand = before.onHand + effects[kind].onHand * quantity;
  const reserved = before.reserved + effects[kind].reserved * quantity;
  return { ...shelves, [location]: { onHand, reserved } };
}

/** What movements of one SKU add up to. Over its whole ledger that is what its level says. */
export function fold(movements: Iterable<Moving>): Shelves {
  let shelves: Shelves = {};
  for (const movement of movements) shelves = moved(shelves, movement);
  return shelves;
}

/**
 * Writes movements down, one after the other, beginning at these levels: each gets its number and what the shelves hold after it, and a time that
 * is not before the one of the entry before it. Throws where a shelf would hold less than nothing or less than is promised of it, and where more would be
 * promised on back-order than may be.
 */
export function record(movements: readonly Movement[], levels: Levels): { readonly entries: Entry[]; readonly next: Level[] } {
  const next = new Map<string, Level>();
  const entries = movements.map((movement): Entry => {
    const level = entered(movement, next.get(movement.sku) ?? levels.get(movement.sku) ?? emptyLevel(movement.sku));
    next.set(movement.sku, level);
    return { ...movement, at: level.movedAt, revision: level.revision, after: level.shelves };
  });
  return { entries, next: inOrder([...next.values()]) };
}

function entered(movement: Movement, level: Level): Level & { readonly movedAt: Date } {
  const { id, sku, at, location = defaultLocation } = movement;
  const shelves = moved(level.shelves, movement);
  const shelf = shelfAt({ shelves }, location);
  const beyond = location === onBackorder && movement.kind === 'reserved' && movement.quantity > roomOf(level);
  if (!isPossible(location, shelf) || beyond)
    throw new Error(`${id} does not add up: ${shelf.onHand} on hand, ${shelf.reserved} reserved at ${location}.`);
  const movedAt = level.movedAt && level.movedAt > at ? level.movedAt : at;
  return { ...level, ...totalsOf(shelves), sku, shelves, movedAt, revision: level.revision + 1 };
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
  const available = new Map<string, number>();
  for (const { sku, kind, quantity } of movements) {
    const { onHand, reserved } = effects[kind];
    available.set(sku, (available.get(sku) ?? 0) + (onHand - reserved) * quantity);
  }
  const skus = [...available].flatMap(([sku, step]) => (step === 0 ? [] : [sku])).sort();
  return { cause, movements, at, events: skus.length > 0 ? [new LevelsChanged({ skus }), ...events] : events };
}
