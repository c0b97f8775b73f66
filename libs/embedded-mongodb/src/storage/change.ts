import { decode, decodeFields, type Document } from '../bson/codec';
import { keysOf } from '../indexes/key-generator';
import type { Index } from '../indexes/index-definition';
import type { UpdateDescription } from '../update/description';
import type { Collection } from './collection';

/** What happens to one record: inserted (no `before`), deleted (no `after`) or changed. */
export interface Change {
  readonly record: number;
  readonly before?: Buffer;
  readonly after?: Buffer;
  /** The decoded documents, where the caller has them anyway. */
  readonly beforeDocument?: Document;
  readonly afterDocument?: Document;
  /** Tells what an update did; absent, or answering undefined, where it replaced the document. */
  readonly describe?: () => UpdateDescription | undefined;
}

/** What a change does to one index. */
export interface KeyChange {
  readonly index: Index;
  readonly removed: readonly Buffer[];
  readonly added: readonly Buffer[];
  readonly multikey: number;
  readonly cut: boolean;
}

/** The keys that a change takes away and brings, index by index; indexes that it does not touch are left out. Errors: 171. */
export function keyChanges(collection: Collection, change: Change): KeyChange[] {
  const { before, after } = change;
  const changes: KeyChange[] = [];
  const roots = rootsOfAll(collection);
  const from = before && (change.beforeDocument ?? rootsDecoded(before, roots));
  const to = after && (change.afterDocument ?? rootsDecoded(after, roots));
  for (const index of collection.indexes) {
    if (from && to && sameRoots(index, from, to)) continue;
    const old = from && keysOf(index, from);
    const fresh = to && keysOf(index, to);
    const removed = old ? without(old.keys, fresh?.keys) : [];
    const added = fresh ? without(fresh.keys, old?.keys) : [];
    if (removed.length + added.length === 0) continue;
    changes.push({ index, removed, added, multikey: fresh?.multikey ?? 0, cut: fresh?.cut ?? false });
  }
  return changes;
}

/** An update keeps the values that it does not touch, so the same reference means the same keys. */
function sameRoots(index: Index, from: Document, to: Document): boolean {
  if (!index.roots) return false;
  for (const root of index.roots) if (from[root] !== to[root]) return false;
  return true;
}

function rootsOfAll(collection: Collection): ReadonlySet<string> | undefined {
  const all = new Set<string>();
  for (const { roots } of collection.indexes) {
    if (!roots) return undefined;
    for (const root of roots) all.add(root);
  }
  return all;
}

function rootsDecoded(bytes: Buffer, roots: ReadonlySet<string> | undefined): Document {
  return roots ? decodeFields(bytes, roots) : decode(bytes);
}

function without(keys: readonly Buffer[], others: readonly Buffer[] | undefined): readonly Buffer[] {
  if (!others || others.length === 0) return keys;
  return keys.filter((key) => !others.some((other) => other.equals(key)));
}
