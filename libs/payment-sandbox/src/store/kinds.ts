import { razorpayKinds, type RazorpayBodies } from '../razorpay/kinds';
import { stripeKinds, type StripeBodies } from '../stripe/kinds';

/** What the sandbox keeps, of both providers, by kind. */
export type Bodies = StripeBodies & RazorpayBodies;
export type Kind = keyof Bodies;

export interface KindFacts {
  readonly prefix: string;
  /** Length of the random part, as the provider's ids have it. */
  readonly idLength: number;
  /** Fields by which lists can be narrowed without reading everything. */
  readonly filters: readonly string[];
  /** The payment whose money an object of this kind moves: its idempotency keys are told with it. */
  readonly paymentOf?: (body: Readonly<Record<string, string>>) => string | undefined;
}

export const kinds: Readonly<Record<Kind, KindFacts>> = { ...stripeKinds, ...razorpayKinds };

/** What the sandbox knows about an object and its provider would not show. */
export interface Notes {
  /** The test card behind a payment method. */
  readonly token?: string;
  /** A payment method without a customer can pay once. */
  readonly spent?: boolean;
  /** The payment method was set up for payments without the buyer. */
  readonly setUp?: boolean;
  /** The buyer has passed 3-D Secure for the coming confirmation. */
  readonly authenticated?: boolean;
  /** Where a refund will go by itself after a while. */
  readonly settlesTo?: 'succeeded' | 'failed';
  /** What signs the events of a webhook endpoint. */
  readonly secret?: string;
  /** The same for all refunds of a Razorpay payment. */
  readonly refundsSettleTo?: 'succeeded' | 'failed';
  /** How payments of a Razorpay order are captured; periods in minutes from the payment's creation, 0 for never by itself. */
  readonly capture?: { readonly automatic: number; readonly manual: number; readonly refundSpeed: 'normal' | 'optimum' };
  /** A Razorpay order that can be paid in parts, and the least of the first. */
  readonly partial?: { readonly least: number };
}

/** A stored object: its place among its kind (newest last), the provider's view of it, and ours. Never changed, only replaced. */
export interface Row<K extends Kind = Kind> {
  readonly order: string;
  readonly body: Bodies[K];
  readonly notes: Notes;
}

/** The partitions in which a body is listed: all of its kind, and one for each filter that it has a value for. */
export function partitionsOf(kind: Kind, body: object): string[] {
  const fields = body as Record<string, unknown>;
  if (fields.deleted === true) return [];
  const narrowed = kinds[kind].filters.filter((field) => typeof fields[field] === 'string');
  return [kind, ...narrowed.map((field) => partition(kind, field, fields[field] as string))];
}

/** The partition of one value of a filter. Values are cut: whoever lists compares the field itself again. */
export function partition(kind: Kind, field: string, value: string): string {
  return `${kind}|${field}|${value.slice(0, 300)}`;
}
