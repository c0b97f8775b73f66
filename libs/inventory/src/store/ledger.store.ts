import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { documentSchema, ListOrder, StoreContext, type Listed, type Slice } from '@cartwright/platform';
import { Schema, trusted, Types, type ClientSession, type Model } from 'mongoose';
import type { StockLine } from '../contract/stock-lines';
import type { Shelves } from '../model/level';
import { fold, movementKinds, type Entry, type MovementKind } from '../model/movement';

const text = { type: String, required: true };

/** One row for each SKU, location and cause; only ever added to. */
export const movementSchema = documentSchema('stockMovements', {
  _id: text,
  sku: text,
  location: String,
  kind: { ...text, enum: movementKinds },
  quantity: { type: Number, required: true },
  at: { type: Date, required: true },
  orderId: Schema.Types.ObjectId,
  reason: String,
  by: String,
  revision: Number,
  after: Object,
});
movementSchema.index({ sku: 1, at: -1, revision: -1 });

/** So many pieces of a SKU, and the order that they are to do with. */
export interface OrderPieces extends StockLine {
  readonly orderId: string;
}

const latestFirst = new ListOrder(-1, { at: 'instant', revision: 'number' });

/** The ledger. The movements that stand in it are never changed. */
@Injectable()
export class LedgerStore {
  constructor(
    @InjectModel('stockMovement') private readonly entries: Model<Entry>,
    private readonly context: StoreContext,
  ) {}

  /** Adds entries in the transaction of the level that they belong to. */
  async add(entries: readonly Entry[]): Promise<void> {
    const { session } = this.context.transactions;
    // Straight to the driver: the rows are made here, and nothing is written more often.
    if (entries.length > 0) await this.entries.collection.insertMany(entries.map(toRow), { session, ignoreUndefined: true });
  }

  /** The ledger of a SKU, the latest entry first; up to an instant, when there is one. */
  async entriesOf(sku: string, slice: Slice, at?: Date): Promise<Listed<Entry>> {
    const where = { sku, ...(at && { at: trusted({ $lte: at }) }) };
    return latestFirst.list(this.entries, where, slice);
  }

  /**
   * What the shelves of a SKU held at an instant, and the number of the latest entry then. One look at the index, however long the ledger; only entries from before
   * there were numbers, which come before all others, have to be added up.
   */
  async shelvesAt(sku: string, at: Date): Promise<{ shelves: Shelves; revision: number }> {
    const where = { sku, at: trusted({ $lte: at }) };
    const latest = await this.entries.findOne(where, {}, { sort: latestFirst.sort }).lean<Entry>();
    if (latest?.after) return { shelves: latest.after, revision: latest.revision ?? 0 };
    return { shelves: latest ? await this.sumUp(where) : {}, revision: 0 };
  }

  /** The ledgers of all SKUs in a range, in the opposite order of the SKUs, and of each the earliest entry first. */
  walk({ from, below }: { readonly from?: string; readonly below?: string }): AsyncIterable<Entry> {
    const range = { ...(from === undefined ? {} : { $gte: from }), ...(below === undefined ? {} : { $lt: below }) };
    const where = Object.keys(range).length > 0 ? { sku: trusted(range) } : {};
    return this.entries
      .find(where, {}, { sort: { sku: -1, at: 1, revision: 1 } })
      .lean<RawEntry[]>()
      .cursor()
      .map(({ _id, ...entry }: RawEntry): Entry => ({ ...entry, id: _id }));
  }

  /** Whether a cause has moved anything. */
  async knows(cause: string): Promise<boolean> {
    // Ids go on with `:<sku>`, or with `@<location>:<sku>`.
    return Boolean(await this.entries.exists({ _id: trusted({ $gte: `${cause}:`, $lt: `${cause}A` }) }).session(this.session));
  }

  /** How many pieces were sold to orders, or came back from them, by order and SKU: of the orders from one id to another. */
  async movedBy(kind: 'sold' | 'returned', from: string, to: string): Promise<OrderPieces[]> {
    // The ids of these movements begin with their kind and their order, so that hardly anything else has to be looked at: what was owed and is dropped stands beside what is returned.
    const rows = await this.entries
      .aggregate<{ _id: { orderId: Types.ObjectId; sku: string }; quantity: number }>([
        { $match: { _id: { $gte: `${kind}:${from}:`, $lt: `${kind}:${to};` }, kind } },
        { $group: { _id: { orderId: '$orderId', sku: '$sku' }, quantity: { $sum: '$quantity' } } },
      ])
      .session(this.session);
    return rows.map(({ _id: { orderId, sku }, quantity }) => ({ orderId: orderId.toHexString(), sku, quantity }));
  }

  /** What the whole ledger of a SKU adds up to, and its latest number. */
  async sumOf(sku: string): Promise<{ shelves: Shelves; revision?: number }> {
    const latest = await this.entries.findOne({ sku }, { revision: 1 }, { sort: latestFirst.sort }).session(this.session).lean<Entry>();
    return { shelves: await this.sumUp({ sku }), revision: latest?.revision };
  }

  /** Corrects what an entry says that the ledger up to it adds up to. */
  async correct(id: string, after: Shelves): Promise<void> {
    await this.entries.updateOne({ _id: id }, { $set: { after } });
  }

  private async sumUp(where: object): Promise<Shelves> {
    const sums = await this.entries
      .aggregate<{ _id: { location?: string; kind: MovementKind }; quantity: number }>([
        { $match: where },
        { $group: { _id: { location: '$location', kind: '$kind' }, quantity: { $sum: '$quantity' } } },
      ])
      .session(this.session);
    return fold(sums.map(({ _id: { location, kind }, quantity }) => ({ location, kind, quantity })));
  }

  private get session(): ClientSession | null {
    return this.context.transactions.session ?? null;
  }
}

type RawEntry = Omit<Entry, 'id'> & { readonly _id: string };

function toRow({ id, orderId, ...entry }: Entry): never {
  return { _id: id, ...entry, orderId: orderId && new Types.ObjectId(orderId) } as never;
}
