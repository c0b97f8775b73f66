import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { documentSchema, fromStored, StoreContext, toStored, type Slice } from '@cartwright/platform';
import { Schema, trusted, type ClientSession, type Model } from 'mongoose';
import type { Level, Levels } from '../model/level';
import { fold, movementKinds, type Movement, type Step, type StockChange } from '../model/movement';

const amount = { type: Number, required: true };
const text = { type: String, required: true };

/** One row for each SKU; grows with the catalogue, never with its sales. */
export const levelSchema = documentSchema('stockLevels', {
  sku: text,
  onHand: amount,
  reserved: amount,
  available: amount,
  revision: amount,
});
levelSchema.index({ sku: 1 }, { unique: true });
levelSchema.index({ available: 1, sku: 1 });

/** One row for each SKU and cause; only ever added to. */
export const movementSchema = documentSchema('stockMovements', {
  _id: text,
  sku: text,
  kind: { ...text, enum: movementKinds },
  quantity: amount,
  at: { type: Date, required: true },
  orderId: Schema.Types.ObjectId,
  reason: String,
  by: String,
});
movementSchema.index({ sku: 1, at: -1, _id: -1 });

const levelFields = { _id: 0, sku: 1, onHand: 1, reserved: 1, available: 1, revision: 1 } as const;

/** The levels and the ledger they are the sum of; both change in one place, {@link post}. */
@Injectable()
export class StockStore {
  constructor(
    @InjectModel('stockLevel') private readonly levels: Model<Level>,
    @InjectModel('stockMovement') private readonly movements: Model<Movement>,
    private readonly context: StoreContext,
  ) {}

  async levelsOf(skus: readonly string[]): Promise<Levels> {
    const found = await this.levels
      .find({ sku: trusted({ $in: [...skus] }) }, levelFields)
      .session(this.session)
      .lean<Level[]>();
    return new Map(found.map((level) => [level.sku, level]));
  }

  /** Levels by SKU, those that begin with `prefix`, and those of which at most `lowStock` can be bought. */
  async list(filter: { prefix?: string; lowStock?: number }, { limit, skip }: Slice): Promise<{ levels: Level[]; total: number }> {
    const { prefix, lowStock } = filter;
    const where = {
      ...(prefix ? { sku: trusted({ $gte: prefix, $lt: `${prefix}\u{10ffff}` }) } : {}),
      ...(lowStock === undefined ? {} : { available: trusted({ $lte: lowStock }) }),
    };
    const levels = await this.levels.find(where, levelFields, { sort: { sku: 1 }, limit, skip }).lean<Level[]>();
    return { levels, total: await this.levels.countDocuments(where) };
  }

  /** The ledger of a SKU, the latest movement first. */
  async movementsOf(sku: string, { limit, skip }: Slice): Promise<{ movements: Movement[]; total: number }> {
    const found: unknown = await this.movements.find({ sku }, {}, { sort: { at: -1, _id: -1 }, limit, skip }).lean();
    return { movements: fromStored(found) as Movement[], total: await this.movements.countDocuments({ sku }) };
  }

  /** Whether any of these movements has been written. */
  async knows(movements: readonly Movement[]): Promise<boolean> {
    const ids = movements.map((movement) => movement.id);
    return Boolean(await this.movements.exists({ _id: trusted({ $in: ids }) }).session(this.session));
  }

  /**
   * Writes a change: its movements, its events, and last, as they are the hottest rows, the levels, each only where it cannot become negative.
   * SKUs named in `missing` get their level here. Runs in the caller's transaction, which has read the levels: so none of this can fail but for a conflict.
   */
  async post({ cause, movements, events, at }: StockChange, missing: readonly string[] = []): Promise<void> {
    const { session } = this;
    if (!session) throw new Error('Stock is only moved inside a transaction.');
    if (movements.length > 0) await this.movements.insertMany(movements.map(toStored), { session });
    if (events.length > 0) await this.context.outbox.add(`stock:${cause}`, 0, events, at);
    const steps = fold(movements);
    const blank = { onHand: 0, reserved: 0, available: 0 };
    const made = missing.map((sku) => ({ ...blank, ...steps.find((step) => step.sku === sku), sku, revision: 1 }));
    const moved = steps.filter((step) => !missing.includes(step.sku));
    const writes = [...made.map((document) => ({ insertOne: { document } })), ...moved.map(toUpdate)];
    if (writes.length === 0) return;
    const wanted = steps.map(({ sku }) => `sku:${sku}`);
    const { modifiedCount } = await this.context.transactions.contend(wanted, () => this.levels.bulkWrite(writes, { session }));
    if (modifiedCount !== moved.length)
      throw new Error(`Stock of ${cause} does not add up: ${modifiedCount} of ${moved.length} levels moved.`);
  }

  private get session(): ClientSession | null {
    return this.context.transactions.session ?? null;
  }
}

/** The one conditional write: a level that the step would make negative does not match. */
function toUpdate({ sku, onHand, reserved, available }: Step): { updateOne: { filter: object; update: object } } {
  const atLeast = Object.entries({ onHand, reserved, available }).filter(([, step]) => step < 0);
  const guards = Object.fromEntries(atLeast.map(([name, step]) => [name, trusted({ $gte: -step })]));
  return { updateOne: { filter: { sku, ...guards }, update: { $inc: { onHand, reserved, available, revision: 1 } } } };
}
