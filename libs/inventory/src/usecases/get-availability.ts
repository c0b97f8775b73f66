import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Shortage } from '../contract/refusals';
import { GetAvailability, GetShortages, type Availability } from '../contract/stock-commands';
import { inStock, roomOf } from '../model/level';
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
