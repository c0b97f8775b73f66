import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, Types, type Model } from 'mongoose';
import { inContext } from '../observability/context';
import { Metrics } from '../observability/metrics';
import { isOutage } from '../store/outage';
import { fromStored } from '../store/plain';
import { Places } from '../store/places';
import { Transactions } from '../store/transactions';
import { Bulkheads } from './bulkheads';
import { JobTransport, type Job } from './jobs';
import { keeping } from './keeping';
import { expiryOf, Outbox, type OutboxRow } from './outbox';
import { Reactions, revive, type Reaction } from './reactions';
import { Unanswered } from './unanswered';

/** Whether this process delivers events and runs timers, and how patiently. */
export abstract class DeliveryOptions {
  abstract readonly deliver: boolean;
  /** Milliseconds between looks at the outbox for what is late. */
  abstract readonly pollMs: number;
  /** Milliseconds after which what is due counts as late: nobody was told of it, or died with it, so anybody may take it. */
  abstract readonly lateMs: number;
  /** Milliseconds before the first repetition of a failed delivery; doubles each time, up to five minutes, and is spread by a quarter either way. */
  abstract readonly firstRetryMs: number;
  /** Attempts after which a delivery is parked for an admin. */
  abstract readonly attempts: number;
}

const leaseMs = 30_000;
const longestRetryMs = 300_000;
/** For so long an answer from outside is waited for before not getting one counts as a failure: longer than a provider is ever away, or keeps a failure under a key. */
const patienceMs = 3 * 24 * 3_600_000;
/** Events that one process delivers at a time. */
export const eventsAtOnce = 16;
/** So many events may wait for others in one process without keeping the transport from bringing more. */
export const mostAside = 1_000;
/** Of so many aggregates it is remembered how far their events are through, the last ones heard of. */
const mostRemembered = 10_000;
/** By how much the clocks of two machines may differ. */
const skewMs = 2_000;
/** How long an event waits at least, and at most, before it looks again whether the events before it are through. */
const turnMs = { least: 50, most: 5_000 };

