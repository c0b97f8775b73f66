import { Injectable } from '@nestjs/common';
import { OutOfStock, type Shortage } from '../contract/refusals';
import type { StockLine } from '../contract/stock-lines';
import { demandOf, shortagesOf, type Levels } from '../model/level';
import { expire, without } from '../model/reservation';
import { ReservationStore } from '../store/reservation.store';
import { StockStore } from '../store/stock.store';

/** So many holds are given up in one transaction, at most: it stays short. */
const mostAtOnce = 100;

/** Sees to it that stock which nobody has a right to any more is there for whoever asks. */
@Injectable()
export class StockRoom {
  constructor(
    private readonly stock: StockStore,
    private readonly reservations: ReservationStore,
  ) {}

  /** Finds enough for every line, taking back holds that ran out where it has to, or refuses `out_of_stock`. In the caller's transaction; answers the levels. */
  async find(lines: readonly StockLine[], now: Date): Promise<Levels> {
    const demand = demandOf(lines);
    const skus = demand.map((line) => line.sku);
    for (;;) {
      const levels = await this.stock.levelsOf(skus);
      const short = shortagesOf(demand, levels);
      if (short.length === 0) return levels;
      const takenBack = await this.takeBack(
        now,
        short.map((shortage) => shortage.sku),
      );
      if (takenBack === 0) throw new OutOfStock({ items: short });
    }
  }

  /** What is short of these lines, once the holds that ran out are thought away. Writes nothing. */
  async shortages(lines: readonly StockLine[], now: Date): Promise<Shortage[]> {
    const demand = demandOf(lines);
    const levels = await this.stock.levelsOf(demand.map((line) => line.sku));
    const short = shortagesOf(demand, levels);
    if (short.length === 0) return [];
    const skus = short.map((shortage) => shortage.sku);
    const expired = await this.reservations.expired(now, mostAtOnce, skus);
    return expired.length > 0 ? shortagesOf(demand, without(expired, levels)) : short;
  }

  /** Gives up a batch of holds that ran out: any, or those on these SKUs. Answers how many. In the caller's transaction. */
  async takeBack(now: Date, skus?: readonly string[]): Promise<number> {
    const expired = await this.reservations.expired(now, mostAtOnce, skus);
    if (expired.length === 0) return 0;
    await this.reservations.releaseAll(expired, now);
    await this.stock.post(expire(expired, now));
    return expired.length;
  }
}
