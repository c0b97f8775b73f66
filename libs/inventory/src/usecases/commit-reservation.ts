import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { OutOfStock, ReservationGone } from '../contract/refusals';
import { CommitReservation } from '../contract/stock-commands';
import { commit, hold, type Reservation } from '../model/reservation';
import { ReservationStore } from '../store/reservation.store';
import { StockRoom } from './stock-room';

@CommandHandler(CommitReservation)
export class CommitReservationHandler implements ICommandHandler<CommitReservation> {
  constructor(
    private readonly reservations: ReservationStore,
    private readonly room: StockRoom,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderId } }: CommitReservation): Promise<void> {
    await this.transactions.run(async () => {
      const found = await this.reservations.ofOrder(orderId);
      if (!found) throw new ReservationGone({ orderId, items: [] });
      if (found.status === 'committed') return;
      const now = new Date();
      // A hold that ran out, but that nobody took back, still stands: the stock is there.
      const open = found.status === 'open' ? found : await this.takeAgain(found, now);
      const { next, change } = commit(open, now);
      await this.reservations.put(next, open);
      await this.room.post(change);
    });
  }

  private async takeAgain(released: Reservation, now: Date): Promise<Reservation> {
    const { lines, levels } = await this.room.find(released.lines, now).catch((error: unknown) => {
      if (error instanceof OutOfStock) throw new ReservationGone({ orderId: released.orderId, items: error.details.items });
      throw error;
    });
    const { next, change } = hold({ ...released, lines }, released, now);
    const taken = await this.reservations.put(next, released);
    await this.room.post(change, levels);
    // Those who wait were served with what is free; perhaps this one was, too.
    return (await this.reservations.ofOrder(released.orderId)) ?? taken;
  }
}
