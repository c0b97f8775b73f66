import { partition, type Bodies, type Row } from '../store/kinds';
import type { Store } from '../store/store';
import { stripeKinds, type StripeKind } from './kinds';
import type { RawHash } from '../http/form';
import { hash, integer, readParams, text, type Reader, type Shape } from '../http/params';
import { badParam, noSuch } from '../http/refusal';

interface Range {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
}

const range = hash({ gt: integer(), gte: integer(), lt: integer(), lte: integer() });
export const created: Reader<Range> = (raw, param) => {
  if (typeof raw !== 'string') return range(raw, param);
  const at = integer()(raw, param);
  return { gte: at, lte: at };
};

const paging = { limit: integer(1), starting_after: text(), ending_before: text() };

/** Narrows a list: fields compared with equality, a range of `created`, and a rule of the caller's own. */
export interface Narrowing<K extends StripeKind> {
  readonly equal?: Readonly<Record<string, string | undefined>>;
  readonly created?: Range;
  readonly only?: (row: Row<K>) => boolean;
}

/** Reads paging and filter parameters, and answers one page. */
export function listOf<K extends StripeKind, S extends Shape>(
  store: Store,
  kind: K,
  raw: RawHash,
  filters: S,
  narrow: (values: { [N in keyof S]?: ReturnType<S[N]> }) => Narrowing<K>,
  url = stripeKinds[kind].url,
): object {
  const values = readParams({ ...paging, ...filters }, raw);
  const {
    limit = 10,
    starting_after: after,
    ending_before: before,
  } = values as { limit?: number; starting_after?: string; ending_before?: string };
  if (limit > 100) throw badParam('This value must be less than or equal to 100 (it currently is too high).', 'limit');
  if (after && before)
    throw badParam('Received both starting_after and ending_before; only one is allowed.', 'starting_after', 'parameters_exclusive');
  const found = take(
    store,
    kind,
    narrow(values as { [N in keyof S]?: ReturnType<S[N]> }),
    limit + 1,
    cursor(store, kind, after, 'starting_after'),
    cursor(store, kind, before, 'ending_before'),
  );
  const page = found.slice(0, limit);
  return { object: 'list', data: before ? page.reverse() : page, has_more: found.length > limit, url };
}

function cursor(store: Store, kind: StripeKind, id: string | undefined, param: string): string | undefined {
  if (id === undefined) return undefined;
  const row = store.find(kind, id);
  if (!row) throw noSuch(stripeKinds[kind].label, id, param, 400);
  return row.order;
}

/** The newest first, or with `ending_before` the nearest newer ones first. */
function take<K extends StripeKind>(
  store: Store,
  kind: K,
  narrow: Narrowing<K>,
  most: number,
  older: string | undefined,
  newer: string | undefined,
): Bodies[K][] {
  const equal = Object.entries(narrow.equal ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const indexed = equal.find(([field]) => stripeKinds[kind].filters.includes(field));
  const { gte = (narrow.created?.gt ?? -1) + 1, lte = (narrow.created?.lt ?? 10_000_000_000) - 1 } = narrow.created ?? {};
  const found: Bodies[K][] = [];
  const reverse = newer === undefined;
  const bounds = {
    after: latest(newer, String(gte).padStart(10, '0')),
    before: earliest(older, String(Math.min(lte + 1, 9_999_999_999)).padStart(10, '0')),
    reverse,
  };
  for (const { id } of store.scan(indexed ? partition(kind, ...indexed) : kind, bounds)) {
    const row = store.find(kind, id);
    if (!row || !equal.every(([field, value]) => (row.body as unknown as Record<string, unknown>)[field] === value)) continue;
    if (narrow.only && !narrow.only(row)) continue;
    if (found.push(row.body) >= most) break;
  }
  return found;
}

function latest(left: string | undefined, right: string): string {
  return left !== undefined && left > right ? left : right;
}

function earliest(left: string | undefined, right: string): string {
  return left !== undefined && left < right ? left : right;
}
