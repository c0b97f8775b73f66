import { Instant, Nested, OneOf, pageOf, PageQuery, Text, Whole, type Page } from '@cartwright/platform';
import type { Level, Movement } from '../usecases/stock-queries';

/** How many pieces of a SKU there are. */
export class LevelDto {
  @Text({ example: 'MH01-XS-Black' })
  sku!: string;
  @Whole({ description: 'What the warehouse holds.', example: 12 })
  onHand!: number;
  @Whole({ description: 'What of it is promised to open orders.', example: 2 })
  reserved!: number;
  @Whole({ description: 'What can be bought: on hand less reserved.', example: 10 })
  available!: number;
  @Whole({ description: 'Counts the changes.', example: 7 })
  revision!: number;

  static of({ sku, onHand, reserved, available, revision }: Level): LevelDto {
    return { sku, onHand, reserved, available, revision };
  }
}

/** An entry of a SKU's ledger. */
export class MovementDto {
  @Text({ description: 'The cause and the SKU; unique.', example: 'sold:6565f0c2a1b2c3d4e5f60718:1:MH01-XS-Black' })
  id!: string;
  @OneOf(['received', 'reserved', 'released', 'sold', 'returned', 'adjusted'])
  kind!: string;
  @Whole({ min: Number.MIN_SAFE_INTEGER, description: 'Pieces; only adjustments are negative at times.', example: 2 })
  quantity!: number;
  @Instant()
  at!: Date;
  @Text({ optional: true, description: 'The order that moved it.' })
  orderId?: string;
  @Text({ optional: true, example: 'Stocktaking' })
  reason?: string;
  @Text({ optional: true, description: 'The admin who adjusted it.' })
  by?: string;

  static of({ id, kind, quantity, at, orderId, reason, by }: Movement): MovementDto {
    return { id, kind, quantity, at, orderId, reason, by };
  }
}

const MovementPage = pageOf(MovementDto);

export class LevelDetailsDto extends LevelDto {
  @Nested(() => MovementPage, { description: 'The ledger, the latest movement first.' })
  movements!: Page<MovementDto>;
}

export class LevelQuery extends PageQuery {
  @Text({ max: 100, optional: true, description: 'SKUs that begin so.', example: 'MH01' })
  sku?: string;
  @Whole({ max: 1_000_000, optional: true, description: 'SKUs of which at most so many can be bought.', example: 5 })
  lowStock?: number;
}

const most = 1_000_000_000;

export class AdjustStockDto {
  @Text({ max: 100, example: 'MH01-XS-Black' })
  sku!: string;
  @Whole({
    min: -most,
    max: most,
    optional: true,
    description: 'How many more (or, negative, fewer) there are. This or onHand.',
    example: -1,
  })
  change?: number;
  @Whole({ max: most, optional: true, description: 'How many there are. This or change.', example: 11 })
  onHand?: number;
  @Whole({ max: most, optional: true, description: 'How many the admin saw; nothing is adjusted when it is not so any more.', example: 12 })
  expectedOnHand?: number;
  @Text({ max: 500, example: 'Damaged in the warehouse' })
  reason!: string;
}
