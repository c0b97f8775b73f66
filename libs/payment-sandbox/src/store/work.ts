import { jobOrder, jobPartition, type Job } from './jobs';
import { kinds, partitionsOf, type Bodies, type Kind, type Notes, type Row } from './kinds';
import type { Batch, Link } from './shelf';
import type { Store } from './store';

/** What an event says about the call that caused it. */
export interface RequestFacts {
  readonly id: string | null;
  readonly idempotencyKey: string | null;
}

/** An event that webhooks are to be told of. */
export interface Announcement {
  readonly kind: EventKind;
  readonly id: string;
  readonly type: string;
  readonly order: string;
}

export type EventKind = 'event' | 'razorpay_event';

/** The changes of one call, seen by itself at once and by others at `store.commit`. Dropping it undoes the call. */
export class Work implements Batch {
  readonly puts = new Map<string, unknown>();
  readonly links: Link[] = [];
  readonly events: Announcement[] = [];
  readonly jobs: Job[] = [];

  constructor(
    readonly store: Store,
    readonly request: RequestFacts,
  ) {}

  now(): number {
    return this.store.clock.now();
  }

  mint(prefix: string, length: number): string {
    return this.store.ids.mint(prefix, length);
  }

  idFor(kind: Kind): string {
    return this.mint(kinds[kind].prefix, kinds[kind].idLength);
  }

  find<K extends Kind>(kind: K, id: string): Row<K> | undefined {
    const key = `${kind}:${id}`;
    return this.puts.has(key) ? (this.puts.get(key) as Row<K> | undefined) : this.store.find(kind, id);
  }

  add<K extends Kind>(kind: K, body: Bodies[K], notes: Notes = {}): Row<K> {
    return this.write(kind, { order: this.store.nextOrder(), body, notes }, []);
  }

  save<K extends Kind>(kind: K, row: Row<K>, change: Partial<Bodies[K]>, notes: Notes = {}): Row<K> {
    const body = { ...row.body, ...change };
    return this.write(kind, { order: row.order, body, notes: { ...row.notes, ...notes } }, partitionsOf(kind, row.body));
  }

  /** Replaces a body as a whole: a deleted customer keeps nothing of what it was. */
  replace<K extends Kind>(kind: K, row: Row<K>, body: Bodies[K]): Row<K> {
    return this.write(kind, { order: row.order, body, notes: row.notes }, partitionsOf(kind, row.body));
  }

  /** Has webhooks told of an event once this work is durable. */
  announce(kind: EventKind, type: string, { order, body }: Row): void {
    this.events.push({ kind, id: body.id, type, order });
  }

  schedule(kind: Job['kind'], subject: string, afterMs: number): void {
    const job: Job = { id: this.mint('job_', 12), kind, subject, dueMs: this.store.clock.nowMs() + afterMs };
    this.jobs.push(job);
    this.puts.set(`job:${job.id}`, job);
    this.links.push({ partition: jobPartition, order: jobOrder(job), id: job.id });
  }

  private write<K extends Kind>(kind: K, row: Row<K>, before: readonly string[]): Row<K> {
    const after = partitionsOf(kind, row.body);
    this.puts.set(`${kind}:${row.body.id}`, row);
    for (const partition of before) {
      if (!after.includes(partition)) this.links.push({ partition, order: row.order, id: null });
    }
    for (const partition of after) {
      if (!before.includes(partition)) this.links.push({ partition, order: row.order, id: row.body.id });
    }
    this.noteKey(kind, row.body);
    return row;
  }

  /** The ledger tells which idempotency keys moved a payment. */
  private noteKey(kind: Kind, body: object): void {
    const key = this.request.idempotencyKey;
    const payment = key === null ? undefined : kinds[kind].paymentOf?.(body as Record<string, string>);
    if (key !== null && payment) this.links.push({ partition: `keys|${payment}`, order: key, id: key });
  }
}
