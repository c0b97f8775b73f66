import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isId, refusal } from '@cartwright/kernel';
import { trusted, type Model } from 'mongoose';
import { Audit } from '../audit/audit';
import { placeAfter, startOf, type Slice } from '../http/paging';
import type { Listed } from '../store/list-order';
import { fromStored } from '../store/plain';
import { Transactions } from '../store/transactions';
import type { OutboxRow } from './outbox';

export const NoSuchJob = refusal<{ id: string }>('job_not_found', 'not_found', ({ id }) => `There is no parked job ${id}.`, {
  id: '6565f0c2a1b2c3d4e5f60718',
});

/** The deliveries that were given up, for an admin to see and set going again. */
@Injectable()
export class FailedDeliveries {
  constructor(
    @InjectModel('outbox') private readonly rows: Model<OutboxRow>,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
  ) {}

  /** The last given up first; few, so that they are counted off. */
  async list(slice: Slice): Promise<Listed<OutboxRow>> {
    const parked = { 'parked.at': trusted({ $exists: true }) };
    const skip = startOf(slice);
    const found: unknown = await this.rows.find(parked, {}, { sort: { 'parked.at': -1, _id: -1 }, skip, limit: slice.limit }).lean();
    const rows = fromStored(found) as OutboxRow[];
    const total = await this.rows.countDocuments(parked);
    return { rows, total, next: placeAfter(skip + rows.length, total) };
  }

  /** Puts every parked delivery of the event back in line, with fresh attempts. */
  async retry(id: string): Promise<void> {
    await this.transactions.run(async () => {
      const session = this.transactions.session ?? null;
      const isParked = { _id: id, 'parked.at': trusted({ $exists: true }) };
      const row = isId(id) ? await this.rows.findOne(isParked).session(session).lean() : null;
      if (!row) throw new NoSuchJob({ id });
      const names = row.parked.map((parked) => parked.reaction);
      const update = { $set: { parked: [], dueAt: new Date() }, $addToSet: { waiting: { $each: names } } };
      await this.rows.updateOne({ _id: id, 'parked.reaction': trusted({ $in: names }) }, update).session(session);
      this.audit.recordDone({ type: 'job', id }, { event: row.name, aggregate: row.aggregate, reactions: names });
    });
  }
}
