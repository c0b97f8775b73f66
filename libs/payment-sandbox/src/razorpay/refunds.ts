import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { find, type RazorpayCall } from './call';
import { emit } from './emit';
import { notes, oneOf, readFields, text, whole } from './fields';
import type { OrderNotes, RazorpayPayment, RazorpayRefund } from './kinds';
import { invalid } from './refusal';

type Payment = Row<'razorpay_payment'>;

/** After this, a refund of a payment whose refunds take time comes to its end. */
const SETTLES_AFTER_MS = 1000;

interface RefundTerms {
  readonly amount: number;
  readonly speed?: 'normal' | 'optimum';
  readonly notes?: OrderNotes;
  readonly receipt?: string;
}

/** Razorpay's docs, "Create a Normal Refund" and "Create an Instant Refund": of captured payments only, and never more than was captured. */
export function createRefund({ work, id, fields }: RazorpayCall): object {
  const values = readFields({ amount: whole(1), speed: oneOf('normal', 'optimum'), notes, receipt: text(40) }, fields);
  const payment = find(work, 'razorpay_payment', id);
  if (!payment.body.captured) throw invalid('The payment status should be captured for action to be taken', undefined, 'invalid_state');
  const left = payment.body.amount - payment.body.amount_refunded;
  if (left === 0) throw invalid('The payment has been fully refunded already');
  if ((values.amount ?? left) > left) throw invalid('The refund amount provided is greater than amount captured', 'amount');
  return giveBack(work, payment, { ...values, amount: values.amount ?? left });
}

/** Gives an authorised payment back that was never captured. */
export function releasePayment(work: Work, payment: Payment): void {
  const settings = find(work, 'razorpay_order', payment.body.order_id).notes.capture;
  giveBack(work, payment, { amount: payment.body.amount, speed: settings?.refundSpeed });
}

function giveBack(work: Work, payment: Payment, { amount, speed = 'normal', receipt, notes: given }: RefundTerms): RazorpayRefund {
  const settlesTo = payment.notes.refundsSettleTo;
  const refund: RazorpayRefund = {
    id: work.idFor('razorpay_refund'),
    entity: 'refund',
    amount,
    currency: payment.body.currency,
    payment_id: payment.body.id,
    notes: given ?? [],
    receipt: receipt ?? null,
    acquirer_data: { arn: null },
    created_at: work.now(),
    batch_id: null,
    status: settlesTo ? 'pending' : 'processed',
    speed_processed: settlesTo ? null : 'normal',
    speed_requested: speed,
  };
  work.add('razorpay_refund', refund, { settlesTo });
  const refunded = work.save('razorpay_payment', payment, refundedBy(payment.body, amount)).body;
  emit(work, 'refund.created', { refund, payment: refunded });
  if (settlesTo) work.schedule('razorpay_settle_refund', refund.id, SETTLES_AFTER_MS);
  else emit(work, 'refund.processed', { refund, payment: refunded });
  return refund;
}

/** The payment after so much more (or, when a refund failed, less) has gone back. */
function refundedBy(payment: RazorpayPayment, amount: number): Partial<RazorpayPayment> {
  const total = payment.amount_refunded + amount;
  if (total === payment.amount) return { amount_refunded: total, refund_status: 'full', status: 'refunded' };
  return { amount_refunded: total, refund_status: total > 0 ? 'partial' : null, status: payment.captured ? 'captured' : 'authorized' };
}

/** A refund reaches its end some time after the call; a failed one leaves the money with the shop. */
export function settleRefund(work: Work, id: string): void {
  const row = find(work, 'razorpay_refund', id);
  if (row.body.status !== 'pending') return;
  const failed = row.notes.settlesTo === 'failed';
  const change = failed ? ({ status: 'failed' } as const) : ({ status: 'processed', speed_processed: 'normal' } as const);
  const { body: refund } = work.save('razorpay_refund', row, change);
  const payment = find(work, 'razorpay_payment', refund.payment_id);
  const after = failed ? work.save('razorpay_payment', payment, refundedBy(payment.body, -refund.amount)) : payment;
  emit(work, failed ? 'refund.failed' : 'refund.processed', { refund, payment: after.body });
}
