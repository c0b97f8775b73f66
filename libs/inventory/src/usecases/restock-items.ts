import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { RestockItems } from '../contract/stock-commands';
import { restock } from '../model/reservation';
import { LedgerStore } from '../store/ledger.store';
import { StockStore } from '../store/stock.store';

@CommandHandler(RestockItems)
export class RestockItemsHandler implements ICommandHandler<RestockItems> {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly stock: StockStore,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderId, key, lines } }: RestockItems): Promise<void> {
    await this.transactions.run(async () => {
      const change = restock(orderId, key, lines, new Date());
      if (!(await this.ledger.knows(change.cause))) await this.stock.post(change);
    });
  }
}
