import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { documentSchema, fromStored, toStored, Transactions } from '@cartwright/platform';
import { Schema, trusted, type Model } from 'mongoose';
import type { RefreshTokenHashes, Session } from '../model/session';

export const sessionSchema = documentSchema('sessions', {
  kind: { type: String, required: true },
  ownerId: { type: Schema.Types.ObjectId, required: true },
  handleHash: { type: String, required: true },
  secretHash: { type: String, required: true },
  epoch: { type: Number, required: true },
  createdAt: { type: Date, required: true },
  usedAt: { type: Date, required: true },
  expiresAt: { type: Date, required: true },
});
sessionSchema.index({ handleHash: 1 }, { unique: true });
sessionSchema.index({ ownerId: 1, _id: 1 });
sessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** The open sessions. One that ended is gone. */
@Injectable()
export class SessionStore {
  constructor(
    @InjectModel('session') private readonly model: Model<Session>,
    private readonly transactions: Transactions,
  ) {}

  async open(session: Session): Promise<void> {
    await this.model.create([toStored(session) as Session], { session: this.transactions.session });
  }

  /** Exchanges the token's secret for the next one, in a single conditional write: of two that show the same token at once, one gets `null`. */
  async rotate(shown: RefreshTokenHashes, next: Pick<Session, 'secretHash' | 'usedAt' | 'expiresAt'>): Promise<Session | null> {
    const { handleHash, secretHash } = shown;
    const current = { handleHash, secretHash, expiresAt: trusted({ $gt: next.usedAt }) };
    const options = { returnDocument: 'after', session: this.transactions.session } as const;
    return fromStored(await this.model.findOneAndUpdate(current, { $set: next }, options).lean()) as Session | null;
  }

  /** Ends the session of this handle, whatever secret was shown with it. Answers it as it was. */
  async endByHandle(handleHash: string): Promise<Session | null> {
    const options = { session: this.transactions.session };
    return fromStored(await this.model.findOneAndDelete({ handleHash }, options).lean()) as Session | null;
  }

  async end(id: string): Promise<void> {
    await this.model.deleteOne({ _id: id }, { session: this.transactions.session });
  }

  /** Ends all sessions of a user or guest, but for one if it is named. */
  async endAllOf(ownerId: string, exceptId?: string): Promise<void> {
    const filter = exceptId ? { ownerId, _id: trusted({ $ne: exceptId }) } : { ownerId };
    await this.model.deleteMany(filter, { session: this.transactions.session });
  }

  /** The open sessions of a user or guest, after a given one. */
  async ofOwner(ownerId: string, after: string | undefined, limit: number): Promise<Session[]> {
    const filter = after ? { ownerId, _id: trusted({ $gt: after }) } : { ownerId };
    return fromStored(await this.model.find(filter, {}, { sort: { _id: 1 }, limit }).lean()) as Session[];
  }

  /** Takes a session along into its owner's new epoch. */
  async renew(id: string, epoch: number): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { epoch } }, { session: this.transactions.session });
  }
}
