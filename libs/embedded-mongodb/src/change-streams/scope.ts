import type { Document } from '../bson/codec';
import type { EventType, OplogEntry } from '../storage/oplog-entry';

/** What a stream watches: one collection, one database, or all of them. */
export type Scope =
  | { readonly kind: 'collection'; readonly database: string; readonly collection: string }
  | { readonly kind: 'database'; readonly database: string }
  | { readonly kind: 'cluster' };

interface Namespace {
  readonly db: string;
  readonly coll?: string;
}

const internal = new Set(['admin', 'config', 'local']);

/** Events that a stream tells only when it is asked for all of them (`showExpandedEvents`). */
const expanded: ReadonlySet<EventType> = new Set<EventType>(['create', 'createIndexes', 'dropIndexes', 'modify']);

/** Whether an event is of the stream's concern. A renamed collection concerns those who watch its old name and its new one. */
export function concerns(scope: Scope, entry: OplogEntry, showExpandedEvents: boolean): boolean {
  if (expanded.has(entry.type) && !showExpandedEvents) return false;
  return namespacesOf(entry).some((namespace) => covers(scope, namespace));
}

/** Whether the stream is over after the event: what it watched is gone, or something else by now. */
export function ends(scope: Scope, { type }: OplogEntry): boolean {
  if (scope.kind === 'collection') return type === 'drop' || type === 'rename';
  return scope.kind === 'database' && type === 'dropDatabase';
}

function namespacesOf({ type, database, collection, operation }: OplogEntry): Namespace[] {
  const own = { db: database, coll: collection };
  return type === 'rename' ? [own, (operation as Document)['to'] as Namespace] : [own];
}

function covers(scope: Scope, { db, coll }: Namespace): boolean {
  if (scope.kind === 'collection') return db === scope.database && coll === scope.collection;
  if (coll?.startsWith('system.')) return false;
  return scope.kind === 'database' ? db === scope.database : !internal.has(db);
}
