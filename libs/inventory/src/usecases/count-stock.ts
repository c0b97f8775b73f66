import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { Transactions } from '@cartwright/platform';
import { CountStock } from '../contract/stock-commands';
import { count } from '../model/count';
import { StockStore } from '../store/stock.store';
import { KnownLocations } from './known-locations';
import { StockRoom } from './stock-room';

@CommandHandler(CountStock)
export class CountStockHandler implements ICommandHandler<CountStock> {
  constructor(
    private readonly stock: StockStore,
    private readonly room: StockRoom,
    private readonly locations: KnownLocations,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { levels: counted, reason } }: CountStock): Promise<void> {
    if (counted.length === 0) return;
    const skus = [...new Set(counted.map((row) => row.sku))];
    await this.locations.check(counted.map(({ location }) => location));
    await this.transactions.run(async () => {
      const levels = await this.stock.levelsOf(skus);
      await this.room.post(count(counted, levels, { id: newId(), reason, now: new Date() }), levels);
    });
  }
}
