import { Injectable } from '@nestjs/common';
import { Transactions } from '@cartwright/platform';
import { MoreThanSold } from '../contract/refusals';
import type { StockLine } from '../contract/stock-lines';
import type { Reservation, ReservationChange } from '../model/reservation';
import { restockCause } from '../model/restock';
import { LedgerStore } from '../store/ledger.store';
import { ReservationStore } from '../store/reservation.store';
import { StockRoom } from './stock-room';

/** Lets pieces of an order come back, once for each key. */
@Injectable()
export class ReturnedStock {
  constructor(
    private readonly reservations: ReservationStore,
    private readonly ledger: LedgerStore,
    private readonly room: StockRoom,
    private readonly transactions: Transactions,
  ) {}

  async take<Line extends StockLine>(
    { orderId, key, lines }: { readonly orderId: string; readonly key: string; readonly lines: readonly Line[] },
    decide: (reservation: Reservation, key: string, lines: readonly Line[], now: Date) => ReservationChange,
  ): Promise<void> {
    await this.transactions.run(async () => {
      const reservation = await this.reservations.ofOrder(orderId);
      if (await this.ledger.knows(restockCause(orderId, key))) return;
      if (!reservation) throw new MoreThanSold({ items: lines.map(({ sku, quantity }) => ({ sku, asked: quantity, left: 0 })) });
      const { next, change } = decide(reservation, key, lines, new Date());
      await this.reservations.put(next, reservation);
      await this.room.post(change);
    });
  }
}
