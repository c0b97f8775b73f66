import type Stripe from 'stripe';
import { readParams, text } from '../http/params';
import type { Routes } from '../http/routes';
import type { Work } from '../store/work';
import { currency } from './amounts';
import { inPath } from './lookups';
import { created, listOf } from './pages';

/** Stripe's API reference, "Balance Transactions": what a charge, a refund or a dispute did to the account. Read only. */
export const balanceTransactionRoutes: Routes = {
  'GET /v1/balance_transactions': (call) =>
    listOf(call.work.store, 'balance_transaction', call.raw, { created, currency, source: text(), type: text() }, (values) => ({
      equal: { currency: values.currency, source: values.source, type: values.type },
      created: values.created,
    })),
  'GET /v1/balance_transactions/:id': (call) => {
    readParams({}, call.raw);
    return inPath('balance_transaction', call).body;
  },
};

const FEE_SHARE = 0.029;
const FEE_FIXED = 30;
const AVAILABLE_AFTER_SECONDS = 2 * 24 * 3600;

type Moved = Pick<Stripe.BalanceTransaction, 'amount' | 'currency' | 'reporting_category' | 'type'> & {
  readonly source: string;
  readonly fee?: number;
};

/** Records a movement; positive amounts came in. */
export function recordMovement(work: Work, { fee = 0, ...moved }: Moved): Stripe.BalanceTransaction {
  const body: Stripe.BalanceTransaction = {
    id: work.idFor('balance_transaction'),
    object: 'balance_transaction',
    ...moved,
    available_on: work.now() + AVAILABLE_AFTER_SECONDS,
    balance_type: 'payments',
    created: work.now(),
    description: null,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [{ amount: fee, application: null, currency: moved.currency, description: 'Stripe processing fees', type: 'stripe_fee' }],
    net: moved.amount - fee,
    status: 'pending',
  };
  return work.add('balance_transaction', body).body;
}

/** What a capture brings in, less Stripe's fee for it. */
export function recordCapture(work: Work, charge: Stripe.Charge, amount: number): string {
  const fee = Math.min(amount, Math.round(amount * FEE_SHARE) + FEE_FIXED);
  return recordMovement(work, { amount, fee, currency: charge.currency, source: charge.id, type: 'charge', reporting_category: 'charge' })
    .id;
}
