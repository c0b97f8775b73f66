import { Injectable, Logger } from '@nestjs/common';
import { isOutage, Repeats, TooBusy, Transactions } from '@cartwright/platform';
import { ReservationStore } from '../store/reservation.store';
import { mostAtOnce, StockRoom } from './stock-room';

/** The timer that does it, which may be asked for a round at the moment when a hold runs out. */
export const expireReservations = 'inventory.expire_reservations';

const mostBatches = 20;

/** Gives up the holds that ran out. Being late harms nobody: whoever needs the stock takes it back without waiting for this. */
@Injectable()
export class ExpireReservations {
  private readonly logger = new Logger(ExpireReservations.name);

  constructor(
    private readonly room: StockRoom,
    private readonly reservations: ReservationStore,
    private readonly transactions: Transactions,
  ) {}

  @Repeats(expireReservations, 5_000)
  async run(): Promise<void> {
    const stuck: string[] = [];
    for (let batch = 0; batch < mostBatches; batch += 1) if ((await this.takeBack(stuck)) === 0) return;
  }

  /** A batch of holds together or, where something about one of them is wrong, one by one. Answers how many it came to; `stuck` are orders to be stepped over. */
  private async takeBack(stuck: string[]): Promise<number> {
    const which = { but: stuck };
    try {
      return await this.transactions.run(() => this.room.takeBack(new Date(), which));
    } catch (error) {
      if (isOutage(error) || error instanceof TooBusy) throw error;
      const holds = await this.reservations.expired(new Date(), mostAtOnce, which);
      for (const { orderId } of holds) if (!(await this.isTakenBack(orderId))) stuck.push(orderId);
      return holds.length;
    }
  }

  private async isTakenBack(orderId: string): Promise<boolean> {
    try {
      await this.transactions.run(() => this.room.takeBack(new Date(), { orderId }));
      return true;
    } catch (error) {
      if (isOutage(error)) throw error;
      this.logger.error(`What is held for order ${orderId} ran out and could not be given up; it is tried again.`, error);
      return false;
    }
  }
}
