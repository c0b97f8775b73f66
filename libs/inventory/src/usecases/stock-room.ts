import { Injectable } from '@nestjs/common';
import { newId } from '@cartwright/kernel';
import { OutOfStock, type Shortage } from '../contract/refusals';
import type { StockLine } from '../contract/stock-lines';
import { allocate, freeAt, type AllocatedLine } from '../model/allocation';
import { serve } from '../model/backorder';
import { backorderedOf, demandOf, emptyLevel, lackingOf, shortagesOf, type Levels } from '../model/level';
import { activeOf, sellable, type Locations } from '../model/location';
import type { StockChange } from '../model/movement';
import { expire, without } from '../model/reservation';
import { ReservationStore, type Which } from '../store/reservation.store';
import { StockStore } from '../store/stock.store';
import { KnownLocations } from './known-locations';

/** So many holds are given up in one transaction, at most: it stays short. */
export const mostAtOnce = 100;

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
      const lacking = lackingOf(demand, levels).map(({ sku }) => sku);
      if (lacking.length > 0 && (await this.takeBack(now, { skus: lacking })) > 0) continue;
      const short = shortagesOf(demand, levels);
      if (short.length > 0) throw new OutOfStock({ items: short });
      return { lines: allocate(demand, levels, locations), levels };
    }
  }

  /** What is short of these lines, once the holds that ran out are thought away. Writes nothing. */
  async shortages(lines: readonly StockLine[], now: Date): Promise<Shortage[]> {
    const demand = demandOf(lines);
    const { levels, locations } = await this.look(demand);
    const short = shortagesOf(demand, levels);
    if (short.length === 0) return [];
    const expired = await this.reservations.expiredOf(
      now,
      short.map(({ sku }) => sku),
    );
    if (expired.length === 0) return short;
    const freed = [...without(expired, levels)].map(([sku, level]) => [sku, sellable(level, locations)] as const);
    return shortagesOf(demand, new Map(freed));
  }

  /** The levels as they can be sold from now. */
  async levelsOf(skus: readonly string[]): Promise<Levels> {
    return (await this.look(skus.map((sku) => ({ sku })))).levels;
  }

  /** Gives up a batch of holds that ran out. Answers how many. In the caller's transaction. */
  async takeBack(now: Date, which?: Which): Promise<number> {
    const expired = await this.reservations.expired(now, mostAtOnce, which);
    if (expired.length === 0) return 0;
    await this.reservations.releaseAll(expired, now);
    await this.post(expire(expired, now));
    return expired.length;
  }

  /** Writes a change of stock. What it makes free goes to those who wait for it on back-order. Answers the levels after both. In the caller's transaction. */
  async post(change: StockChange, read?: Levels): Promise<Levels> {
    let levels = await this.stock.post(change, read);
    const skus = new Set(change.movements.map(({ sku }) => sku));
    for (const sku of skus) if (backorderedOf(levels.get(sku) ?? emptyLevel(sku)) > 0) ({ levels } = await this.serve(sku, levels));
    return levels;
  }

  /** Gives what is free of a SKU to those who wait for it, so many at once. Answers how many got something, and the levels afterwards. In the caller's transaction. */
  async serve(sku: string, read?: Levels): Promise<{ served: number; levels: Levels }> {
    const levels = read ?? (await this.stock.levelsOf([sku]));
    const level = levels.get(sku);
    const locations = await this.locations.now();
    if (!level || activeOf(locations).every((location) => freeAt(level, location) === 0)) return { served: 0, levels };
    const waiting = await this.reservations.waitingFor(sku, mostAtOnce);
    const { served, change } = serve(level, waiting, locations, { id: newId(), now: new Date() });
    for (const { next, previous } of served) await this.reservations.put(next, previous);
    return { served: served.length, levels: await this.stock.post(change, levels) };
  }

  private async look(demand: readonly Pick<StockLine, 'sku'>[]): Promise<{ levels: Levels; locations: Locations }> {
    const locations = await this.locations.now();
    const levels = await this.stock.levelsOf(demand.map(({ sku }) => sku));
    return { locations, levels: new Map([...levels].map(([sku, level]) => [sku, sellable(level, locations)])) };
  }
}
