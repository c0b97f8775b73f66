import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { newId } from '@cartwright/kernel';
import { Types, type ClientSession, type Model } from 'mongoose';
import { Config } from '../config/config';
import { acting, currentAct, currentContext, type Act, type Actor } from '../observability/context';
import { redactText } from '../observability/redaction';
import { documentSchema, part } from '../store/schema';
import { Transactions } from '../store/transactions';
import { changesBetween, type AuditChange, type RecordingRules } from './changes';

/** What was changed: its kind and the id that the API knows it by. */
export interface Resource {
  readonly type: string;
  readonly id: string;
}

/** One resource, changed by one act. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly action: string;
  readonly resource: Resource;
  readonly requestId?: string;
  readonly reason?: string;
  /** The version that the change made, where the resource counts versions. */
  readonly version?: number;
  readonly changes: readonly AuditChange[];
  /** How many changes there were beyond those. */
  readonly more: number;
}

/** How a resource was and is. Without `before` it is new, without `after` it is gone. */
export interface Recorded {
  readonly before?: object | null;
  readonly after?: object;
  readonly rules?: RecordingRules;
  readonly reason?: string;
  readonly version?: number;
}

/** Values are kept as JSON text, so that no name of a field in them matters to any database. */
interface StoredEntry extends Omit<AuditEntry, 'id' | 'changes'> {
  readonly _id: Types.ObjectId;
  readonly changes: readonly { readonly path: string; readonly from?: string; readonly to?: string; readonly hidden?: true }[];
  readonly expiresAt?: Date;
}

const text = { type: String, required: true };

export const auditSchema = documentSchema('auditEntries', {
  at: { type: Date, required: true },
  actor: { type: part({ kind: text, id: text, roles: [String] }), required: true },
  action: text,
  resource: { type: part({ type: { type: String, required: true }, id: text }), required: true },
  requestId: String,
  reason: String,
  version: Number,
  changes: { type: [part({ path: text, from: String, to: String, hidden: Boolean })], required: true },
  more: { type: Number, required: true },
  expiresAt: Date,
});
// Each question of a list begins in the index of what it names; a resource has few entries, and an action few kinds of resources.
const newestFirst = { at: -1, _id: -1 } as const;
auditSchema.index(newestFirst);
auditSchema.index({ 'resource.id': 1, ...newestFirst });
auditSchema.index({ 'resource.type': 1, ...newestFirst });
auditSchema.index({ action: 1, ...newestFirst });
auditSchema.index({ 'actor.id': 1, ...newestFirst });
auditSchema.index({ 'actor.id': 1, action: 1, ...newestFirst });
auditSchema.index({ 'actor.id': 1, 'resource.type': 1, ...newestFirst });
auditSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const dayMs = 24 * 60 * 60 * 1000;
const longestReason = 500;

/**
 * Where it is written who changed what, in the same transaction as the change, so that there are both or neither. Only acts are written ({@link Act}): what staff does by the
 * API, what an operator does on the command line, and what concerns the security of an account. Whatever else changes a resource (a buyer, an event) costs nothing here.
 */
@Injectable()
export class Audit {
  /** What transactions have yet to write. */
  private readonly gathered = new WeakMap<ClientSession, StoredEntry[]>();

  constructor(
    @InjectModel('auditEntry') private readonly model: Model<StoredEntry>,
    private readonly transactions: Transactions,
    private readonly config: Config,
  ) {}

  /** Whether what is being done is to be recorded. */
  get isOn(): boolean {
    return currentAct() !== undefined;
  }

  /** Runs work as an account's act where no route of staff says so: because it concerns its security, or goes on after the request. */
  actOf<T>(action: string, account: { readonly id: string; readonly roles: readonly string[] }, work: () => T): T {
    return acting({ action, actor: { kind: 'user', id: account.id, roles: account.roles } }, work);
  }

  /** Runs work that records itself as a whole: what it changes is not recorded one by one. */
  asOne<T>(work: () => T): T {
    return acting(undefined, work);
  }

  /** Records a change, in the caller's transaction. Nothing where nothing differs, and outside any act. */
  record(resource: Resource, { before, after, rules, ...more }: Recorded): void {
    if (!this.isOn) return;
    const { changes, more: left } = changesBetween((before ?? {}) as Fields, (after ?? {}) as Fields, rules);
    if (changes.length > 0) this.add(resource, { changes, left, ...more });
  }

  /** Records something that was done to a resource and left its fields as they were. */
  recordDone(resource: Resource, done: object = {}): void {
    const { changes, more } = changesBetween({}, done as Fields);
    this.add(resource, { changes, left: more });
  }

  private add(resource: Resource, what: { changes: readonly AuditChange[]; left: number; reason?: string; version?: number }): void {
    const act = currentAct();
    if (!act) return;
    const { session } = this.transactions;
    if (!session) throw new Error('What somebody did is only recorded inside the transaction of the change.');
    const entry = this.entry(act, resource, what);
    const gathered = this.gathered.get(session);
    if (gathered) return void gathered.push(entry);
    this.gathered.set(session, [entry]);
    this.transactions.postpone(() => this.write(session));
  }

  private async write(session: ClientSession): Promise<void> {
    const entries = this.gathered.get(session) ?? [];
    this.gathered.delete(session);
    // Straight to the driver: the rows are made here, field by field.
    await this.model.collection.insertMany(entries, { session, ignoreUndefined: true });
  }

  private entry({ actor, action }: Act, resource: Resource, { changes, left, reason, version }: Parameters<Audit['add']>[1]): StoredEntry {
    const [at, days] = [new Date(), this.config.AUDIT_DAYS];
    return {
      _id: new Types.ObjectId(newId()),
      ...{ at, actor, action, resource, version },
      requestId: currentContext().requestId,
      reason: reason === undefined ? undefined : redactText(reason).slice(0, longestReason),
      changes: changes.map(({ path, from, to, hidden }) => ({ path, from: asText(from), to: asText(to), hidden })),
      more: left,
      ...(days > 0 ? { expiresAt: new Date(at.getTime() + days * dayMs) } : {}),
    };
  }
}

type Fields = Readonly<Record<string, unknown>>;

function asText(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
