import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isId, type Change } from '@cartwright/kernel';
import {
  DocumentStore,
  fromStored,
  isDuplicate,
  type ListOrder,
  SharedState,
  StaleVersion,
  StoreContext,
  toStored,
  type Listed,
  type Slice,
} from '@cartwright/platform';
import { mongo, trusted, type Model, type QueryFilter } from 'mongoose';
import { DuplicateSku, DuplicateSlug } from '../contract/refusals';
import { type Category, type CategoryReference } from '../model/category';
import { stockOf, type Product, type ShownProduct, type SkuStock, type Vendor } from '../model/product';
import type { FacetName, Facets, ProductFilter, ProductQuestion } from '../model/product-query';
import { facetsOf } from './product-facets';
import { wordsAsked } from '../model/search-words';
import { beginsIn, filterOf, orders } from './product-filter';
import { mostRelevant } from './product-relevance';
import { RecentAnswers } from './recent-answers';
import { Together } from './together';
import { Totals } from './totals';

/** What {@link ShownProduct} leaves out. */
const shown = {
  searchWords: 0,
  imported: 0,
  nameKey: 0,
  brandKey: 0,
  priceAsc: 0,
  priceDesc: 0,
  categoryIds: 0,
  'variants.keys': 0,
} as const;

/** What follows from the rest of a product, is stock and recorded there, counts edits, or is a person's name. */
const derived = [
  ...['searchWords', 'imported', 'nameKey', 'brandKey', 'priceAsc', 'priceDesc', 'categoryIds', 'revision', 'vendor.name'],
  ...['keys', 'stock', 'backorder', 'stockRevision'],
];

/** With the keys that a list is sorted by, of which the place where it goes on is made. */
function shownBeside(sort: object): Record<string, 0> {
  return Object.fromEntries(Object.entries(shown).filter(([key]) => !(key in sort)));
}

/** What is at `/api/products/...` and no product. */
const addresses = ['export'];

@Injectable()
export class ProductStore extends DocumentStore<Product> {
  private readonly recent: RecentAnswers;
  private readonly totals: Totals;
  private readonly ids = new Together((ids) => this.shownBy('id', { _id: trusted({ $in: [...ids] }) }));
  private readonly slugs = new Together((slugs) => this.shownBy('slug', { slug: trusted({ $in: [...slugs] }) }));

  constructor(
    @InjectModel('product') model: Model<Product>,
    @InjectModel('catalogueMark') private readonly marks: Model<{ _id: string; changes: number }>,
    context: StoreContext,
    shared: SharedState,
  ) {
    super(model, context, 'product', { unrecorded: derived });
    this.recent = new RecentAnswers(shared, 'catalog.products');
    this.totals = new Totals(this.recent, () => this.readMark());
  }

  override async save(change: Change<Product>): Promise<Product> {
    try {
      return await this.context.transactions.run(async () => {
        const saved = await super.save(change);
        await this.changed();
        return saved;
      });
    } catch (error) {
      throw asRefusal(error);
    }
  }

  /**
   * One page of the products that fit, and how many there are in all. Three commands at most, whatever the page's size; answers are up
   * to a second old where another process changed something that was not heard of, and never where this one did.
   */
  async page(question: ProductQuestion & { readonly slice: Slice }): Promise<Listed<ShownProduct>> {
    const { sort, slice, ...filter } = question;
    if (this.session) return { ...(await this.part(question)), total: await this.total(filter) };
    const { limit, skip, after } = slice;
    const [part, total] = await Promise.all([
      this.recent.get(JSON.stringify(['rows', filter, sort, limit, skip, after]), () => this.part(question)),
      this.counted('total', filter, () => this.total(filter)),
    ]);
    return { ...part, total };
  }

  /** The facets of a list: as fresh as its total. Categories are known by their ids only. */
  async facets(filter: ProductFilter, names: readonly FacetName[]): Promise<Facets> {
    const count = (name: FacetName): Promise<Facets> => facetsOf((stages) => this.aggregated(stages), [name], filter);
    const facets = await Promise.all(names.map((name) => this.counted(name, filter, () => count(name))));
    return Object.assign({}, ...facets) as Facets;
  }

  private aggregated(stages: readonly object[]): Promise<mongo.Document[]> {
    return this.model.collection.aggregate([...stages], this.inSession).toArray();
  }

  async shownById(id: string): Promise<ShownProduct | null> {
    return this.session ? this.one({ _id: id }, { projection: shown }) : ((await this.ids.get(id)) ?? null);
  }

  async shownBySlug(slug: string): Promise<ShownProduct | null> {
    return this.session ? this.one({ slug }, { projection: shown }) : ((await this.slugs.get(slug)) ?? null);
  }

