import { refusal, type Change, type DomainEvent, type Stored } from '@cartwright/kernel';
import { mongo, type ClientSession, type Model, type PipelineStage, type QueryFilter } from 'mongoose';
import type { Audit } from '../audit/audit';
import type { RecordingRules } from '../audit/changes';
import type { Slice } from '../http/paging';
import type { Outbox } from '../messaging/outbox';
import type { Listed, ListOrder, ListReading } from './list-order';
import { fromStored, toStored } from './plain';
import type { Transactions } from './transactions';

/** Somebody else changed the same thing since it was read. */
export const StaleVersion = refusal<{ subject: string; id: string }>(
  'stale_version',
  'conflict',
  ({ subject, id }) => `The ${subject} ${id} was changed by somebody else in the meantime; read it again.`,
  { subject: 'product', id: '6565f0c2a1b2c3d4e5f60718' },
);

export interface FindOptions {
  readonly sort?: Record<string, 1 | -1>;
  readonly limit?: number;
  readonly skip?: number;
  readonly projection?: Record<string, 0 | 1>;
}

/** What a store needs from the platform; injected as one thing so that a store's constructor stays short. */
export abstract class StoreContext {
  abstract readonly transactions: Transactions;
  abstract readonly outbox: Outbox;
  abstract readonly audit: Audit;
}

/** How changes of an aggregate stand in the audit log. */
export interface AuditRules<T> extends RecordingRules {
  /** What the API knows it by, when that is not its id. */
  id?(document: T): string;
  /** Not at all, as it only follows another aggregate whose changes do. */
  readonly never?: true;
}

/**
 * The base of every aggregate's store: reads plain data, saves a {@link Change} with its events in one transaction, and refuses to
 * overwrite what it has not read ({@link StaleVersion}). The stored document is the aggregate, so there is nothing to map but ids.
 */
export abstract class DocumentStore<T extends Stored> {
  /** `subject` names the aggregate in events (`order:64f...`), in refusals, and in the audit log. */
  protected constructor(
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the schema is the type here; this is the one place of casts
    protected readonly model: Model<any>,
    protected readonly context: StoreContext,
    protected readonly subject: string,
    private readonly rules: AuditRules<T> = {},
  ) {}

  /** Writes the aggregate's next state, its events, and (of what somebody is accountable for) who did it: all or nothing. Returns it as it now is. */
  async save(change: Change<T>): Promise<T> {
    const { audit, transactions } = this.context;
    if (!audit.isOn || this.rules.never) return this.keep(change);
    return transactions.run(async () => {
      const before = change.next.version === 0 ? null : await this.one({ _id: change.next.id });
      const saved = await this.keep(change);
      this.record(before, saved);
      return saved;
    });
  }

  private async keep(change: Change<T>): Promise<T> {
    const { next, events } = change;
    const now = new Date();
    const saved: T = { ...next, version: next.version + 1, eventCount: next.eventCount + events.length, updatedAt: now };
    if (events.length === 0) await this.write(next, saved);
    else {
      await this.context.transactions.run(async () => {
        await this.write(next, saved);
        this.announce(next, events, now);
      });
    }
    return saved;
  }

  /** The aggregate with this id, or `null`. */
  async find(id: string): Promise<T | null> {
    return this.one({ _id: id });
  }

  protected get session(): ClientSession | null {
    return this.context.transactions.session ?? null;
  }

  protected async one(filter: QueryFilter<unknown>, options: FindOptions = {}): Promise<T | null> {
    const found: unknown = await this.model.findOne(filter, options.projection, { sort: options.sort }).session(this.session).lean();
    return found ? this.upgrade(fromStored(found) as T) : null;
  }

  /** Brings what an earlier version stored to today's shape; a store whose shape has grown says how. */
  protected upgrade(stored: T): T {
    return stored;
  }

  protected async many(filter: QueryFilter<unknown>, options: FindOptions & { readonly limit: number }): Promise<T[]> {
    const { sort, limit, skip } = options;
    const found: unknown = await this.model.find(filter, options.projection, { sort, limit, skip }).session(this.session).lean();
    return (fromStored(found) as T[]).map((stored) => this.upgrade(stored));
  }

  /** A part of all that the filter finds. */
  protected async listed(
    filter: Record<string, unknown>,
    order: ListOrder,
    slice: Slice,
    options: Pick<ListReading<T>, 'collation' | 'projection'> = {},
  ): Promise<Listed<T>> {
    const read = (stored: unknown): T => this.upgrade(fromStored(stored) as T);
    return order.list(this.model, filter, slice, { ...options, session: this.session, read });
  }

  /** How many the filter finds. */
  protected async count(filter: QueryFilter<unknown>): Promise<number> {
    return this.model.countDocuments(filter).session(this.session);
  }

  protected async aggregate<Row>(pipeline: PipelineStage[]): Promise<Row[]> {
    return fromStored(await this.model.aggregate(pipeline).session(this.session)) as Row[];
  }

  private async write(next: T, saved: T): Promise<void> {
    const document = toStored(saved) as Record<string, unknown>;
    if (next.version === 0) {
      await this.model.create([document], { session: this.session ?? undefined });
      return;
    }
    const replace = (): Promise<{ matchedCount: number }> =>
      this.model.replaceOne({ _id: next.id, version: next.version }, document, { runValidators: true }).session(this.session).exec();
    const { matchedCount } = await this.context.transactions.colliding([`${this.subject}:${next.id}`], replace);
    if (matchedCount === 0) throw new StaleVersion({ subject: this.subject, id: next.id });
  }

  /** Tells the audit log what became of an aggregate; without `after` it is gone. For what is not written by {@link save}. */
  protected record(before: T | null, after?: T): void {
    const { id, ...rules } = this.rules;
    const subject = (after ?? before) as T;
    this.context.audit.record({ type: this.subject, id: id?.(subject) ?? subject.id }, { before, after, rules, version: after?.version });
  }

  private announce(next: T, events: readonly DomainEvent[], at: Date): void {
    this.context.outbox.add(`${this.subject}:${next.id}`, next.eventCount, events, at);
  }
}

/** Whether an error is the refusal of a unique index, and (when given) of the index on exactly these fields. */
export function isDuplicate(error: unknown, ...fields: readonly string[]): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11000) return false;
  const pattern = Object.keys((error.keyPattern as object | undefined) ?? {});
  return fields.length === 0 || (pattern.length === fields.length && fields.every((field) => pattern.includes(field)));
}

/** Repeats a load-decide-save whose aggregate was changed by somebody else in between. After some tries the {@link StaleVersion} stands. */
export async function retryWhenStale<T>(work: () => Promise<T>, tries = 8): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleVersion) || attempt === tries) throw error;
    }
  }
}
