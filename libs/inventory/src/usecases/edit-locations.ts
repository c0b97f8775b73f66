import { Command, CommandHandler, Query, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { checkVersion, retryWhenStale, Transactions } from '@cartwright/platform';
import { DuplicateLocation, LocationNotFound, TooManyLocations } from '../contract/refusals';
import { editLocation, inServingOrder, mostLocations, newLocation, type Locations, type StockLocation } from '../model/location';
import { LocationStore } from '../store/location.store';
import { KnownLocations } from './known-locations';

export type { StockLocation };

/** Sets up a location. Refuses `duplicate_location`, `too_many_locations`. */
export class CreateLocation extends Command<StockLocation> {
  constructor(readonly input: Pick<StockLocation, 'code' | 'name' | 'priority' | 'active'>) {
    super();
  }
}

/** Renames a location, moves it in the order of serving, opens or closes it. Refuses `location_not_found`, and an outdated `expected` version. */
export class EditLocation extends Command<StockLocation> {
  constructor(
    readonly input: Pick<StockLocation, 'code'> &
      Partial<Pick<StockLocation, 'name' | 'priority' | 'active'>> & { readonly expected?: number },
  ) {
    super();
  }
}

/** A location. Refuses `location_not_found`. */
export class GetLocation extends Query<StockLocation> {
  constructor(readonly input: { readonly code: string }) {
    super();
  }
}

/** All locations, in the order in which they serve. */
export class ListLocations extends Query<Locations> {
  constructor(readonly input: Record<string, never> = {}) {
    super();
  }
}

@CommandHandler(CreateLocation)
export class CreateLocationHandler implements ICommandHandler<CreateLocation> {
  constructor(
    private readonly store: LocationStore,
    private readonly locations: KnownLocations,
  ) {}

  async execute({ input }: CreateLocation): Promise<StockLocation> {
    const now = new Date();
    const there = await allOf(this.store);
    if (there.some(({ code }) => code === input.code)) throw new DuplicateLocation({ location: input.code });
    if (there.length >= mostLocations) throw new TooManyLocations({ most: mostLocations });
    const saved = await this.store.save(newLocation(input, now));
    this.locations.forget();
    return saved;
  }
}

@CommandHandler(EditLocation)
export class EditLocationHandler implements ICommandHandler<EditLocation> {
  constructor(
    private readonly store: LocationStore,
    private readonly locations: KnownLocations,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: EditLocation): Promise<StockLocation> {
    return retryWhenStale(() => this.transactions.run(() => this.edit(input)));
  }

  private async edit({ code, expected, ...changes }: EditLocation['input']): Promise<StockLocation> {
    const location = await named(this.store, code);
    checkVersion(location, expected);
    const saved = await this.store.save(editLocation(location, changes));
    this.locations.forget();
    return saved;
  }
}

@QueryHandler(GetLocation)
export class GetLocationHandler implements IQueryHandler<GetLocation> {
  constructor(private readonly store: LocationStore) {}

  async execute({ input: { code } }: GetLocation): Promise<StockLocation> {
    return named(this.store, code);
  }
}

@QueryHandler(ListLocations)
export class ListLocationsHandler implements IQueryHandler<ListLocations> {
  constructor(private readonly store: LocationStore) {}

  async execute(): Promise<Locations> {
    return allOf(this.store);
  }
}

async function allOf(store: LocationStore): Promise<Locations> {
  return inServingOrder(await store.all(), new Date());
}

async function named(store: LocationStore, code: string): Promise<StockLocation> {
  const location = (await allOf(store)).find((candidate) => candidate.code === code);
  if (!location) throw new LocationNotFound({ location: code });
  return location;
}
