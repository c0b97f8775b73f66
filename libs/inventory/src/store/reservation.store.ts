import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { documentSchema, fromStored, part, StoreContext } from '@cartwright/platform';
import { Schema, trusted, type ClientSession, type Model } from 'mongoose';
import { reservationLifecycle, type Reservation } from '../model/reservation';

const date = { type: Date, required: true };

export const reservationSchema = documentSchema('stockReservations', {
  orderId: { type: Schema.Types.ObjectId, required: true },
  lines: { type: [part({ sku: { type: String, required: true }, quantity: { type: Number, required: true } })], required: true },
  status: { type: String, required: true, enum: reservationLifecycle.states },
  takes: { type: Number, required: true },
  expiresAt: date,
  createdAt: date,
  updatedAt: date,
});
const openOnly = { partialFilterExpression: { status: 'open' } };
reservationSchema.index({ orderId: 1 }, { unique: true });
reservationSchema.index({ expiresAt: 1 }, openOnly);
reservationSchema.index({ 'lines.sku': 1, expiresAt: 1 }, openOnly);

/** The reservations, one for each order. Each of their moves is a conditional write, so that it happens once. */
@Injectable()
export class ReservationStore {
  constructor(
    @InjectModel('stockReservation') private readonly model: Model<Reservation>,
    private readonly context: StoreContext,
  ) {}

  async ofOrder(orderId: string): Promise<Reservation | null> {
    const found: unknown = await this.model.findOne({ orderId }, { _id: 0 }).session(this.session).lean();
    return fromStored(found) as Reservation | null;
  }

  /** Open reservations that ran out before `now`, the oldest first: all of them, or those that hold one of these SKUs. */
  async expired(now: Date, limit: number, skus?: readonly string[]): Promise<Reservation[]> {
    const holding = skus ? { 'lines.sku': trusted({ $in: [...skus] }) } : {};
    const where: Record<string, unknown> = { status: 'open', expiresAt: trusted({ $lte: now }), ...holding };
    const found: unknown = await this.model
      .find(where, { _id: 0 }, { sort: { expiresAt: 1 }, limit })
      .session(this.session)
      .lean();
    return fromStored(found) as Reservation[];
  }

  /** Puts `next` in the place of `previous`, or where there was none. */
  async put(next: Reservation, previous: Reservation | null): Promise<void> {
    if (!previous) {
      await this.model.create([{ ...next }], { session: this.session ?? undefined });
      return;
    }
    const { orderId, status, takes } = previous;
    const { modifiedCount } = await this.model.updateOne({ orderId, status, takes }, { $set: { ...next } }).session(this.session);
    if (modifiedCount !== 1) throw new Error(`The reservation of order ${orderId} is not ${status} any more.`);
  }

  /** Gives up open reservations, all at once. */
  async releaseAll(reservations: readonly Reservation[], now: Date): Promise<void> {
    const orderIds = reservations.map((reservation) => reservation.orderId);
    const { modifiedCount } = await this.model
      .updateMany({ orderId: trusted({ $in: orderIds }), status: 'open' }, { $set: { status: 'released', updatedAt: now } })
      .session(this.session);
    if (modifiedCount !== orderIds.length) throw new Error('Some of the reservations to be given up are not open any more.');
  }

  /** How much open reservations hold of these SKUs. */
  async held(skus: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.model
      .aggregate<{ _id: string; quantity: number }>([
        { $match: { status: 'open', 'lines.sku': { $in: [...skus] } } },
        { $unwind: '$lines' },
        { $group: { _id: '$lines.sku', quantity: { $sum: '$lines.quantity' } } },
      ])
      .session(this.session);
    return new Map(rows.map(({ _id, quantity }) => [_id, quantity]));
  }

  /** All SKUs that open reservations hold. */
  async heldSkus(): Promise<string[]> {
    return (await this.model.distinct('lines.sku', { status: 'open' })) as string[];
  }

  private get session(): ClientSession | null {
    return this.context.transactions.session ?? null;
  }
}
