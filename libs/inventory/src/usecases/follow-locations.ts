import { setTimeout as sleep } from 'node:timers/promises';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { Outbox, OutsideTransaction, Transactions } from '@cartwright/platform';
import { LevelsChanged, LocationChanged } from '../contract/stock-events';
import { StockStore } from '../store/stock.store';
import { freshMs } from './known-locations';

const batch = 500;

/** When a location opens or closes, more or less can be bought of everything it holds, though nothing has moved. */
@OutsideTransaction('who hears that levels changed asks what they are now, as often as it is told')
@EventsHandler(LocationChanged)
export class FollowLocations implements IEventHandler<LocationChanged> {
  constructor(
    private readonly stock: StockStore,
    private readonly outbox: Outbox,
    private readonly transactions: Transactions,
  ) {}

  async handle({ data: { location } }: LocationChanged): Promise<void> {
    // Whoever is told will ask, and must not be answered by a process that does not know it yet.
    await sleep(freshMs + 100);
    for (let after = ''; ;) {
      const skus = await this.stock.skusAt(location, after, batch);
      const last = skus.at(-1);
      if (last === undefined) return;
      await this.transactions.run(async () =>
        this.outbox.tell(`stock:at:${location}:${newId()}`, [new LevelsChanged({ skus })], new Date()),
      );
      after = last;
    }
  }
}
