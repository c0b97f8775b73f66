import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Change } from '@cartwright/kernel';
import { aggregateSchema, DocumentStore, isDuplicate, StoreContext } from '@cartwright/platform';
import type { Model } from 'mongoose';
import { DuplicateLocation } from '../contract/refusals';
import { mostLocations, type StockLocation } from '../model/location';

export const locationSchema = aggregateSchema('stockLocations', {
  code: { type: String, required: true },
  name: { type: String, required: true },
  priority: { type: Number, required: true },
  active: { type: Boolean, required: true },
});
locationSchema.index({ code: 1 }, { unique: true });

/** The locations that somebody has set up. The default one need not be among them. */
@Injectable()
export class LocationStore extends DocumentStore<StockLocation> {
  constructor(@InjectModel('stockLocation') model: Model<StockLocation>, context: StoreContext) {
    super(model, context, 'location', { id: ({ code }) => code });
  }

  async all(): Promise<StockLocation[]> {
    return this.many({}, { sort: { code: 1 }, limit: mostLocations });
  }

  override async save(change: Change<StockLocation>): Promise<StockLocation> {
    try {
      return await super.save(change);
    } catch (error) {
      if (isDuplicate(error, 'code')) throw new DuplicateLocation({ location: change.next.code });
      throw error;
    }
  }
}
