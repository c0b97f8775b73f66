import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Slice } from '@cartwright/platform';
import { SkuNotFound } from '../contract/refusals';
import type { Level } from '../model/level';
import type { Movement } from '../model/movement';
import { StockStore } from '../store/stock.store';

export type { Level, Movement };

/** Levels by SKU: those that begin with `prefix`, those of which at most `lowStock` can be bought. */
export class ListLevels extends Query<{ readonly levels: Level[]; readonly total: number }> {
  constructor(readonly input: { readonly prefix?: string; readonly lowStock?: number; readonly slice: Slice }) {
    super();
  }
}

/** A level with its ledger, the latest movement first. Refuses `sku_not_found`. */
export class GetLevel extends Query<{ readonly level: Level; readonly movements: Movement[]; readonly total: number }> {
  constructor(readonly input: { readonly sku: string; readonly slice: Slice }) {
    super();
  }
}

@QueryHandler(ListLevels)
export class ListLevelsHandler implements IQueryHandler<ListLevels> {
  constructor(private readonly stock: StockStore) {}

  async execute({ input: { slice, ...filter } }: ListLevels): Promise<{ readonly levels: Level[]; readonly total: number }> {
    return this.stock.list(filter, slice);
  }
}

@QueryHandler(GetLevel)
export class GetLevelHandler implements IQueryHandler<GetLevel> {
  constructor(private readonly stock: StockStore) {}

  async execute({
    input: { sku, slice },
  }: GetLevel): Promise<{ readonly level: Level; readonly movements: Movement[]; readonly total: number }> {
    const level = (await this.stock.levelsOf([sku])).get(sku);
    if (!level) throw new SkuNotFound({ sku });
    return { level, ...(await this.stock.movementsOf(sku, slice)) };
  }
}