  async shownByIds(ids: readonly string[]): Promise<ShownProduct[]> {
    if (this.session) return this.many({ _id: trusted({ $in: [...ids] }) }, { projection: shown, limit: ids.length });
    const found = await Promise.all(ids.map((id) => this.ids.get(id)));
    return found.filter((product) => product !== undefined);
  }

  async isEmpty(): Promise<boolean> {
    return (await this.model.exists({}).session(this.session)) === null;
  }

  /** Of these slugs those that products have, and those that stand for something else. */
  async takenSlugs(slugs: readonly string[]): Promise<Set<string>> {
    const rows = await this.model.collection.find({ slug: { $in: [...slugs] } }, { ...this.inSession, projection: { slug: 1 } }).toArray();
    return new Set([...addresses, ...rows.map((row) => row['slug'] as string)]);
  }

  async countIn(categoryId: string): Promise<number> {
    return this.count({ 'category._id': categoryId });
  }

  /** What was never imported goes by its id. */
  async byExternalIds(externalIds: readonly string[]): Promise<Product[]> {
    const own = { _id: trusted({ $in: externalIds.filter(isId) }), externalId: trusted({ $exists: false }) };
    return this.many({ $or: [{ externalId: trusted({ $in: [...externalIds] }) }, own] }, { limit: 2 * externalIds.length });
  }

  /** Every product, on sale or not, in the order of their ids, behind a given one. */
  async after(last: string | undefined, limit: number): Promise<Product[]> {
    return this.many(last ? { _id: trusted({ $gt: last }) } : {}, { sort: { _id: 1 }, limit });
  }

  /** Which product has a SKU, by SKU. */
  async skuOwners(skus: readonly string[]): Promise<Map<string, string>> {
    const projection = { 'variants.sku': 1 };
    const found = this.model.collection.find({ 'variants.sku': { $in: [...skus] } }, { ...this.inSession, projection });
    const rows = (await found.toArray()) as unknown as { _id: mongo.ObjectId; variants: { sku: string }[] }[];
    return new Map(rows.flatMap(({ _id, variants }) => variants.map(({ sku }) => [sku, _id.toHexString()] as const)));
  }

  /** Saves many products at once, without events; each must be as it was read. All or nothing only inside a transaction. */
  async saveMany(products: readonly Product[]): Promise<void> {
    const now = new Date();
    const writes = products.map((product) => {
      const row = rowOf({ ...product, version: product.version + 1, updatedAt: now });
      if (product.version === 0) return { insertOne: { document: row } };
      return { replaceOne: { filter: { _id: row['_id'], version: product.version }, replacement: row } };
    });
    if (writes.length === 0) return;
    try {
      const result = await this.model.collection.bulkWrite(writes as never[], { ...this.inSession, ordered: true });
      if (result.insertedCount + result.matchedCount < products.length) throw new StaleVersion({ subject: 'product', id: 'of a batch' });
    } catch (error) {
      throw asRefusal(error);
    }
    await this.changed();
  }

  /** Copies what inventory says to the variants with these SKUs, unless they know something newer already: events may come in any order. */
  async followStock(levels: Readonly<Record<string, SkuStock>>): Promise<void> {
    const updates = Object.entries(levels).map(([sku, level]) => {
      const copy = Object.entries(stockOf(level)).map(([name, value]) => [`variants.$.${name}`, value] as const);
      return {
        updateOne: {
          filter: { 'variants.sku': sku, variants: { $elemMatch: { sku, stockRevision: { $lt: level.revision } } } },
          update: { $set: Object.fromEntries(copy), $inc: { version: 1 } },
        },
      };
    });
    if (updates.length === 0) return;
    await this.model.collection.bulkWrite(updates, { ...this.inSession, ordered: true });
    // Others are not told: stock moves with every order, and their lists may show it a second later.
    this.context.transactions.afterCommit(() => this.recent.forget());
  }

  /** Brings a renamed category's name and slug to its products. */
  async renameCategory({ id, name, slug }: CategoryReference): Promise<void> {
    const _id = new mongo.ObjectId(id);
    const update = { $set: { 'category.name': name, 'category.slug': slug }, $inc: { version: 1, revision: 1 } };
    await this.model.collection.updateMany({ 'category._id': _id }, update, this.inSession);
    await this.changed();
  }

  /** Brings a vendor's name to its products that have another one. */
  async renameVendor({ id, name }: Vendor): Promise<void> {
    const others = { 'vendor._id': new mongo.ObjectId(id), 'vendor.name': { $ne: name } };
    const update = { $set: { 'vendor.name': name }, $inc: { version: 1, revision: 1 } };
    const { modifiedCount } = await this.model.collection.updateMany(others, update, this.inSession);
    if (modifiedCount > 0) await this.changed();
  }

