import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Change } from '@cartwright/kernel';
import {
  aggregateSchema,
  DocumentStore,
  isDuplicate,
  ListOrder,
  SharedState,
  StoreContext,
  type Listed,
  type Slice,
} from '@cartwright/platform';
import { Schema, trusted, type Model } from 'mongoose';
import { CategoryNotFound, DuplicateCategory, DuplicateSlug } from '../contract/refusals';
import type { Category } from '../model/category';
import { RecentAnswers } from './recent-answers';

const { ObjectId } = Schema.Types;

export const categorySchema = aggregateSchema('categories', {
  name: { type: String, required: true },
  nameKey: { type: String, required: true },
  slug: { type: String, required: true },
  parentCategory: { type: ObjectId },
  ancestors: { type: [ObjectId], required: true },
  /** When a product was last put into it; see {@link CategoryStore.claim}. */
  usedAt: Date,
});
categorySchema.index({ slug: 1 }, { unique: true });
categorySchema.index({ parentCategory: 1, nameKey: 1 }, { unique: true });
categorySchema.index({ nameKey: 1, _id: 1 });
categorySchema.index({ ancestors: 1, _id: 1 });

/** A tree is small beside its products; beyond this it is not sent in one piece. */
const mostCategories = 20_000;

const byName = new ListOrder(1, { nameKey: 'text', _id: 'id' });

@Injectable()
export class CategoryStore extends DocumentStore<Category> {
  private readonly recent: RecentAnswers;

  constructor(@InjectModel('category') model: Model<Category>, context: StoreContext, shared: SharedState) {
    super(model, context, 'category', { unrecorded: ['nameKey', 'ancestors', 'usedAt'] });
    this.recent = new RecentAnswers(shared, 'catalog.categories');
  }

  override async save(change: Change<Category>): Promise<Category> {
    try {
      const saved = await super.save(change);
      this.context.transactions.afterCommit(() => this.recent.announceChange());
      return saved;
    } catch (error) {
      if (isDuplicate(error, 'slug')) throw new DuplicateSlug({ slug: change.next.slug });
      if (isDuplicate(error, 'parentCategory', 'nameKey')) throw new DuplicateCategory({ name: change.next.name });
      throw error;
    }
  }

  /** For lists, so perhaps as old as the last answer to somebody else; `null` when there is no such category. */
  async idOfSlug(slug: string): Promise<string | null> {
    const look = async (): Promise<string | null> => (await this.one({ slug }, { projection: { _id: 1 } }))?.id ?? null;
    return this.session ? look() : this.recent.get(slug, look);
  }

  async page(slice: Slice): Promise<Listed<Category>> {
    const part = byName.part(slice);
    const { sort, skip, limit } = part;
    return part.listed(await this.many(part.of({}), { sort, skip, limit }), await this.model.estimatedDocumentCount());
  }

  async byIds(ids: readonly string[]): Promise<Category[]> {
    return ids.length === 0 ? [] : this.many({ _id: trusted({ $in: [...ids] }) }, { limit: ids.length });
  }

  async all(): Promise<Category[]> {
    return this.many({}, { sort: byName.sort, limit: mostCategories });
  }

  /** The whole subtree below a category, without itself. */
  async descendantsOf(id: string): Promise<Category[]> {
    return this.many({ ancestors: id }, { limit: mostCategories });
  }

  async childrenOf(id: string): Promise<number> {
    return this.count({ parentCategory: id });
  }

  async takenSlugs(slugs: readonly string[]): Promise<Set<string>> {
    const rows = await this.many({ slug: trusted({ $in: [...slugs] }) }, { limit: slugs.length });
    return new Set(rows.map(({ slug }) => slug));
  }

  /**
   * Marks categories as being used by the running transaction, so that one that deletes, renames or moves them at the same time conflicts with it
   * instead of leaving products behind in nothing.
   */
  async claim(ids: readonly string[], now: Date): Promise<void> {
    const { matchedCount } = await this.model
      .updateMany({ _id: trusted({ $in: [...ids] }) }, { $set: { usedAt: now } })
      .session(this.session);
    if (matchedCount < ids.length) throw new CategoryNotFound({ category: ids.join() });
  }

  async remove(category: Category): Promise<boolean> {
    const { deletedCount } = await this.model.deleteOne({ _id: category.id, version: category.version }).session(this.session);
    if (deletedCount === 0) return false;
    this.record(category);
    this.context.transactions.afterCommit(() => this.recent.announceChange());
    return true;
  }
}
