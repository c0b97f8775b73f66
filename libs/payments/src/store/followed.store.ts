import type { Stored } from '@cartwright/kernel';
import { DocumentStore, fromStored } from '@cartwright/platform';
import { trusted } from 'mongoose';

/** A document about which a provider is asked again and again, until there is nothing more to ask: then `nextCheckAt` (UTC) is absent. */
interface Followed extends Stored {
  readonly nextCheckAt?: Date;
}

/** The store of documents that somebody follows up. */
export abstract class FollowedStore<T extends Followed> extends DocumentStore<T> {
  /** Takes the one that is due the longest, and puts off its next check so that no other process takes it within `leaseMs`. */
  async takeDue(now: Date, leaseMs: number): Promise<T | null> {
    const taken: unknown = await this.model
      .findOneAndUpdate(
        { nextCheckAt: trusted({ $lte: now }) },
        { $set: { nextCheckAt: new Date(now.getTime() + leaseMs) }, $inc: { version: 1 } },
        { sort: { nextCheckAt: 1 }, returnDocument: 'after' },
      )
      .lean();
    return fromStored(taken) as T | null;
  }
}
