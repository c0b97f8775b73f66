import { Injectable, Logger } from '@nestjs/common';
import { isOutage, Repeats, Transactions } from '@cartwright/platform';
import { ReservationStore } from '../store/reservation.store';
import { StockRoom } from './stock-room';

/**
 * Goes on serving back-orders where one transaction was too short for all who wait, or where a location opened again. Being late harms nobody: what is
 * there for those who wait is promised to nobody else.
 */
@Injectable()
export class ServeBackorders {
  private readonly logger = new Logger(ServeBackorders.name);

  constructor(
    private readonly room: StockRoom,
    private readonly reservations: ReservationStore,
    private readonly transactions: Transactions,
  ) {}

  @Repeats('inventory.serve_backorders', 5_000)
  async run(): Promise<void> {
    for await (const skus of this.reservations.owedSkus()) for (const sku of skus) await this.serve(sku);
  }

  /** A SKU that cannot be served, because its numbers do not add up, say, keeps no other from it. */
  private async serve(sku: string): Promise<void> {
    try {
      while ((await this.transactions.run(() => this.room.serve(sku))).served > 0);
    } catch (error) {
      if (isOutage(error)) throw error;
      this.logger.error(`Who waits for ${sku} could not be served; it is tried again.`, error);
    }
  }
}
