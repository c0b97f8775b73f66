import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { ReleaseReservation } from '../contract/stock-commands';
import { release } from '../model/reservation';
import { ReservationStore } from '../store/reservation.store';
import { StockRoom } from './stock-room';

@CommandHandler(ReleaseReservation)
export class ReleaseReservationHandler implements ICommandHandler<ReleaseReservation> {
  constructor(
    private readonly reservations: ReservationStore,
    private readonly room: StockRoom,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderId } }: ReleaseReservation): Promise<void> {
    await this.transactions.run(async () => {
      const reservation = await this.reservations.ofOrder(orderId);
      if (reservation?.status !== 'open') return;
      const { next, change } = release(reservation, new Date());
      await this.reservations.put(next, reservation);
      await this.room.post(change);
    });
  }
}
