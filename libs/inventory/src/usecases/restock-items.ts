import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { RestockItems } from '../contract/stock-commands';
import { restock } from '../model/reservation';
import { StockStore } from '../store/stock.store';

@CommandHandler(RestockItems)
export class RestockItemsHandler implements ICommandHandler<RestockItems> {
  constructor(
    private readonly stock: StockStore,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderId, key, lines } }: RestockItems): Promise<void> {
    const change = restock(orderId, key, lines, new Date());
    await this.transactions.run(async () => {
      if (!(await this.stock.knows(change.movements))) await this.stock.post(change);
    });
  }
}
