import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Slice } from '../http/paging';
import { where, type Condition } from '../store/conditions';
import { ListOrder, type Listed } from '../store/list-order';
import { fromStored } from '../store/plain';
import type { AuditEntry } from './audit';
import type { AuditChange } from './changes';

/** Which entries are asked for. */
export interface AuditWish {
  readonly resource?: string;
  readonly resourceId?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly at?: Condition<Date>;
}

/** An entry as it is stored: values are JSON text. */
type Row = Omit<AuditEntry, 'changes'> & { readonly changes: readonly { path: string; from?: string; to?: string; hidden?: true }[] };

const newestFirst = new ListOrder(-1, { at: 'instant', _id: 'id' });

/** The audit log, to be read. Nothing changes an entry or takes it away, but for time where AUDIT_DAYS says so. */
@Injectable()
export class AuditLog {
  constructor(@InjectModel('auditEntry') private readonly entries: Model<unknown>) {}

  /** Newest first. */
  async list(wish: AuditWish, slice: Slice): Promise<Listed<AuditEntry>> {
    return newestFirst.list(this.entries, filterOf(wish), slice, { read: entryFrom });
  }
}

export function filterOf({ resource, resourceId, actor, action, at }: AuditWish): Record<string, unknown> {
  const is = (value: string | undefined): Condition<string> | undefined => (value === undefined ? undefined : { eq: value });
  return where({ 'actor.id': is(actor), action: is(action), 'resource.type': is(resource), 'resource.id': is(resourceId), at });
}

function entryFrom(stored: unknown): AuditEntry {
  const row = fromStored(stored) as Row;
  return { ...row, changes: row.changes.map(revived) };
}

function revived({ path, from, to, hidden }: Row['changes'][number]): AuditChange {
  const value = (text: string): unknown => JSON.parse(text);
  return {
    path,
    ...(from === undefined ? {} : { from: value(from) }),
    ...(to === undefined ? {} : { to: value(to) }),
    ...(hidden ? { hidden } : {}),
  };
}
