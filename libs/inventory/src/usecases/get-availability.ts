import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Shortage } from '../contract/refusals';
import { GetAvailability, GetOnHand, GetShortages, type Availability } from '../contract/stock-commands';
import { defaultLocation, inStock, roomOf, shelfAt } from '../model/level';
import { revisionOf } from '../model/location';
import { KnownLocations } from './known-locations';
import { StockRoom } from './stock-room';

@QueryHandler(GetAvailability)
export class GetAvailabilityHandler implements IQueryHandler<GetAvailability> {
  constructor(
    private readonly room: StockRoom,
    private readonly locations: KnownLocations,
  ) {}

  async execute({ input: { skus } }: GetAvailability): Promise<Readonly<Record<string, Availability>>> {
    if (skus.length === 0) return {};
    const levels = await this.room.levelsOf(skus);
    const edits = revisionOf(await this.locations.now());
    return Object.fromEntries(
      [...levels].map(([sku, level]) => {
        return [sku, { available: inStock(level), backorderable: roomOf(level), revision: level.revision + edits }];
      }),
    );
  }
}

@QueryHandler(GetShortages)
export class GetShortagesHandler implements IQueryHandler<GetShortages> {
  constructor(private readonly room: StockRoom) {}

  async execute({ input: { lines } }: GetShortages): Promise<readonly Shortage[]> {
    return this.room.shortages(lines, new Date());
  }
}

@QueryHandler(GetOnHand)
export class GetOnHandHandler implements IQueryHandler<GetOnHand> {
  constructor(private readonly room: StockRoom) {}

  async execute({ input: { skus } }: GetOnHand): Promise<ReadonlyMap<string, number>> {
    if (skus.length === 0) return new Map();
    const levels = await this.room.levelsOf(skus);
    return new Map([...levels].map(([sku, level]) => [sku, shelfAt(level, defaultLocation).onHand]));
  }
}
