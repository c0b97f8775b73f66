import type Stripe from 'stripe';

/** The version of Stripe's API that the pinned SDK speaks; a spec compares it with the SDK's own constant. */
export const apiVersion: Stripe.LatestApiVersion = '2026-10-28.endive';

/** An event as stored and sent. The SDK's own type is a union of some three hundred; this is what they have in common. */
export interface EventBody {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: object };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

/** Stripe's objects by the name they carry in `object`. Bodies have the SDK's types, so a missing field is a compile error. */
export interface Bodies {
  payment_intent: Stripe.PaymentIntent;
  setup_intent: Stripe.SetupIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  payment_method: Stripe.PaymentMethod;
  customer: Stripe.Customer | Stripe.DeletedCustomer;
  event: EventBody;
}

export type Kind = keyof Bodies;

interface KindFacts {
  readonly prefix: string;
  /** Length of the random part, as Stripe's ids have it. */
  readonly idLength: number;
  /** What Stripe calls the object in "No such ...". */
  readonly label: string;
  readonly url: string;
  /** Fields by which lists can be narrowed without reading everything. */
  readonly filters: readonly string[];
}

export const kinds: Record<Kind, KindFacts> = {
  payment_intent: { prefix: 'pi_3', idLength: 23, label: 'payment_intent', url: '/v1/payment_intents', filters: ['customer'] },
  setup_intent: { prefix: 'seti_1', idLength: 23, label: 'setupintent', url: '/v1/setup_intents', filters: ['customer', 'payment_method'] },
  charge: { prefix: 'ch_3', idLength: 23, label: 'charge', url: '/v1/charges', filters: ['payment_intent', 'customer'] },
  refund: { prefix: 're_3', idLength: 23, label: 'refund', url: '/v1/refunds', filters: ['charge', 'payment_intent'] },
  payment_method: { prefix: 'pm_1', idLength: 23, label: 'PaymentMethod', url: '/v1/payment_methods', filters: ['customer'] },
  customer: { prefix: 'cus_', idLength: 14, label: 'customer', url: '/v1/customers', filters: ['email'] },
  event: { prefix: 'evt_1', idLength: 23, label: 'event', url: '/v1/events', filters: ['type'] },
};

/** What the sandbox knows about an object and Stripe would not show. */
export interface Notes {
  /** The test card behind a payment method. */
  readonly token?: string;
  /** A payment method without a customer can pay once. */
  readonly spent?: boolean;
  /** The payment method was set up for payments without the buyer. */
  readonly setUp?: boolean;
  /** The buyer has passed 3-D Secure for the coming confirmation. */
  readonly authenticated?: boolean;
  /** The confirmation was made without the buyer (`off_session`). */
  readonly offSession?: boolean;
  /** Where a refund will go by itself after a while. */
  readonly settlesTo?: 'succeeded' | 'failed';
}

/** A stored object: its place among its kind (newest last), Stripe's view of it, and ours. Never changed, only replaced. */
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
