import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventNameOf, newId, type DomainEvent } from '@cartwright/kernel';
import { trusted, Types, type ClientSession, type Model } from 'mongoose';
import { documentSchema, part } from '../store/schema';
import { fromStored } from '../store/plain';
import { Transactions } from '../store/transactions';
import { Metrics } from '../observability/metrics';
import { Reactions } from './reactions';

/** An event as it stands in the outbox, with what has become of it. */
export interface OutboxRow {
  readonly id: string;
  /** The event's wire name. */
  readonly name: string;
  /** `subject:id` of the aggregate that announced it. */
  readonly aggregate: string;
  /** Place among the aggregate's events, from 1, without gaps. */
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
  /**
   * The reactions that have not been through it: the event's inbox. A reaction's name leaves the list in the same transaction as the
   * reaction's effects, so each is applied once, however often it is delivered.
   */
  readonly waiting: readonly string[];
  /** When somebody should next look after `waiting`, or until when somebody has it in hand; absent when nothing waits. */
  readonly dueAt?: Date;
  readonly failures: readonly DeliveryFailure[];
  readonly parked: readonly ParkedDelivery[];
  /** It belongs to no aggregate: nobody looks at it again once every reaction has been through it. */
  readonly passing?: true;
  /** When it goes; absent while something waits or is parked, and of what belongs to an aggregate always. */
  readonly expiresAt?: Date;
}

export interface DeliveryFailure {
  readonly reaction: string;
  readonly attempts: number;
  readonly error: string;
  readonly retryAt: Date;
}

/** A delivery that was given up and waits for an admin. */
export interface ParkedDelivery {
  readonly reaction: string;
  readonly attempts: number;
  readonly error: string;
  readonly at: Date;
}

const failure = {
  reaction: { type: String, required: true },
  attempts: { type: Number, required: true },
  error: { type: String, required: true },
};

export const outboxSchema = documentSchema('outbox', {
  name: { type: String, required: true },
  aggregate: { type: String, required: true },
  sequence: { type: Number, required: true },
  data: { type: Object, required: true },
  at: { type: Date, required: true },
  waiting: { type: [String], required: true },
  dueAt: { type: Date },
  failures: { type: [part({ ...failure, retryAt: { type: Date, required: true } })], required: true },
  parked: { type: [part({ ...failure, at: { type: Date, required: true } })], required: true },
  passing: { type: Boolean },
  expiresAt: { type: Date },
});
outboxSchema.index({ aggregate: 1, sequence: 1 }, { unique: true });
outboxSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
outboxSchema.index({ 'parked.at': 1 }, { partialFilterExpression: { 'parked.at': { $exists: true } } });
outboxSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, partialFilterExpression: { expiresAt: { $exists: true } } });

/** For so long what belongs to no aggregate is kept after its last delivery, for who wants to know what happened. */
const keptMs = 30 * 24 * 3_600_000;

/** When a row goes of which every delivery was made. */
export function expiryOf({ passing }: Pick<OutboxRow, 'passing'>): Pick<OutboxRow, 'expiresAt'> {
  return passing ? { expiresAt: new Date(Date.now() + keptMs) } : {};
}

const rewrittenAtOnce = 200;

/** Where every event is written, in the same transaction as the change it tells of. Nothing else announces anything. */
@Injectable()
export class Outbox {
  private listener: (rows: readonly OutboxRow[]) => void = () => undefined;
  /** What transactions have yet to write. */
  private readonly gathered = new WeakMap<ClientSession, OutboxRow[]>();

  constructor(
    @InjectModel('outbox') private readonly model: Model<OutboxRow>,
    private readonly transactions: Transactions,
    private readonly reactions: Reactions,
    private readonly metrics: Metrics,
  ) {}

  /** The relay of this process hears of rows as soon as they are committed, to pass the word on. */
  onCommitted(listener: (rows: readonly OutboxRow[]) => void): void {
    this.listener = listener;
  }

  /** Writes the events that follow the aggregate's `eventCount`-th: those of a transaction together, near its end. Must run in the transaction of the change. */
  add(aggregate: string, eventCount: number, events: readonly DomainEvent[], at: Date): void {
    this.gather(events.map((event, index) => this.row(aggregate, eventCount + index + 1, event, at)));
  }

