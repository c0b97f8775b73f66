import { Injectable } from '@nestjs/common';
import { Repeats, Transactions } from '@cartwright/platform';
import { StockRoom } from './stock-room';

/** The timer that does it, which may be asked for a round at the moment when a hold runs out. */
export const expireReservations = 'inventory.expire_reservations';

const mostBatches = 20;

/** Gives up the holds that ran out. Being late harms nobody: whoever needs the stock takes it back without waiting for this. */
@Injectable()
export class ExpireReservations {
  constructor(
    private readonly room: StockRoom,
    private readonly transactions: Transactions,
  ) {}

  @Repeats(expireReservations, 5_000)
  async run(): Promise<void> {
    for (let batch = 0; batch < mostBatches; batch += 1) {
      const takenBack = await this.transactions.run(() => this.room.takeBack(new Date()));
      if (takenBack === 0) return;
    }
  }
}
