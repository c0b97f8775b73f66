import { Injectable } from '@nestjs/common';
import { SharedState, type Quota } from '@cartwright/platform';
import { EmailTaken } from '../contract/refusals';
import { sha256 } from '../model/session';

const quota: Quota = { name: 'taken-addresses', most: 100, windowMs: 15 * 60 * 1000, slack: 0 };

/**
 * Counts how often somebody was told that an address has an account already: at most a hundred times in a quarter of an hour, in all processes together, and after
 * that of no address. Nobody can have a list of addresses sorted by this shop (docs/adr/0014-known-addresses.md).
 */
@Injectable()
export class TakenAddresses {
  constructor(private readonly shared: SharedState) {}

  /** Runs what may throw {@link EmailTaken}. Throws `TooManyRequests` instead, whatever the address, once too many were taken. `whose` is who asks. */
  async watch<T>(whose: string, work: () => Promise<T>): Promise<T> {
    const key = sha256(whose);
    await this.shared.claim(quota, key);
    try {
      const result = await work();
      await this.shared.giveBack(quota, key);
      return result;
    } catch (error) {
      if (!(error instanceof EmailTaken)) await this.shared.giveBack(quota, key);
      throw error;
    }
  }
}
