import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { documentSchema, fromStored, Measures, part, StoreContext } from '@cartwright/platform';
import { Schema, trusted, Types, type ClientSession, type Model, type PipelineStage } from 'mongoose';
import type { StockLine } from '../contract/stock-lines';
import type { Source } from '../model/allocation';
import { defaultLocation, onBackorder } from '../model/level';
import { owedTo, reservationLifecycle, type HeldLine, type Reservation } from '../model/reservation';

const date = { type: Date, required: true };
const text = { type: String, required: true };
const amount = { type: Number, required: true };
const source = part({ location: text, quantity: amount, returned: Number });

export const reservationSchema = documentSchema('stockReservations', {
  orderId: { type: Schema.Types.ObjectId, required: true },
  lines: { type: [part({ sku: text, quantity: amount, from: [source] })], required: true },
  status: { ...text, enum: reservationLifecycle.states },
  takes: amount,
  expiresAt: date,
  createdAt: date,
  updatedAt: date,
  version: Number,
  /** The SKUs that the order still waits for. */
  owes: { type: [String], default: undefined },
});
const openOnly = { partialFilterExpression: { status: 'open' } };
reservationSchema.index({ orderId: 1 }, { unique: true });
reservationSchema.index({ expiresAt: 1 }, openOnly);
reservationSchema.index({ 'lines.sku': 1, expiresAt: 1 }, openOnly);
reservationSchema.index({ owes: 1, createdAt: 1 }, { partialFilterExpression: { owes: { $exists: true } } });

/** So many SKUs are answered at a time. */
const skusAtOnce = 1000;

/** Some of the reservations: those that hold one of these SKUs, that of one order, all but those of these orders. */
export interface Which {
  readonly skus?: readonly string[];
  readonly orderId?: string;
  readonly but?: readonly string[];
}

/** What is promised of one shelf. */
export interface Held extends Source {
  readonly sku: string;
}

/** The reservations, one for each order. Each of their moves is a conditional write, so that it happens once. */
@Injectable()
export class ReservationStore {
  constructor(
    @InjectModel('stockReservation') private readonly model: Model<Reservation>,
    private readonly context: StoreContext,
  ) {}

  async ofOrder(orderId: string): Promise<Reservation | null> {
    const found: unknown = await this.model.findOne({ orderId }, { _id: 0 }).session(this.session).lean();
    return found ? fromRow(found) : null;
  }

  /** Open reservations that ran out before `now`, the oldest first. */
  async expired(now: Date, limit: number, { skus, orderId, but = [] }: Which = {}): Promise<Reservation[]> {
    const where: Record<string, unknown> = {
      status: 'open',
      expiresAt: trusted({ $lte: now }),
      ...(skus && { 'lines.sku': trusted({ $in: [...skus] }) }),
      ...(orderId && { orderId }),
      ...(but.length > 0 && { orderId: trusted({ $nin: [...but] }) }),
    };
    const found = await this.model
      .find(where, { _id: 0 }, { sort: { expiresAt: 1 }, limit })
      .session(this.session)
      .lean<unknown[]>();
    return found.map(fromRow);
  }

  /** What open reservations that ran out before `now` hold of these SKUs, shelf by shelf: all of them together. */
  async expiredOf(now: Date, skus: readonly string[]): Promise<Held[]> {
    const asked = { 'lines.sku': { $in: [...skus] } };
    return this.heldBy([{ $match: { ...asked, status: 'open', expiresAt: { $lte: now } } }, ...byShelf(asked)]);
  }

  /** Puts `next` in the place of `previous`, or where there was none. Returns it as it now is. */
  async put(next: Reservation, previous: Reservation | null): Promise<Reservation> {
    const saved = { ...next, version: next.version + 1 };
    const owes = owedTo(next).map(({ sku }) => sku);
    const row = owes.length > 0 ? { ...saved, owes } : saved;
    if (!previous) {
      // Straight to the driver, as for entries of the ledger: every checkout passes here.
      const document = { ...row, orderId: new Types.ObjectId(next.orderId) } as never;
      await this.model.collection.insertOne(document, { session: this.session ?? undefined, ignoreUndefined: true });
      return saved;
    }
    const { orderId, status, version } = previous;
    // One from before there were versions has none.
    const where = { orderId, status, version: version === 0 ? trusted({ $exists: false }) : version };
    const update = { $set: row, ...(owes.length > 0 ? {} : { $unset: { owes: 1 } }) };
    const { modifiedCount } = await this.model.updateOne(where, update).session(this.session);
    if (modifiedCount !== 1) throw new Error(`The reservation of order ${orderId} is not as it was read.`);
    return saved;
  }

  /** Gives up open reservations, all at once. */
  async releaseAll(reservations: readonly Reservation[], now: Date): Promise<void> {
    const orderIds = reservations.map((reservation) => reservation.orderId);
    const { modifiedCount } = await this.model
      .updateMany(
        { orderId: trusted({ $in: orderIds }), status: 'open' },
        { $set: { status: 'released', updatedAt: now }, $unset: { owes: 1 }, $inc: { version: 1 } },
      )
      .session(this.session);
    if (modifiedCount !== orderIds.length) throw new Error('Some of the reservations to be given up are not open any more.');
  }

