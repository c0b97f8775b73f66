import type Stripe from 'stripe';
import { noSuch } from '../http/refusal';
import type { Call } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { stripeKinds, type StripeKind } from './kinds';

/** The object in the path, or 404. */
export function inPath<K extends StripeKind>(kind: K, call: Call): Row<K> {
  const row = call.work.find(kind, call.id);
  if (!row) throw noSuch(stripeKinds[kind].label, call.id);
  return row;
}

/** An object named by a parameter, or 400. */
export function named<K extends StripeKind>(work: Work, kind: K, id: string, param: string): Row<K> {
  const row = work.find(kind, id);
  if (!row) throw noSuch(stripeKinds[kind].label, id, param, 400);
  return row;
}

/** A customer who has not been deleted. */
export function livingCustomer(work: Work, id: string, param = 'customer'): Row<'customer'> & { body: Stripe.Customer } {
  const row = named(work, 'customer', id, param);
  if (row.body.deleted) throw noSuch(stripeKinds.customer.label, id, param, 400);
  return row as Row<'customer'> & { body: Stripe.Customer };
}

/** Bodies in the sandbox refer to each other by id; the SDK's types allow whole objects, too. */
export function idOf(reference: string | { readonly id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
