import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { emailKeyOf, isId, type Change } from '@cartwright/kernel';
import {
  addressFields,
  aggregateSchema,
  DocumentStore,
  isDuplicate,
  ListOrder,
  part,
  StoreContext,
  type Listed,
  type Slice,
} from '@cartwright/platform';
import { trusted, type Model, type QueryFilter } from 'mongoose';
import { EmailTaken } from '../contract/refusals';
import { accountRoles, type AccountRole } from '../contract/user-view';
import type { User } from '../model/user';

export const userSchema = aggregateSchema('users', {
  name: { type: String, required: true },
  email: { type: String, required: true },
  emailKey: { type: String, required: true },
  searchKeys: { type: [String], required: true },
  emailVerifiedAt: Date,
  passwordHash: { type: String, required: true },
  roles: { type: [{ type: String, enum: accountRoles }], required: true },
  addresses: { type: [part({ ...addressFields, isDefault: { type: Boolean, required: true } }, true)], required: true },
  paymentMethods: { type: [Object], required: true },
  sessionEpoch: { type: Number, required: true },
  adminHolds: Number,
});
userSchema.index({ emailKey: 1 }, { unique: true });
userSchema.index({ searchKeys: 1 });
userSchema.index({ roles: 1, _id: -1 });

export interface UserSearch {
  /** How the email, or a word of the name, begins. */
  readonly q?: string;
  readonly role?: AccountRole;
}

const newestFirst = new ListOrder(-1, { _id: 'id' });

@Injectable()
export class UserStore extends DocumentStore<User> {
  constructor(@InjectModel('user') model: Model<User>, context: StoreContext) {
    super(model, context, 'user', { unrecorded: ['emailKey', 'searchKeys', 'sessionEpoch', 'adminHolds'], withoutValues: ['name'] });
  }

  override async save(change: Change<User>): Promise<User> {
    try {
      return await super.save(change);
    } catch (error) {
      if (isDuplicate(error, 'emailKey')) throw new EmailTaken({});
      throw error;
    }
  }

  override async find(id: string): Promise<User | null> {
    return isId(id) ? super.find(id) : null;
  }

  async byEmail(email: string): Promise<User | null> {
    return this.one({ emailKey: emailKeyOf(email) });
  }

  /** The account is no more. In the transaction that read it, which whatever changes it meanwhile has begin anew. */
  async remove(user: User): Promise<void> {
    await this.model.deleteOne({ _id: user.id }).session(this.session);
    this.record(user);
  }

  /** Newest first. */
  async search(search: UserSearch, slice: Slice): Promise<Listed<User>> {
    return this.listed(filterOf(search), newestFirst, slice);
  }

  async hasAdmin(): Promise<boolean> {
    return (await this.one({ roles: 'admin' }, { projection: { _id: 1 } })) !== null;
  }

  /**
   * Whether there is an admin besides this one. Writes to that other one, so that of two admins who take each other's role at the same
   * moment one collides with the other, starts again, and then finds itself the last.
   */
  async holdAdminBesides(id: string): Promise<boolean> {
    const other = { roles: 'admin', _id: trusted({ $ne: id }) };
    const { matchedCount } = await this.model.updateOne(other, { $inc: { adminHolds: 1 } }).session(this.session);
    return matchedCount === 1;
  }
}

function filterOf({ q, role }: UserSearch): QueryFilter<unknown> {
  return { ...(q ? { searchKeys: beginsWith(emailKeyOf(q)) } : {}), ...(role ? { roles: role } : {}) };
}

/** An anchored expression of literal characters only: an index serves it, and nobody's search can make it run wild. */
function beginsWith(text: string): RegExp {
  return new RegExp(`^${text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}`);
}
