import { jobOrder, jobPartition, type Job } from './jobs';
import { apiVersion, kinds, partitionsOf, type Bodies, type EventBody, type Kind, type Notes, type Row } from './kinds';
import type { Batch, Link } from './shelf';
import type { Store } from './store';

/** What an event says about the call that caused it. */
export interface RequestFacts {
  readonly id: string | null;
  readonly idempotencyKey: string | null;
}

/** The changes of one call, seen by itself at once and by others at `store.commit`. Dropping it undoes the call. */
export class Work implements Batch {
  readonly puts = new Map<string, unknown>();
  readonly links: Link[] = [];
  readonly events: Row<'event'>[] = [];
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

  /** Records an event with the object as it is now. */
  emit(type: string, object: object, previousAttributes?: object): void {
    const event: EventBody = {
      id: this.idFor('event'),
      object: 'event',
      api_version: apiVersion,
      created: this.now(),
      data: previousAttributes ? { object, previous_attributes: previousAttributes } : { object },
      livemode: false,
      pending_webhooks: 0,
      request: { id: this.request.id, idempotency_key: this.request.idempotencyKey },
      type,
    };
    this.events.push(this.add('event', event));
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
    if (key === null) return;
    const { id, payment_intent: parent } = body as { id: string; payment_intent?: string | null };
    const intent = kind === 'payment_intent' ? id : kind === 'refund' ? parent : undefined;
    if (intent) this.links.push({ partition: `keys|${intent}`, order: key, id: key });
  }
}
