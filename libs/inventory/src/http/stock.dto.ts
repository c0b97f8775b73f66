import {
  Flag,
  Instant,
  InstantText,
  InvalidInput,
  ListOf,
  Nested,
  OneOf,
  pageOf,
  PageQuery,
  ReferenceNumber,
  Text,
  Whole,
  type Page,
} from '@cartwright/platform';
import { adjustmentKinds, type AdjustmentKind } from '../model/count';
import { backorderedOf, defaultLocation, onBackorder, totalsOf } from '../model/level';
import { movementKinds } from '../model/movement';
import type { Entry, Level } from '../usecases/stock-queries';

const most = 1_000_000_000;

/** Whether more of a SKU may be ordered than there is. */
export class BackorderDto {
  @Flag({ description: 'Whether more may be ordered than there is.', example: true })
  allowed!: boolean;
  @Whole({ max: most, optional: true, nullable: true, description: 'How many more at most; null: any number.', example: 20 })
  limit?: number | null;
}

/** How many pieces of a SKU there are. */
export class LevelDto {
  @Text({ example: 'MH01-XS-Black' })
  sku!: string;
  @Whole({ description: 'What the locations hold together.', example: 12 })
  onHand!: number;
  @Whole({ description: 'What is promised to open orders, back-orders included.', example: 2 })
  reserved!: number;
  @Whole({
    min: Number.MIN_SAFE_INTEGER,
    description: 'What can be bought: on hand less reserved, at active locations. Below zero: so many are owed to back-orders.',
    example: 10,
  })
  available!: number;
  @Whole({ description: 'What is promised, but not there yet.', example: 0 })
  backordered!: number;
  @Nested(() => BackorderDto, { optional: true, description: 'Absent for past instants.' })
  backorder?: BackorderDto;
  @Whole({ description: 'Counts the changes.', example: 7 })
  revision!: number;

  static of(level: Level): LevelDto {
    const { sku, onHand, reserved, available, revision, backorder } = level;
    const rule = { allowed: backorder !== undefined, limit: backorder?.limit ?? null };
    return { sku, onHand, reserved, available, backordered: backorderedOf(level), backorder: rule, revision };
  }
}

/** What one location holds of a SKU. */
class ShelfDto {
  @Text({ description: 'The code of the location.', example: 'main' })
  location!: string;
  @Whole({ example: 12 })
  onHand!: number;
  @Whole({ example: 2 })
  reserved!: number;
}

/** An entry of a SKU's ledger. */
export class MovementDto {
  @Text({ description: 'The cause and the SKU; unique.', example: 'sold:6565f0c2a1b2c3d4e5f60718:1:MH01-XS-Black' })
  id!: string;
  @Whole({ min: 1, optional: true, description: 'Its place in the ledger of the SKU, from 1, without gaps.', example: 7 })
  revision?: number;
  @OneOf(movementKinds)
  kind!: string;
  @Text({ description: 'The code of the location; `backorder`: promised, but not there yet.', example: 'main' })
  location!: string;
  @Whole({ min: Number.MIN_SAFE_INTEGER, description: 'Pieces; only adjustments are negative at times.', example: 2 })
  quantity!: number;
  @Whole({ optional: true, description: 'What was on hand of the SKU after it, everywhere.', example: 12 })
  onHand?: number;
  @Whole({ optional: true, description: 'What was reserved of the SKU after it, everywhere.', example: 2 })
  reserved?: number;
  @Instant()
  at!: Date;
  @Text({ optional: true, description: 'The order that moved it.' })
  orderId?: string;
  @Text({ optional: true, example: 'Stocktaking' })
  reason?: string;
  @Text({ optional: true, description: 'The admin who adjusted it.' })
  by?: string;

  static of({ id, revision, kind, location = defaultLocation, quantity, after, at, orderId, reason, by }: Entry): MovementDto {
    const { onHand, reserved } = after ? totalsOf(after) : {};
    return { id, revision, kind, location, quantity, onHand, reserved, at, orderId, reason, by };
  }
}

const MovementPage = pageOf(MovementDto);

export class LevelDetailsDto extends LevelDto {
  @ListOf(() => ShelfDto, { description: 'What each location holds of it.' })
  locations!: ShelfDto[];
  @Instant({ optional: true, description: 'The instant that was asked for; absent: now.' })
  at?: Date;
  @Nested(() => MovementPage, { description: 'The ledger, the latest movement first.' })
  movements!: Page<MovementDto>;

  static override of(level: Level, at?: Date): Omit<LevelDetailsDto, 'movements'> {
    const shelves = Object.entries(level.shelves)
      .filter(([location]) => location !== onBackorder)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const locations = shelves.map(([location, { onHand, reserved }]) => ({ location, onHand, reserved }));
    return { ...LevelDto.of(level), ...(at ? { at, backorder: undefined } : {}), locations };
  }
}

export class LedgerQuery extends PageQuery {
  @InstantText({ optional: true, description: 'A past instant: the answer is as it was then.' })
  at?: string;

  /** `at`; refused when it is yet to come, as nobody knows what stock there will be. */
  instant(): Date | undefined {
    if (this.at === undefined) return undefined;
    const at = new Date(this.at);
    if (at.getTime() > Date.now())
      throw new InvalidInput({ errors: [{ path: 'at', code: 'in_future', message: 'at must not lie in the future.' }] });
    return at;
  }
}

export class LevelQuery extends PageQuery {
  @ReferenceNumber({ max: 100, optional: true, description: 'SKUs that begin so.', example: 'MH01' })
  sku?: string;
  @Whole({ max: 1_000_000, optional: true, description: 'SKUs of which at most so many are on hand and not reserved.', example: 5 })
  lowStock?: number;
}

export class AdjustStockDto {
  @ReferenceNumber({ max: 100, example: 'MH01-XS-Black' })
  sku!: string;
  @Text({ max: 40, optional: true, default: 'main', description: 'The code of the location.', example: 'main' })
  location?: string;
  @Whole({
    min: -most,
    max: most,
    optional: true,
    description: 'How many more (or, negative, fewer) there are. This or onHand.',
    example: -1,
  })
  change?: number;
  @Whole({ max: most, optional: true, description: 'How many there are at the location. This or change.', example: 11 })
  onHand?: number;
  @Whole({ max: most, optional: true, description: 'How many the admin saw; nothing is adjusted when it is not so any more.', example: 12 })
  expectedOnHand?: number;
  @OneOf(adjustmentKinds, {
    optional: true,
    default: 'adjusted',
    description:
      'What it is: a correction, a delivery that was received (a change above zero), or pieces that were damaged (a change below zero).',
  })
  kind?: AdjustmentKind;
  @Text({ max: 500, example: 'Fell off the shelf' })
  reason!: string;
}
