import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { documentSchema, ListOrder, StoreContext, type Listed, type Slice } from '@cartwright/platform';
import { trusted, type ClientSession, type Model } from 'mongoose';
import { SkuNotFound } from '../contract/refusals';
import { defaultLocation, type BackorderRule, type Level, type Levels, type Shelves } from '../model/level';
import { record, type StockChange } from '../model/movement';
import { LedgerStore } from './ledger.store';

const amount = { type: Number, required: true };

/** One row for each SKU; grows with the catalogue and the number of locations, never with sales. */
export const levelSchema = documentSchema('stockLevels', {
  sku: { type: String, required: true },
  onHand: amount,
  reserved: amount,
  available: amount,
  shelves: Object,
  backorder: Object,
  revision: amount,
  movedAt: Date,
});
levelSchema.index({ sku: 1 }, { unique: true });
levelSchema.index({ available: 1, sku: 1 });

const bySku = new ListOrder(1, { sku: 'text' });

const withoutId = { _id: 0 } as const;

/** The levels. They change in one place, {@link post}, and only together with the ledger that they are the sum of. */
@Injectable()
export class StockStore {
  constructor(
    @InjectModel('stockLevel') private readonly levels: Model<Level>,
    private readonly ledger: LedgerStore,
    private readonly context: StoreContext,
  ) {}

  async levelsOf(skus: readonly string[]): Promise<Levels> {
    const options = { projection: withoutId, session: this.session ?? undefined };
    const found = (await this.levels.collection.find({ sku: { $in: [...skus] } }, options).toArray()) as unknown as LevelRow[];
    return new Map(found.map((level) => [level.sku, fromRow(level)]));
  }

  /** The level of one SKU. Refuses `sku_not_found`. */
  async levelOf(sku: string): Promise<Level> {
    const level = (await this.levelsOf([sku])).get(sku);
    if (!level) throw new SkuNotFound({ sku });
    return level;
  }

  /** A batch of levels in the opposite order of the SKUs: the first ones, or those that come after a SKU. */
  async below(sku: string | undefined, limit: number): Promise<Level[]> {
    const where = sku === undefined ? {} : { sku: trusted({ $lt: sku }) };
    const found = await this.levels
      .find(where, withoutId, { sort: { sku: -1 }, limit })
      .session(this.session)
      .lean<LevelRow[]>();
    return found.map(fromRow);
  }

  /** Of the SKUs that have a shelf at a location those after one, in their order. */
  async skusAt(location: string, after: string, limit: number): Promise<string[]> {
    const there = { [`shelves.${location}`]: { $exists: true } };
    // Rows from before there were locations have no shelves.
    const shelf = location === defaultLocation ? { $or: [there, { shelves: { $exists: false } }] } : there;
    const rows = this.levels.collection.find({ sku: { $gt: after }, ...shelf }, { projection: { sku: 1 }, sort: { sku: 1 }, limit });
    return (await rows.toArray()).map((row) => row['sku'] as string);
  }

  /** Levels by SKU, those that begin with `prefix`, and those of which at most `lowStock` are on hand and not reserved. */
  async list(filter: { prefix?: string; lowStock?: number }, slice: Slice): Promise<Listed<Level>> {
    const { prefix, lowStock } = filter;
    const where = {
      ...(prefix ? { sku: trusted({ $gte: prefix, $lt: `${prefix}\u{10ffff}` }) } : {}),
      ...(lowStock === undefined ? {} : { available: trusted({ $lte: lowStock }) }),
    };
    return bySku.list(this.levels, where, slice, { projection: withoutId, read: (stored) => fromRow(stored as LevelRow) });
  }

  /**
   * Writes a change to levels that the caller's transaction has read (or has read here): its entries in the ledger, its events, and last, as they are
   * the hottest rows, the levels. Each is written only where it still is as it was read, so that the numbers and sums in the ledger cannot be wrong; as
   * transactions read a snapshot, that never fails but for a mistake of ours, and others who were faster are a conflict as with any other write.
   */
  async post({ cause, movements, events, at }: StockChange, read?: Levels): Promise<Levels> {
    const { session } = this.context.transactions;
    if (!session) throw new Error('Stock is only moved inside a transaction.');
    const levels = read ?? (await this.levelsOf([...new Set(movements.map(({ sku }) => sku))]));
    const { entries, next } = record(movements, levels);
    await this.ledger.add(entries);
    if (events.length > 0) this.context.outbox.tell(`stock:${cause}`, events, at);
    if (next.length === 0) return levels;
    const wanted = next.map(({ sku }) => `sku:${sku}`);
    const writes = next.map((level) => writeOf(level, levels.get(level.sku)));
    const { insertedCount, modifiedCount } = await this.context.transactions.contend(wanted, () =>
      this.levels.collection.bulkWrite(writes, { session }),
    );
    if (insertedCount + modifiedCount !== next.length) throw new Error(`Stock moved by ${cause} is not as it was read.`);
    if (this.context.audit.isOn)
      for (const level of next) this.record(levels.get(level.sku), level, movements.find(({ sku }) => sku === level.sku)?.reason);
    return new Map([...levels, ...next.map((level) => [level.sku, level] as const)]);
  }

  /** Puts a level that was made from the ledger in the place of one that is wrong (or missing), without an entry: the ledger is as it should be. */
  async correct(level: Level, stored: Level | undefined): Promise<void> {
    const { session } = this.context.transactions;
    await this.levels.collection.bulkWrite([writeOf(level, stored)], { session });
    this.record(stored, level);
  }

  /** For the audit log: what the shelves hold, and what may be promised beyond that. The totals follow from it. */
  record(before: Level | undefined, after: Level, reason?: string): void {
    const told = ({ shelves = {}, backorder }: Partial<Level> = {}): object => ({
      shelves: Object.entries(shelves).map(([id, shelf]) => ({ id, ...shelf })),
      backorder,
    });
    this.context.audit.record(
      { type: 'stock', id: after.sku },
      { before: told(before), after: told(after), reason, version: after.revision },
    );
  }

  private get session(): ClientSession | null {
    return this.context.transactions.session ?? null;
  }
}

type LevelWrite = { insertOne: { document: object } } | { updateOne: { filter: object; update: object } };

function writeOf(level: Level, before: Level | undefined): LevelWrite {
  const { sku, backorder = null, ...fields } = level;
  const row = { ...fields, backorder };
  if (!before) return { insertOne: { document: { sku, ...row } } };
  return { updateOne: { filter: { sku, revision: before.revision }, update: { $set: row } } };
}

type LevelRow = Omit<Level, 'shelves' | 'backorder'> & { readonly shelves?: Shelves; readonly backorder?: BackorderRule | null };

/** A row from before there were locations has no shelves: all of it is at the default one. */
function fromRow({ shelves, backorder, ...row }: LevelRow): Level {
  const { onHand, reserved } = row;
  return { ...row, shelves: shelves ?? { [defaultLocation]: { onHand, reserved } }, ...(backorder ? { backorder } : {}) };
}
