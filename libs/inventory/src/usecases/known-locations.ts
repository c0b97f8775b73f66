import { Injectable } from '@nestjs/common';
import { SharedState, Transactions } from '@cartwright/platform';
import { LocationNotFound } from '../contract/refusals';
import { inServingOrder, type Locations } from '../model/location';
import { LocationStore } from '../store/location.store';

/** For so long an edit of a location in another process may stay unnoticed, when it cannot be heard of. */
export const freshMs = 1_000;
const topic = 'inventory.locations';

/** The locations, as every look at the stock needs them: read once a second at most, and anew when somebody has edited one. */
@Injectable()
export class KnownLocations {
  private known?: { readonly readAt: number; readonly locations: Promise<Locations> };

  constructor(
    private readonly store: LocationStore,
    private readonly transactions: Transactions,
    private readonly shared: SharedState,
  ) {
    shared.listen(topic, () => (this.known = undefined));
  }

  async now(): Promise<Locations> {
    const now = Date.now();
    if (!this.known || Math.abs(now - this.known.readAt) > freshMs) this.known = { readAt: now, locations: this.read() };
    return this.known.locations;
  }

  /** Refuses `location_not_found` for a code that no location has. */
  async check(codes: Iterable<string | undefined>): Promise<void> {
    const known = new Set((await this.now()).map(({ code }) => code));
    for (const code of codes) if (code !== undefined && !known.has(code)) throw new LocationNotFound({ location: code });
  }

  /** After an edit, from the moment on that it is there. */
  forget(): void {
    this.transactions.afterCommit(() => this.shared.announce(topic));
  }

  private async read(): Promise<Locations> {
    try {
      return inServingOrder(await this.transactions.outside(() => this.store.all()), new Date());
    } catch (error) {
      this.known = undefined;
      throw error;
    }
  }
}