/**
 * Brings each event to each of its reactions at least once, and has each applied once. The transport tells of rows straight after their commit and of
 * repetitions at their time; what it did not tell of, or whose process died, is found by polling. Events of one aggregate are delivered in their order;
 * a failing reaction holds up neither the other reactions nor other aggregates, and is parked where an admin sees it after the last attempt. One that waits for
 * what others are changing, or for somebody outside who does not answer, holds no place meanwhile, so that hundreds that do leave the rest to all others.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  /** The work in hand, one chain for each aggregate. */
  private readonly lines = new Map<string, Promise<void>>();
  private readonly places = new Places(eventsAtOnce);
  private readonly bulkheads = new Bulkheads();
  private aside = 0;
  /** Up to which of its events an aggregate's are all through, as far as this process has seen to it. */
  private readonly through = new Map<string, number>();
  private timer?: NodeJS.Timeout;
  private stopping = false;
  private polling: Promise<void> = Promise.resolve();
  /** What the looks for what is late have brought that is neither through nor aside. */
  private readonly late = new Set<Promise<void>>();
  @Inject()
  private readonly metrics!: Metrics;

  constructor(
    @InjectModel('outbox') private readonly rows: Model<OutboxRow>,
    private readonly outbox: Outbox,
    private readonly reactions: Reactions,
    private readonly transactions: Transactions,
    private readonly jobs: JobTransport,
    private readonly options: DeliveryOptions,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onCommitted((rows) => this.announce(rows));
    if (!this.options.deliver) return;
    this.jobs.work('event', (job) => this.workOn(job));
    this.schedule(0);
  }

  /** Takes no more work and waits for what is in hand; what is left is due again when its lease ends. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.bulkheads.close();
    clearTimeout(this.timer);
    await this.jobs.stop();
    await this.polling;
    await Promise.all(this.lines.values());
  }

  /** Passes on what a transaction has written: a job for each aggregate. */
  private announce(rows: readonly OutboxRow[]): void {
    for (const aggregate of new Set(rows.map((row) => row.aggregate))) {
      const all = rows.filter((row) => row.aggregate === aggregate);
      const due = all.filter(({ waiting }) => waiting.length > 0);
      const patient = due.every((row) => this.isPatient(row));
      if (due.length > 0) this.jobs.send({ kind: 'event', ids: due.map(({ id }) => id), patient, inHand: all });
      else all.forEach((row) => this.remember(row));
    }
  }

  /** What only reaches outside (a mail, a look at the gateway) gives way to what changes the shop's own state. */
  private isPatient({ waiting }: Pick<OutboxRow, 'waiting'>): boolean {
    return waiting.every((name) => this.isOutside(name));
  }

  private isOutside(name: string): boolean {
    return this.reactions.find(name)?.outside ?? false;
  }

  private async workOn({ ids, inHand }: Job): Promise<void> {
    if (inHand) return void (await Promise.all((inHand as readonly OutboxRow[]).map((row) => this.hear(row))));
    for (const id of ids) {
      const row = await this.take({ _id: id, dueAt: trusted({ $lte: new Date(Date.now() + skewMs) }) });
      if (row) await this.enqueue(row);
    }
  }

  private schedule(delayMs: number): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      this.polling = this.poll()
        .catch((error: unknown) => this.logger.error('The outbox could not be read.', error))
        .then(() => this.schedule(this.options.pollMs));
    }, delayMs);
  }

  /**
   * Takes over what is late: rows that nobody was told of, or whose process died. As many at a time as are delivered at a time, whatever else is in hand or waits for others: else what a
   * crash left would wait for as long as the process is busy.
   */
  private async poll(): Promise<void> {
    while (!this.stopping) {
      if (this.late.size >= eventsAtOnce) {
        await Promise.race(this.late);
        continue;
      }
      const row = await this.take({ dueAt: trusted({ $lte: new Date(Date.now() - this.options.lateMs) }) });
      if (!row) return;
      const done = this.enqueue(row).finally(() => this.late.delete(done));
      this.late.add(done);
    }
  }

  /** Takes a row for itself for half a minute, and for longer while it works on it. */
  private async take(which: object): Promise<OutboxRow | undefined> {
    const dueAt = new Date(Date.now() + leaseMs);
    const found: unknown = await this.rows.findOneAndUpdate(which, { $set: { dueAt } }, { sort: { dueAt: 1 } }).lean();
    return found ? { ...(fromStored(found) as OutboxRow), dueAt } : undefined;
  }

  /** A row that this process has just written: it belongs to it until it counts as late. */
  private async hear(row: OutboxRow): Promise<void> {
    if (row.dueAt) await this.enqueue(row, new Date(row.dueAt.getTime() + this.options.lateMs));
    else this.remember(row);
  }

  /**
   * Delivers a row in its aggregate's turn. Ends when that is done, or as soon as it waits for others: the events before it, or a document that others are changing.
   * Then it is this process's own affair, of which the transport need not know, and `beforeApplicationShutdown` waits for it. `ownUntil`: until then nobody else can have delivered the row,
   * because this process has just written it.
   */
  private enqueue(row: OutboxRow, ownUntil?: Date): Promise<void> {
    if (this.stopping) return Promise.resolve();
    const before = this.lines.get(row.aggregate);
    const context = { eventId: row.id, aggregate: row.aggregate };
    const lease = { leaseMs, untilMs: Math.min(leaseMs, this.options.lateMs) };
    const delivery = (): Promise<void> => keeping(this.rows, row, lease, () => this.deliver(row, ownUntil));
    const work = async (): Promise<void> => (this.stopping ? undefined : inContext(context, delivery));
    return new Promise((resolve) => {
      let isAside = false;
      const whenAside = (): void => {
        if (isAside || this.aside >= mostAside) return;
        [isAside, this.aside] = [true, this.aside + 1];
        resolve();
      };
      const mine = (before ?? Promise.resolve())
        .then(() => this.places.take(work, { patient: this.isPatient(row), whenAside }))
        .catch((error: unknown) => this.logger.error(`Event ${row.id} (${row.name}) could not be delivered now; it is due again.`, error))
        .finally(() => {
          if (this.lines.get(row.aggregate) === mine) this.lines.delete(row.aggregate);
          if (isAside) this.aside -= 1;
          resolve();
        });
      this.lines.set(row.aggregate, mine);
      if (before) whenAside();
    });
  }

  private async deliver(row: OutboxRow, ownUntil?: Date): Promise<void> {
    const mustWait = await this.waitingBefore(row);
    let left = [...row.waiting];
    // Nothing that changes the shop's own state waits for an answer from outside.
    const insideFirst = left.toSorted((one, other) => Number(this.isOutside(one)) - Number(this.isOutside(other)));
    for (const name of insideFirst) {
      const failed = row.failures.find((failure) => failure.reaction === name);
      if (mustWait.has(name) || (failed && failed.retryAt > new Date())) continue;
      if (await this.deliverTo(name, { ...row, waiting: left }, ownUntil)) left = left.filter((other) => other !== name);
    }
    if (left.length > 0 || row.waiting.length === 0) await this.reschedule(row);
    else if (ownUntil) this.remember(row); // of others' rows it is not known whether some reaction is parked, and may be set going again
  }

  /** Every reaction has been through the row. */
  private remember({ aggregate, sequence }: OutboxRow): void {
    if (!this.isNext(aggregate, sequence)) return;
    this.through.delete(aggregate);
    this.through.set(aggregate, sequence);
    if (this.through.size > mostRemembered) this.through.delete(this.through.keys().next().value as string);
  }

  /** Whether everything before that event is known to be through. */
  private isNext(aggregate: string, sequence: number): boolean {
    return sequence === 1 || this.through.get(aggregate) === sequence - 1;
  }

  /** The reactions that earlier events of the aggregate have not been through yet. */
  private async waitingBefore({ aggregate, sequence }: OutboxRow): Promise<ReadonlySet<string>> {
    if (this.isNext(aggregate, sequence)) return new Set();
    const earlier = { aggregate, sequence: trusted({ $lt: sequence }), dueAt: trusted({ $exists: true }) };
    const rows = await this.rows.find(earlier, { waiting: 1 }).lean();
    return new Set(rows.flatMap((row) => row.waiting));
  }

  private async deliverTo(name: string, row: OutboxRow, ownUntil?: Date): Promise<boolean> {
    try {
      const reaction = this.reactions.find(name);
      if (!reaction) throw new Error(`This program has no reaction "${name}".`);
      const applied = await (reaction.outside ? this.reactOutside(reaction, row, ownUntil) : this.reactInside(reaction, row));
      if (applied) this.metrics.delivered(row.at);
      return true;
    } catch (error) {
      await this.recordFailure(name, row, error);
      return false;
    }
  }

  /** The reaction's effects and its name's leaving the inbox are one transaction. Whether it was the first time. */
  private async reactInside(reaction: Reaction, row: OutboxRow): Promise<boolean> {
    return this.transactions.run(async () => {
      const first = await this.leaveInbox(reaction.name, row);
      if (first) await reaction.react(revive(row.name, row.data));
      return first;
    });
  }

  private async reactOutside(reaction: Reaction, row: OutboxRow, ownUntil = new Date(0)): Promise<boolean> {
    if (ownUntil < new Date() && !(await this.rows.exists({ _id: row.id, waiting: reaction.name }))) return false;
    await this.bulkheads.ask(reaction.name, () => reaction.react(revive(row.name, row.data)));
    return this.leaveInbox(reaction.name, row);
  }

  /** Takes the reaction's name off the list, once; with the last one nobody need look at the row again. Straight to the driver, as it is done for every event. */
  private async leaveInbox(reaction: string, row: OutboxRow): Promise<boolean> {
    const { session } = this.transactions;
    const { collection } = this.rows;
    const _id = new Types.ObjectId(row.id);
    if (row.waiting.length === 1) {
      const done = { $set: { waiting: [], failures: [], ...expiryOf(row) }, $unset: { dueAt: 1 } } as const;
      // What is parked stays until somebody has seen to it; of a row that does not go that need not be asked.
      const left = { _id, waiting: [reaction], ...(row.passing && { parked: [] }) };
      const { modifiedCount } = await collection.updateOne(left, done, { session });
      if (modifiedCount === 1) return true;
    }
    const update = { $pull: { waiting: reaction, failures: { reaction } } } as object;
    const { modifiedCount } = await collection.updateOne({ _id, waiting: reaction }, update, { session });
    return modifiedCount === 1;
  }

  private async recordFailure(reaction: string, row: OutboxRow, error: unknown): Promise<void> {
    const before = row.failures.find((failure) => failure.reaction === reaction)?.attempts ?? 0;
    const ageMs = Date.now() - row.at.getTime();
    const unanswered = error instanceof Unanswered && ageMs < patienceMs;
    // A database that was away, or somebody outside who is, says nothing against the delivery: it is tried again, however often.
    const attempts = isOutage(error) || unanswered ? Math.max(before, 1) : before + 1;
    const message = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1000);
    const givenUp = attempts >= this.options.attempts;
    this.logger[givenUp ? 'error' : 'warn'](
      `${reaction} failed on ${row.name} of ${row.aggregate}, attempt ${attempts}${givenUp ? ': parked' : ''}.`,
      error,
    );
    await this.rows.updateOne({ _id: row.id }, { $pull: { failures: { reaction } } });
    const waitMs = unanswered ? Math.max(ageMs, this.options.firstRetryMs) : this.options.firstRetryMs * 2 ** (attempts - 1);
    const retryAt = new Date(Date.now() + Math.min(waitMs, longestRetryMs) * (0.75 + Math.random() / 2));
    const update = givenUp
      ? { $pull: { waiting: reaction }, $push: { parked: { reaction, attempts, error: message, at: new Date() } } }
      : { $push: { failures: { reaction, attempts, error: message, retryAt } } };
    await this.rows.updateOne({ _id: row.id, waiting: reaction }, update);
  }

  /** Has nobody look at the row again, if nothing waits on it any more. What is parked stays until somebody has seen to it, whatever the row. */
  private async rest(row: OutboxRow): Promise<boolean> {
    const through = { _id: row.id, waiting: trusted({ $size: 0 }) };
    const rest = { $unset: { dueAt: 1 } } as const;
    if (row.passing) {
      const { matchedCount } = await this.rows.updateOne({ ...through, parked: trusted({ $size: 0 }) }, { $set: expiryOf(row), ...rest });
      if (matchedCount === 1) return true;
    }
    return (await this.rows.updateOne(through, rest)).matchedCount === 1;
  }

  /** Says when the row is to be looked at again: at the earliest repetition, soon when it only waits its turn, never when nobody waits. */
  private async reschedule(row: OutboxRow): Promise<void> {
    if (await this.rest(row)) return;
    const left = await this.rows.findById(row.id).lean();
    if (!left) return;
    // One that only waits its turn asks the more seldom the longer it has waited.
    const soon = Date.now() + Math.min(Math.max((Date.now() - left.at.getTime()) / 4, turnMs.least), turnMs.most);
    const times = left.waiting.map((name) => left.failures.find((failure) => failure.reaction === name)?.retryAt.getTime() ?? soon);
    const dueAt = new Date(Math.min(...times));
    await this.rows.updateOne({ _id: row.id }, { $set: { dueAt } });
    this.jobs.send({ kind: 'event', ids: [row.id], at: dueAt, patient: this.isPatient(left) });
  }
}
