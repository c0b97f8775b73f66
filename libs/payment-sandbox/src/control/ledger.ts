import type Stripe from 'stripe';
import { idOf } from '../stripe/lookups';
import type { Store } from '../store/store';

/** What one payment intent did to the money, in the currency's smallest unit. */
export interface LedgerLine {
  readonly payment_intent: string;
  readonly status: string;
  readonly currency: string;
  readonly amount: number;
  readonly captured: number;
  readonly refunded: number;
  readonly net: number;
  readonly capturable: number;
  readonly charges: { readonly succeeded: number; readonly failed: number };
  readonly customer: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly idempotency_keys: readonly string[];
}

/**
 * The oracle of money, added up from charges and refunds rather than read from the payment intent, so that it would show a mistake of the
 * sandbox itself, too. Failed and canceled refunds do not count.
 */
export function ledger(store: Store, only?: string): object {
  const ids = only ? [only] : [...store.scan('payment_intent')].map(({ id }) => id);
  const payments = ids.flatMap((id) => store.find('payment_intent', id)?.body ?? []).map((intent) => lineOf(store, intent));
  const totals: Record<string, { payments: number; captured: number; refunded: number; net: number }> = {};
  for (const { currency, captured, refunded, net } of payments) {
    const total = (totals[currency] ??= { payments: 0, captured: 0, refunded: 0, net: 0 });
    total.payments += 1;
    total.captured += captured;
    total.refunded += refunded;
    total.net += net;
  }
  return { payments, totals };
}

function lineOf(store: Store, intent: Stripe.PaymentIntent): LedgerLine {
  const charges = [...store.scan(`charge|payment_intent|${intent.id}`)].flatMap(({ id }) => store.find('charge', id)?.body ?? []);
  const refunds = [...store.scan(`refund|payment_intent|${intent.id}`)].flatMap(({ id }) => store.find('refund', id)?.body ?? []);
  const captured = sum(charges.map((charge) => charge.amount_captured));
  const refunded = sum(refunds.filter(({ status }) => status !== 'failed' && status !== 'canceled').map((refund) => refund.amount));
  return {
    payment_intent: intent.id,
    status: intent.status,
    currency: intent.currency,
    amount: intent.amount,
    captured,
    refunded,
    net: captured - refunded,
    capturable: intent.amount_capturable,
    charges: {
      succeeded: charges.filter(({ status }) => status === 'succeeded').length,
      failed: charges.filter(({ status }) => status === 'failed').length,
    },
    customer: idOf(intent.customer),
    metadata: intent.metadata,
    idempotency_keys: [...store.scan(`keys|${intent.id}`)].map(({ id }) => id),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
