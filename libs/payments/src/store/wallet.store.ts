import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { aggregateSchema, part, StaleVersion, StoreContext } from '@cartwright/platform';
import { Schema, type Model } from 'mongoose';
import type { Wallet } from '../model/wallet';
import { FollowedStore } from './followed.store';

const customer = {
  provider: { type: String, required: true },
  since: { type: Date, required: true },
  attempt: { type: Number, required: true },
  reference: String,
};
const method = {
  provider: { type: String, required: true },
  reference: { type: String, required: true },
  brand: { type: String, required: true },
  last4: { type: String, required: true },
  expMonth: { type: Number, required: true },
  expYear: { type: Number, required: true },
  savedAt: { type: Date, required: true },
  removedAt: Date,
};

export const walletSchema = aggregateSchema('wallets', {
  userId: { type: Schema.Types.ObjectId, required: true },
  customers: { type: [part(customer)], required: true },
  methods: { type: [part(method, true)], required: true },
  defaultMethodId: Schema.Types.ObjectId,
  setups: { type: Number, required: true },
  nextCheckAt: Date,
  checks: { type: Number, required: true },
});
walletSchema.index({ userId: 1 }, { unique: true });
walletSchema.index({ 'customers.reference': 1 });
walletSchema.index({ nextCheckAt: 1 }, { partialFilterExpression: { nextCheckAt: { $exists: true } } });

@Injectable()
export class WalletStore extends FollowedStore<Wallet> {
  constructor(@InjectModel('wallet') model: Model<Wallet>, context: StoreContext) {
    super(model, context, 'wallet');
  }

  async ofUser(userId: string): Promise<Wallet | null> {
    return this.one({ userId });
  }

  /** Refuses what is not as it was read with `stale_version`. */
  async remove({ id, version }: Wallet): Promise<void> {
    const { deletedCount } = await this.model.deleteOne({ _id: id, version }).session(this.session);
    if (deletedCount === 0) throw new StaleVersion({ subject: this.subject, id });
  }

  async ofCustomer(provider: string, reference: string): Promise<Wallet | null> {
    return this.one({ 'customers.reference': reference, 'customers.provider': provider });
  }
}
