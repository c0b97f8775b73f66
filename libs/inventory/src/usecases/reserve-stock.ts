import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Timers, Transactions } from '@cartwright/platform';
import { ReserveStock } from '../contract/stock-commands';
import type { StockLine } from '../contract/stock-lines';
import { hold, owedTo } from '../model/reservation';
import { ReservationStore } from '../store/reservation.store';
import { expireReservations } from './expire-reservations';
import { StockRoom } from './stock-room';

@CommandHandler(ReserveStock)
export class ReserveStockHandler implements ICommandHandler<ReserveStock> {
  constructor(
    private readonly reservations: ReservationStore,
    private readonly room: StockRoom,
    private readonly transactions: Transactions,
    private readonly timers: Timers,
  ) {}

  async execute({ input }: ReserveStock): Promise<readonly StockLine[]> {
    return this.transactions.run(async () => {
      const previous = input.isNew ? null : await this.reservations.ofOrder(input.orderId);
      if (previous && previous.status !== 'released') return owedTo(previous);
      const now = new Date();
      const { lines, levels } = await this.room.find(input.lines, now);
      const { next, change } = hold({ ...input, lines }, previous, now);
      await this.reservations.put(next, previous);
      await this.room.post(change, levels);
      this.transactions.afterCommit(() => this.timers.wakeAt(expireReservations, input.expiresAt));
      const owed = owedTo(next);
      // Those who waited longer were served first with what was free; perhaps this one was, too.
      return owed.length > 0 ? owedTo((await this.reservations.ofOrder(input.orderId)) ?? next) : owed;
    });
  }
}
