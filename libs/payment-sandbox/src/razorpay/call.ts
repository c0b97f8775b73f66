import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { partition } from '../store/kinds';
import { readFields, whole, type Fields } from './fields';
import { razorpayKinds, type RazorpayBodies, type RazorpayKind } from './kinds';
import { invalid } from './refusal';

/** One call of an endpoint: what a handler reads from and writes to. */
export interface RazorpayCall {
  readonly work: Work;
  readonly id: string;
  readonly subId: string;
  readonly fields: Fields;
}

/** The object of an id, or 400: Razorpay tells a malformed id from an unknown one. */
export function find<K extends RazorpayKind>(work: Work, kind: K, id: string): Row<K> {
  const { prefix, idLength } = razorpayKinds[kind];
  if (!new RegExp(`^${prefix}\\w{${idLength}}$`).test(id)) throw invalid(`${id.replace(prefix, '')} is not a valid id`);
  const row = work.find(kind, id);
  if (!row) throw invalid('The id provided does not exist');
  return row;
}

const paging = { from: whole(), to: whole(), count: whole(1), skip: whole() };

/** A page of objects, newest first: 10 unless `count` says otherwise, at most 100 ("Fetch All Orders"). */
export function collection<K extends RazorpayKind>(call: RazorpayCall, kind: K, only: Readonly<Record<string, string>> = {}): object {
  const { from = 0, to = Infinity, count = 10, skip = 0 } = readFields(paging, call.fields);
  if (count > 100) throw invalid('The count may not be greater than 100.', 'count');
  const [narrowed] = Object.entries(only);
  const ids = call.work.store.scan(narrowed ? partition(kind, ...narrowed) : kind, { reverse: true });
  const items: RazorpayBodies[K][] = [];
  let left = skip;
  for (const { id } of ids) {
    const body = call.work.find(kind, id)?.body;
    if (!body || (narrowed && (body as unknown as Fields)[narrowed[0]] !== narrowed[1])) continue;
    const at = (body as { created_at: number }).created_at;
    if (at < from || at > to) continue;
    if (left > 0) left -= 1;
    else if (items.push(body) === count) break;
  }
  return { entity: 'collection', count: items.length, items };
}
