import type Stripe from 'stripe';
import type { TestCard } from './cards/test-cards';
import type { Work } from '../store/work';
import { returnedOf } from './charge-body';
import { recordMovement } from './balance-transactions';
import { idOf } from './lookups';

/** The buyer's bank leaves the shop so long to answer. */
export const RESPONSE_SECONDS = 7 * 24 * 3600;
const DISPUTE_FEE = 1500;

/** Fields of evidence that are text; the others are uploaded files, which the sandbox does not take. */
export const evidenceTexts = [
  ...['access_activity_log', 'billing_address', 'cancellation_policy_disclosure', 'cancellation_rebuttal', 'customer_email_address'],
  ...['customer_name', 'customer_purchase_ip', 'duplicate_charge_explanation', 'duplicate_charge_id', 'product_description'],
  ...['refund_policy_disclosure', 'refund_refusal_explanation', 'service_date', 'shipping_address', 'shipping_carrier', 'shipping_date'],
  ...['shipping_tracking_number', 'uncategorized_text'],
] as const;
const evidenceFiles = [
  ...['cancellation_policy', 'customer_communication', 'customer_signature', 'duplicate_charge_documentation', 'receipt', 'refund_policy'],
  ...['service_documentation', 'shipping_documentation', 'uncategorized_file'],
];

/** The dispute of a charge by its card: a chargeback takes the money and a fee at once, an inquiry only asks. */
export function disputeOf(work: Work, charge: Stripe.Charge, dispute: NonNullable<TestCard['dispute']>): Stripe.Dispute {
  const amount = charge.amount_captured - returnedOf(charge);
  const card = charge.payment_method_details?.card;
  const id = work.idFor('dispute');
  const empty = Object.fromEntries([...evidenceTexts, ...evidenceFiles].map((name) => [name, null])) as unknown as Stripe.Dispute.Evidence;
  return {
    id,
    object: 'dispute',
    amount,
    balance_transactions: dispute.inquiry ? [] : [withdrawal(work, id, amount, charge.currency)],
    charge: charge.id,
    created: work.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...empty, enhanced_evidence: {} },
    evidence_details: {
      due_by: work.now() + RESPONSE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: dispute.inquiry,
    livemode: false,
    metadata: {},
    payment_intent: idOf(charge.payment_intent),
    payment_method_details: {
      type: 'card',
      card: {
        brand: card?.brand ?? 'visa',
        case_type: dispute.inquiry ? 'inquiry' : 'chargeback',
        network: card?.network ?? 'visa',
        network_reason_code: dispute.networkCode,
      },
    },
    reason: dispute.reason,
    status: dispute.inquiry ? 'warning_needs_response' : 'needs_response',
  };
}

function withdrawal(work: Work, source: string, amount: number, currency: string): Stripe.BalanceTransaction {
  return recordMovement(work, { amount: -amount, fee: DISPUTE_FEE, currency, source, type: 'adjustment', reporting_category: 'dispute' });
}

/** The money comes back when the dispute is won; the fee does not. */
export function reinstatement(work: Work, { id, amount, currency }: Stripe.Dispute): Stripe.BalanceTransaction {
  return recordMovement(work, { amount, currency, source: id, type: 'adjustment', reporting_category: 'dispute_reversal' });
}

/** Whether the buyer's bank holds the money of a dispute: open and lost chargebacks. */
export function holdsMoney({ status }: Stripe.Dispute): boolean {
  return status === 'needs_response' || status === 'under_review' || status === 'lost';
}
