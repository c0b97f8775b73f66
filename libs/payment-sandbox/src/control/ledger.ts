import type { RazorpayPayment } from '../razorpay/kinds';
import type { Store } from '../store/store';
import type Stripe from 'stripe';
import { holdsMoney } from '../stripe/dispute-body';
import { idOf } from '../stripe/lookups';

/** What one payment did to the money, in the currency's smallest unit. */
interface LedgerLine {
  readonly provider: 'stripe' | 'razorpay';
  /** The payment intent, or Razorpay's payment. */
  readonly payment: string;
  readonly status: string;
  readonly currency: string;
  readonly amount: number;
  readonly captured: number;
  readonly refunded: number;
  /** Taken back by the buyer's bank: open and lost disputes. */
  readonly disputed: number;
  readonly net: number;
  readonly capturable: number;
  readonly metadata: object;
  readonly idempotency_keys: readonly string[];
}

/**
 * The oracle of money, added up from charges and refunds rather than read from the payment, so that it would show a mistake of the
 * sandbox itself, too. Failed and canceled refunds do not count, nor does what was given back without having been captured.
 */
export function ledger(store: Store, only?: string): object {
  const stripe = idsOf(store, 'payment_intent', only).flatMap((id) => store.find('payment_intent', id)?.body ?? []);
  const razorpay = idsOf(store, 'razorpay_payment', only).flatMap((id) => store.find('razorpay_payment', id)?.body ?? []);
  const payments = [...stripe.map((intent) => stripeLine(store, intent)), ...razorpay.map((payment) => razorpayLine(store, payment))];
  return { payments, totals: totalsOf(payments) };
}

function idsOf(store: Store, kind: string, only: string | undefined): string[] {
  return only ? [only] : [...store.scan(kind)].map(({ id }) => id);
}

/** Sums by currency; providers write currencies in their own case. */
function totalsOf(payments: readonly LedgerLine[]): object {
  const totals: Record<string, { payments: number; captured: number; refunded: number; disputed: number; net: number }> = {};
  for (const { currency, captured, refunded, disputed, net } of payments) {
    const total = (totals[currency.toLowerCase()] ??= { payments: 0, captured: 0, refunded: 0, disputed: 0, net: 0 });
    total.payments += 1;
    total.captured += captured;
    total.refunded += refunded;
    total.disputed += disputed;
    total.net += net;
  }
  return totals;
}

function stripeLine(store: Store, intent: Stripe.PaymentIntent): LedgerLine & { readonly [extra: string]: unknown } {
  const charges = [...store.scan(`charge|payment_intent|${intent.id}`)].flatMap(({ id }) => store.find('charge', id)?.body ?? []);
  const refunds = [...store.scan(`refund|payment_intent|${intent.id}`)].flatMap(({ id }) => store.find('refund', id)?.body ?? []);
  const captured = sum(charges.map((charge) => charge.amount_captured));
  const moved = refunds.filter(({ status, balance_transaction }) => status !== 'failed' && status !== 'canceled' && balance_transaction);
  const refunded = sum(moved.map((refund) => refund.amount));
  const disputes = [...store.scan(`dispute|payment_intent|${intent.id}`)].flatMap(({ id }) => store.find('dispute', id)?.body ?? []);
  const disputed = sum(disputes.filter(holdsMoney).map(({ amount }) => amount));
  return {
    provider: 'stripe',
    payment: intent.id,
    status: intent.status,
    currency: intent.currency,
    amount: intent.amount,
    captured,
    refunded,
    disputed,
    net: captured - refunded - disputed,
    capturable: intent.amount_capturable,
    metadata: intent.metadata,
    idempotency_keys: keysOf(store, intent.id),
    payment_intent: intent.id,
    charges: {
      succeeded: charges.filter(({ status }) => status === 'succeeded').length,
      failed: charges.filter(({ status }) => status === 'failed').length,
    },
    customer: idOf(intent.customer),
  };
}

function razorpayLine(store: Store, payment: RazorpayPayment): LedgerLine & { readonly [extra: string]: unknown } {
  const refunds = [...store.scan(`razorpay_refund|payment_id|${payment.id}`)].flatMap(
    ({ id }) => store.find('razorpay_refund', id)?.body ?? [],
  );
  const captured = payment.captured ? payment.amount : 0;
  const givenBack = sum(refunds.filter(({ status }) => status !== 'failed').map((refund) => refund.amount));
  const refunded = payment.captured ? givenBack : 0;
  return {
    provider: 'razorpay',
    payment: payment.id,
    status: payment.status,
    currency: payment.currency,
    amount: payment.amount,
    captured,
    refunded,
    disputed: 0,
    net: captured - refunded,
    capturable: payment.status === 'authorized' ? payment.amount : 0,
    metadata: payment.notes,
    idempotency_keys: keysOf(store, payment.id),
    order: payment.order_id,
    receipt: store.find('razorpay_order', payment.order_id)?.body.receipt,
  };
}

function keysOf(store: Store, payment: string): string[] {
  return [...store.scan(`keys|${payment}`)].map(({ id }) => id);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