  /** Those that wait for a SKU on back-order, the longest waiting first. */
  async waitingFor(sku: string, limit: number): Promise<Reservation[]> {
    const found = await this.model
      .find({ owes: sku }, { _id: 0 }, { sort: { createdAt: 1 }, limit })
      .session(this.session)
      .lean<unknown[]>();
    return found.map(fromRow);
  }

  /** All SKUs that somebody waits for on back-order, in their order, so many at a time. */
  owedSkus(): AsyncGenerator<string[]> {
    return this.skusIn('owes', { owes: { $exists: true } }, []);
  }

  /** What paid orders still wait for, by order and SKU: of the orders from one id to another. */
  async owedTo(from: string, to: string): Promise<(StockLine & { readonly orderId: string })[]> {
    const where: Record<string, unknown> = {
      orderId: trusted({ $gte: from, $lte: to }),
      status: 'committed',
      owes: trusted({ $exists: true }),
    };
    const found = await this.model.find(where, { _id: 0 }).session(this.session).lean<unknown[]>();
    return found.map(fromRow).flatMap((row) => owedTo(row).map((line) => ({ ...line, orderId: row.orderId })));
  }

  /** What reservations hold of these SKUs, shelf by shelf: open ones all of it, those of paid orders what is still on back-order. */
  async held(skus: readonly string[]): Promise<Held[]> {
    const asked = { 'lines.sku': { $in: [...skus] } };
    const holding = {
      $or: [
        { status: 'open', ...asked },
        { status: 'committed', owes: asked['lines.sku'] },
      ],
    };
    const promised = { $or: [{ status: 'open' }, { 'lines.from.location': onBackorder }] };
    return this.heldBy([{ $match: holding }, ...byShelf({ ...asked, ...promised })]);
  }

  private async heldBy(stages: PipelineStage[]): Promise<Held[]> {
    const rows = await this.model.aggregate<{ _id: Omit<Held, 'quantity'>; quantity: number }>(stages).session(this.session);
    return rows.map(({ _id, quantity }) => ({ ..._id, quantity }));
  }

  /** How many reservations hold stock. */
  @Measures('inventory_reservations_open', 'Reservations of unpaid orders that hold stock.')
  async countOpen(): Promise<number> {
    // The index of open reservations begins with their end.
    return this.model.countDocuments({ status: 'open', expiresAt: trusted({ $gt: new Date(0) }) });
  }

  /** All SKUs that something is held of, so many at a time; those that somebody waits for may come twice. */
  async *heldSkus(): AsyncGenerator<string[]> {
    yield* this.skusIn('lines.sku', { status: 'open' }, [{ $unwind: '$lines' }]);
    yield* this.owedSkus();
  }

  /** The values of a field, each once: grouped where they are, so that no answer is larger than its batch. */
  private async *skusIn(path: 'owes' | 'lines.sku', where: object, unwound: PipelineStage[]): AsyncGenerator<string[]> {
    for (let last = ''; ;) {
      const rest = { $match: { [path]: { $gt: last } } };
      const each: PipelineStage[] = [{ $match: where }, rest, ...unwound, { $unwind: `$${path}` }, rest];
      const rows = await this.model.aggregate<{ _id: string }>([
        ...each,
        { $group: { _id: `$${path}` } },
        { $sort: { _id: 1 } },
        { $limit: skusAtOnce },
      ]);
      yield rows.map(({ _id }) => _id);
      if (rows.length < skusAtOnce) return;
      last = rows.at(-1)?._id ?? last;
    }
  }

  private get session(): ClientSession | null {
    return this.context.transactions.session ?? null;
  }
}

/** Adds up the pieces of reservations, those that are asked for, by SKU and shelf. */
function byShelf(asked: Record<string, unknown>): PipelineStage[] {
  const place = { sku: '$lines.sku', location: { $ifNull: ['$lines.from.location', defaultLocation] } };
  return [
    { $unwind: '$lines' },
    { $unwind: { path: '$lines.from', preserveNullAndEmptyArrays: true } },
    { $match: asked },
    { $group: { _id: place, quantity: { $sum: { $ifNull: ['$lines.from.quantity', '$lines.quantity'] } } } },
  ];
}

type StoredLine = Omit<HeldLine, 'from'> & Partial<Pick<HeldLine, 'from'>>;
interface StoredReservation extends Omit<Reservation, 'version' | 'lines'> {
  readonly version?: number;
  readonly lines: readonly StoredLine[];
  readonly owes?: readonly string[];
}

/** A line from before there were locations is all from the default one. */
function fromRow(row: unknown): Reservation {
  const { lines, version = 0, owes: _, ...rest } = fromStored(row) as StoredReservation;
  const placed = lines.map(({ from, ...line }) => ({ ...line, from: from ?? [{ location: defaultLocation, quantity: line.quantity }] }));
  return { ...rest, lines: placed, version };
}
