import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { Transactions } from '@cartwright/platform';
import { adjust, type Adjustment } from '../model/count';
import type { Level } from '../model/level';
import { sellable } from '../model/location';
import { StockStore } from '../store/stock.store';
import { KnownLocations } from './known-locations';
import { StockRoom } from './stock-room';

/** Corrects what is on hand of a SKU, by a step or to a number, with a reason. Refuses `sku_not_found`, `location_not_found`, `on_hand_changed`, `below_reserved`. */
export class AdjustStock extends Command<Level> {
  constructor(readonly input: Adjustment & { readonly sku: string }) {
    super();
  }
}

@CommandHandler(AdjustStock)
export class AdjustStockHandler implements ICommandHandler<AdjustStock> {
  constructor(
    private readonly stock: StockStore,
    private readonly room: StockRoom,
    private readonly locations: KnownLocations,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { sku, ...adjustment } }: AdjustStock): Promise<Level> {
    await this.locations.check([adjustment.location]);
    return this.transactions.run(async () => {
      const level = await this.stock.levelOf(sku);
      const posted = await this.room.post(adjust(level, adjustment, newId(), new Date()), new Map([[sku, level]]));
      return sellable(posted.get(sku) ?? level, await this.locations.now());
    });
  }
}
