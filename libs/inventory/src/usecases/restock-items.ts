import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { MoreThanSold } from '../contract/refusals';
import { RestockItems } from '../contract/stock-commands';
import { restock, restockCause } from '../model/restock';
import { LedgerStore } from '../store/ledger.store';
import { ReservationStore } from '../store/reservation.store';
import { StockStore } from '../store/stock.store';
import { KnownLocations } from './known-locations';

@CommandHandler(RestockItems)
export class RestockItemsHandler implements ICommandHandler<RestockItems> {
  constructor(
    private readonly reservations: ReservationStore,
    private readonly ledger: LedgerStore,
    private readonly stock: StockStore,
    private readonly locations: KnownLocations,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderId, key, lines } }: RestockItems): Promise<void> {
    await this.locations.check(lines.map(({ location }) => location));
    await this.transactions.run(async () => {
      const reservation = await this.reservations.ofOrder(orderId);
      if (await this.ledger.knows(restockCause(orderId, key))) return;
      if (!reservation) throw new MoreThanSold({ items: lines.map(({ sku, quantity }) => ({ sku, asked: quantity, left: 0 })) });
      const { next, change } = restock(reservation, key, lines, new Date());
      await this.reservations.put(next, reservation);
      await this.stock.post(change);
    });
  }
}