  /** After a move in the tree: the products of the category are found under its ancestors of now. */
  async moveCategory(category: Pick<Category, 'id' | 'ancestors'>): Promise<void> {
    const _id = new mongo.ObjectId(category.id);
    const categoryIds = [...category.ancestors, category.id].map((id) => new mongo.ObjectId(id));
    await this.model.collection.updateMany({ 'category._id': _id }, { $set: { categoryIds }, $inc: { version: 1 } }, this.inSession);
    await this.changed();
  }

  private async part({
    sort,
    slice,
    ...filter
  }: ProductQuestion & { readonly slice: Slice }): Promise<Omit<Listed<ShownProduct>, 'total'>> {
    const { q } = filter;
    if (sort === 'relevance' && q !== undefined && wordsAsked(q).length > 0) {
      const { part, stages } = mostRelevant({ ...filter, q }, slice, shown);
      return pageOf(part, await this.aggregated(stages));
    }
    const part = orders[sort].part(slice);
    const { skip, limit } = part;
    const options = { ...this.inSession, projection: shownBeside(part.sort), sort: part.sort, skip, limit, batchSize: limit + 1 };
    const found = await this.model.collection.find(part.of(filterOf(filter), beginsIn(filter)), options).toArray();
    return pageOf(part, found);
  }

  private async total(filter: ProductFilter): Promise<number> {
    return this.model.collection.countDocuments(filterOf(filter), this.inSession);
  }

  /** Ids of products of a vendor, in whatever state. */
  async ofVendor(vendorId: string, limit: number): Promise<string[]> {
    const found = await this.many({ 'vendor._id': new mongo.ObjectId(vendorId) }, { projection: { _id: 1 }, limit });
    return found.map(({ id }) => id);
  }

  private get inSession(): { session?: mongo.ClientSession } {
    return this.session ? { session: this.session } : {};
  }

  private async shownBy(key: 'id' | 'slug', filter: QueryFilter<unknown>): Promise<Map<string, ShownProduct>> {
    const found = await this.context.transactions.outside(() => this.many(filter, { projection: shown, limit: 1_000 }));
    return new Map(found.map((product) => [product[key], product]));
  }

  /** Stock moves all the time without moving the mark, so what depends on it is counted anew. */
  private async counted<T>(what: string, filter: ProductFilter, count: () => Promise<T>): Promise<T> {
    if (this.session) return count();
    const question = `${what} ${JSON.stringify(filter)}`;
    return filter.inStock === undefined ? this.totals.get(question, count) : this.recent.get(question, count);
  }

  private async readMark(): Promise<number> {
    return (await this.marks.findById('products').lean())?.changes ?? 0;
  }

  /** Moves the mark in the transaction of the change, and lets everybody see it then. */
  private async changed(): Promise<void> {
    await this.marks.collection.updateOne({ _id: 'products' as never }, { $inc: { changes: 1 } }, { ...this.inSession, upsert: true });
    this.context.transactions.afterCommit(() => this.recent.announceChange());
  }
}

function pageOf(part: ReturnType<ListOrder['part']>, found: readonly unknown[]): Omit<Listed<ShownProduct>, 'total'> {
  const { rows, next } = part.listed(fromStored(found) as ShownProduct[], 0);
  return { rows, next };
}

/** What the driver tells of a unique index; in a bulk it stands in the first write's error. */
interface DuplicateKey {
  readonly keyPattern?: object;
  readonly keyValue?: Readonly<Record<string, unknown>>;
}

/** A unique index's refusal in the words of the shop. */
function asRefusal(error: unknown): unknown {
  if (!isDuplicate(error)) return error;
  const bulk = (error as { writeErrors?: readonly { err?: DuplicateKey }[] }).writeErrors?.[0]?.err;
  const { keyPattern = {}, keyValue = {} } = bulk ?? (error as DuplicateKey);
  if ('variants.sku' in keyPattern) return new DuplicateSku({ sku: String(keyValue['variants.sku']) });
  if ('slug' in keyPattern) return new DuplicateSlug({ slug: String(keyValue['slug']) });
  return error;
}

/** A product as mongoose would store it, made by hand, because casting is most of the time of an import. */
function rowOf(product: Product): Record<string, unknown> {
  const row = toStored(product) as Record<string, unknown>;
  const { category, vendor, variants } = product;
  return {
    ...row,
    _id: new mongo.ObjectId(product.id),
    category: { _id: new mongo.ObjectId(category.id), name: category.name, slug: category.slug },
    categoryIds: product.categoryIds.map((id) => new mongo.ObjectId(id)),
    variants: variants.map(({ id, ...rest }) => ({ ...rest, _id: new mongo.ObjectId(id) })),
    vendor: { _id: new mongo.ObjectId(vendor.id), name: vendor.name },
  };
}
