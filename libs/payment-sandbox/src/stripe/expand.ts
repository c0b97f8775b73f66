import type { Work } from '../store/work';
import { stripeKinds, type StripeKind } from './kinds';
import type { RawHash } from '../http/form';
import { list, text } from '../http/params';
import { badParam } from '../http/refusal';

const expandable: Readonly<Record<string, StripeKind>> = {
  balance_transaction: 'balance_transaction',
  charge: 'charge',
  customer: 'customer',
  failure_balance_transaction: 'balance_transaction',
  latest_charge: 'charge',
  payment_intent: 'payment_intent',
  payment_method: 'payment_method',
};
const DEEPEST = 4;

/** Takes `expand` out of a form. */
export function readExpand(raw: RawHash): string[] {
  if (raw.expand === undefined) return [];
  const paths = list(text(200))(raw.expand, 'expand');
  delete raw.expand;
  const deep = paths.find((path) => path.split('.').length > DEEPEST);
  if (deep) throw badParam(`You cannot expand more than ${DEEPEST} levels of a property: ${deep}`, 'expand');
  return paths;
}

/** Puts whole objects where ids stand (API reference, "Expanding responses"). Bodies in the store stay as they are. */
export function expand(work: Work, body: object, paths: readonly string[]): object {
  return paths.reduce((expanded, path) => expandPath(work, expanded, path.split('.')), body);
}

function expandPath(work: Work, body: object, [field, ...rest]: readonly string[]): object {
  if (field === undefined) return body;
  const fields = body as Record<string, unknown>;
  if (field === 'data' && Array.isArray(fields.data))
    return { ...body, data: fields.data.map((item: object) => expandPath(work, item, rest)) };
  if (field === 'refunds' && fields.object === 'charge') return { ...body, refunds: refundsOf(work, String(fields.id), rest) };
  const value = fields[field];
  if (value !== null && typeof value === 'object') return { ...body, [field]: expandPath(work, value, rest) };
  const kind = Object.hasOwn(fields, field) ? expandable[field] : undefined;
  if (!kind) throw badParam(`This property cannot be expanded (${field}).`, 'expand');
  if (value === null) return body;
  const row = work.find(kind, String(value));
  return row ? { ...body, [field]: expandPath(work, row.body, rest) } : body;
}

function refundsOf(work: Work, charge: string, rest: readonly string[]): object {
  const made = [...work.puts.keys()].filter((key) => key.startsWith('refund:')).map((key) => key.slice('refund:'.length));
  const stored = [...work.store.scan(`refund|charge|${charge}`, { reverse: true })].map(({ id }) => id);
  const data = [...new Set([...made, ...stored])]
    .flatMap((id) => work.find('refund', id)?.body ?? [])
    .filter((refund) => refund.charge === charge);
  const page = { object: 'list', data: data.slice(0, 10), has_more: data.length > 10, url: `${stripeKinds.charge.url}/${charge}/refunds` };
  return expandPath(work, page, rest);
}
