import { Injectable } from '@nestjs/common';
import { OutOfStock, type Shortage } from '../contract/refusals';
import type { StockLine } from '../contract/stock-lines';
import { allocate, type AllocatedLine } from '../model/allocation';
import { demandOf, shortagesOf, type Levels } from '../model/level';
import { sellable, type Locations } from '../model/location';
import { expire, without } from '../model/reservation';
import { ReservationStore } from '../store/reservation.store';
import { StockStore } from '../store/stock.store';
import { KnownLocations } from './known-locations';

/** So many holds are given up in one transaction, at most: it stays short. */
const mostAtOnce = 100;

/** Sees to it that stock which nobody has a right to any more is there for whoever asks. */
@Injectable()
export class StockRoom {
  constructor(
    private readonly stock: StockStore,
    private readonly reservations: ReservationStore,
    private readonly locations: KnownLocations,
  ) {}

  /**
   * Finds enough for every line and says on which shelves, taking back holds that ran out where it has to, or refuses `out_of_stock`. In the caller's
   * transaction; the levels are those that it has read.
   */
  async find(lines: readonly StockLine[], now: Date): Promise<{ lines: AllocatedLine[]; levels: Levels }> {
    const demand = demandOf(lines);
    for (;;) {
      const { levels, locations } = await this.look(demand);
      const short = shortagesOf(demand, levels);
      if (short.length === 0) return { lines: allocate(demand, levels, locations), levels };
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
    const { levels, locations } = await this.look(demand);
    const short = shortagesOf(demand, levels);
    if (short.length === 0) return [];
    const skus = short.map((shortage) => shortage.sku);
    const expired = await this.reservations.expired(now, mostAtOnce, skus);
    if (expired.length === 0) return short;
    const freed = [...without(expired, levels)].map(([sku, level]) => [sku, sellable(level, locations)] as const);
    return shortagesOf(demand, new Map(freed));
  }

  /** The levels as they can be sold from now. */
  async levelsOf(skus: readonly string[]): Promise<Levels> {
    return (await this.look(skus.map((sku) => ({ sku })))).levels;
  }

  /** Gives up a batch of holds that ran out: any, or those on these SKUs. Answers how many. In the caller's transaction. */
  async takeBack(now: Date, skus?: readonly string[]): Promise<number> {
    const expired = await this.reservations.expired(now, mostAtOnce, skus);
    if (expired.length === 0) return 0;
    await this.reservations.releaseAll(expired, now);
    await this.stock.post(expire(expired, now));
    return expired.length;
  }

  private async look(demand: readonly Pick<StockLine, 'sku'>[]): Promise<{ levels: Levels; locations: Locations }> {
    const locations = await this.locations.now();
    const levels = await this.stock.levelsOf(demand.map(({ sku }) => sku));
    return { locations, levels: new Map([...levels].map(([sku, level]) => [sku, sellable(level, locations)])) };
  }
}
