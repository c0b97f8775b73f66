import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { aggregateSchema, DocumentStore, Measures, part, StoreContext } from '@cartwright/platform';
import { trusted, type Model } from 'mongoose';
import type { Erasure } from '../model/erasure';

const text = { type: String, required: true };
const flag = { type: Boolean, required: true };

export const erasureSchema = aggregateSchema('erasures', {
  erasedAt: { type: Date, required: true },
  letter: part({ to: text, name: text, isVerified: flag, isSent: flag }),
  waiting: { type: [String], required: true },
  failures: { type: Number, required: true },
  nextLookAt: Date,
  completedAt: Date,
});
erasureSchema.index({ nextLookAt: 1 }, { partialFilterExpression: { nextLookAt: { $exists: true } } });

/** The accounts that were erased. Each row stays, as the proof that it was done; done, it names nobody. */
@Injectable()
export class ErasureStore extends DocumentStore<Erasure> {
  constructor(@InjectModel('erasure') model: Model<Erasure>, context: StoreContext) {
    super(model, context, 'erasure', { never: true }); // the account that is gone is told
  }

  /** Those that are to be gone on with, the longest waiting first. */
  async due(now: Date, limit: number): Promise<Erasure[]> {
    return this.many({ nextLookAt: trusted({ $lte: now }) }, { sort: { nextLookAt: 1 }, limit });
  }

  /** Those of which something is left to do. */
  @Measures(
    'identity_erasures_open',
    'Erased accounts of which something is left, because it has to stay for now or could not be erased yet.',
  )
  async open(): Promise<number> {
    return this.count({ nextLookAt: trusted({ $exists: true }) });
  }

  /** Every erasure, in the order of their ids, after a given one. */
  async after(last: string | undefined, limit: number): Promise<Erasure[]> {
    return this.many(last ? { _id: trusted({ $gt: last }) } : {}, { sort: { _id: 1 }, limit });
  }
}
