import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Listed, Slice } from '@cartwright/platform';
import { totalsOf, type Level } from '../model/level';
import { sellable } from '../model/location';
import type { Entry } from '../model/movement';
import { LedgerStore } from '../store/ledger.store';
import { StockStore } from '../store/stock.store';
import { KnownLocations } from './known-locations';

export type { Entry, Level };

/** Levels by SKU: those that begin with `prefix`, those of which at most `lowStock` can be bought. */
export class ListLevels extends Query<Listed<Level>> {
  constructor(readonly input: { readonly prefix?: string; readonly lowStock?: number; readonly slice: Slice }) {
    super();
  }
}

/**
 * A level as it is, or as it was at an instant, when all that was on hand and not reserved counts as available, as nobody wrote down which locations were
 * active. Before the SKU was known there was nothing of it. Refuses `sku_not_found`.
 */
export class GetLevel extends Query<Level> {
  constructor(readonly input: { readonly sku: string; readonly at?: Date }) {
    super();
  }
}

/** The ledger of a SKU (up to an instant), the latest entry first. Refuses `sku_not_found`. */
export class ListEntries extends Query<Listed<Entry>> {
  constructor(readonly input: { readonly sku: string; readonly at?: Date; readonly slice: Slice }) {
    super();
  }
}

@QueryHandler(ListLevels)
export class ListLevelsHandler implements IQueryHandler<ListLevels> {
  constructor(
    private readonly stock: StockStore,
    private readonly locations: KnownLocations,
  ) {}

  async execute({ input: { slice, ...filter } }: ListLevels): Promise<Listed<Level>> {
    const locations = await this.locations.now();
    const levels = await this.stock.list(filter, slice);
    return { ...levels, rows: levels.rows.map((level) => sellable(level, locations)) };
  }
}

@QueryHandler(GetLevel)
export class GetLevelHandler implements IQueryHandler<GetLevel> {
  constructor(
    private readonly stock: StockStore,
    private readonly ledger: LedgerStore,
    private readonly locations: KnownLocations,
  ) {}

  async execute({ input: { sku, at } }: GetLevel): Promise<Level> {
    const level = await this.stock.levelOf(sku);
    if (!at) return sellable(level, await this.locations.now());
    const { shelves, revision } = await this.ledger.shelvesAt(sku, at);
    return { sku, ...totalsOf(shelves), shelves, revision };
  }
}

@QueryHandler(ListEntries)
export class ListEntriesHandler implements IQueryHandler<ListEntries> {
  constructor(
    private readonly stock: StockStore,
    private readonly ledger: LedgerStore,
  ) {}

  async execute({ input: { sku, at, slice } }: ListEntries): Promise<Listed<Entry>> {
    const found = await this.ledger.entriesOf(sku, slice, at);
    if (found.total === 0) await this.stock.levelOf(sku);
    return found;
  }
}