  /**
   * Writes events that belong to no aggregate, under a name (`subject:id`) that nothing else has ever had. Nobody can add them up later: they go a month after their last delivery
   * (docs/adr/0019-events-that-pass.md). Must run in a transaction, as {@link add} must.
   */
  tell(name: string, events: readonly DomainEvent[], at: Date): void {
    this.gather(events.map((event, index) => passing(this.row(name, index + 1, event, at))));
  }

  private gather(rows: readonly OutboxRow[]): void {
    const { session } = this.transactions;
    if (!session) throw new Error('Events are only announced inside the transaction of the change.');
    const gathered = this.gathered.get(session);
    if (gathered) return void gathered.push(...rows);
    this.gathered.set(session, [...rows]);
    this.transactions.postpone(() => this.write(session));
  }

  private async write(session: ClientSession): Promise<void> {
    const rows = this.gathered.get(session) ?? [];
    this.gathered.delete(session);
    // Straight to the driver: the rows are made here, field by field, and this is the commonest write of all.
    await this.model.collection.insertMany(rows.map(stored), { session, ignoreUndefined: true });
    this.transactions.afterCommit(() => {
      for (const { name } of rows) this.metrics.event(name);
      this.listener(rows);
    });
  }

  /**
   * Waits until nothing waits on the aggregate's events any more, so that an answer may include what they bring about; gives up
   * silently after `timeoutMs`, as they will be delivered all the same.
   */
  async settled(aggregate: string, timeoutMs = 2_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (let pause = 2; Date.now() < deadline; pause = Math.min(pause * 2, 50)) {
      if (!(await this.awaits(aggregate))) return;
      await sleep(pause);
    }
  }

  /** Whether something has yet to come of what the aggregate announced. */
  async awaits(aggregate: string): Promise<boolean> {
    const waiting = { aggregate, dueAt: trusted({ $exists: true }) };
    return (await this.model.exists(waiting).session(this.transactions.session ?? null)) !== null;
  }

  /** The events of one aggregate in their order, after a given one. */
  async eventsOf(aggregate: string, options: { after: number; limit: number }): Promise<OutboxRow[]> {
    const { after, limit } = options;
    const rows: unknown = await this.model
      .find({ aggregate, sequence: trusted({ $gt: after }) }, {}, { sort: { sequence: 1 }, limit })
      .session(this.transactions.session ?? null)
      .lean();
    return fromStored(rows) as OutboxRow[];
  }

  /** The events of several aggregates, those of each in their order; so many at most, so that whoever gets fewer has them all. */
  async eventsOfAll(aggregates: readonly string[], limit: number): Promise<OutboxRow[]> {
    const rows: unknown = await this.model
      .find({ aggregate: trusted({ $in: [...aggregates] }) }, {}, { sort: { aggregate: 1, sequence: 1 }, limit })
      .session(this.transactions.session ?? null)
      .lean();
    return fromStored(rows) as OutboxRow[];
  }

  /**
   * Writes an aggregate's events anew without what names a person; what they say beside that stays, so that they add up to the same. `without` gives an event's data, or
   * `null` where there is nothing to leave out. In the caller's transaction.
   */
  async rewrite(aggregate: string, without: (event: Pick<OutboxRow, 'name' | 'data'>) => OutboxRow['data'] | null): Promise<void> {
    for (let after = 0; ;) {
      const rows = await this.eventsOf(aggregate, { after, limit: rewrittenAtOnce });
      for (const row of rows) {
        const data = without(row);
        if (data) await this.model.updateOne({ _id: row.id }, { $set: { data } }).session(this.transactions.session ?? null);
      }
      if (rows.length < rewrittenAtOnce) return;
      after = rows.at(-1)?.sequence ?? after;
    }
  }

  private row(aggregate: string, sequence: number, event: DomainEvent, at: Date): OutboxRow {
    const waiting = this.reactions.namesFor(event);
    const dueAt = waiting.length > 0 ? { dueAt: new Date() } : {};
    const data = event.data as Record<string, unknown>;
    return { id: newId(), name: eventNameOf(event), aggregate, sequence, data, at, waiting, failures: [], parked: [], ...dueAt };
  }
}

function passing(row: OutboxRow): OutboxRow {
  const known: OutboxRow = { ...row, passing: true };
  return row.waiting.length > 0 ? known : { ...known, ...expiryOf(known) };
}

function stored({ id, ...row }: OutboxRow): OutboxRow {
  return { _id: new Types.ObjectId(id), ...row } as unknown as OutboxRow;
}
