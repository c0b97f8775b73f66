import { Injectable } from '@nestjs/common';
import { Repeats, Transactions } from '@cartwright/platform';
import { ReservationStore } from '../store/reservation.store';
import { StockRoom } from './stock-room';

/**
 * Goes on serving back-orders where one transaction was too short for all who wait, or where a location opened again. Being late harms nobody: what is
 * there for those who wait is promised to nobody else.
 */
@Injectable()
export class ServeBackorders {
  constructor(
    private readonly room: StockRoom,
    private readonly reservations: ReservationStore,
    private readonly transactions: Transactions,
  ) {}

  @Repeats('inventory.serve_backorders', 5_000)
  async run(): Promise<void> {
    for await (const skus of this.reservations.owedSkus())
      for (const sku of skus) while ((await this.transactions.run(() => this.room.serve(sku))).served > 0);
  }
}
