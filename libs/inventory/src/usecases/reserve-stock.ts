import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { ReserveStock } from '../contract/stock-commands';
import { hold } from '../model/reservation';
import { ReservationStore } from '../store/reservation.store';
import { StockStore } from '../store/stock.store';
import { StockRoom } from './stock-room';

@CommandHandler(ReserveStock)
export class ReserveStockHandler implements ICommandHandler<ReserveStock> {
  constructor(
    private readonly reservations: ReservationStore,
    private readonly stock: StockStore,
    private readonly room: StockRoom,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: ReserveStock): Promise<void> {
    await this.transactions.run(async () => {
      const previous = await this.reservations.ofOrder(input.orderId);
      if (previous && previous.status !== 'released') return;
      const now = new Date();
      const { lines, levels } = await this.room.find(input.lines, now);
      const { next, change } = hold({ ...input, lines }, previous, now);
      await this.reservations.put(next, previous);
      await this.stock.post(change, levels);
    });
  }
}
