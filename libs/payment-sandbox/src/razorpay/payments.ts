import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { find, type RazorpayCall } from './call';
import { emit } from './emit';
import { readFields, text, whole } from './fields';
import type { RazorpayPayment } from './kinds';
import { invalid } from './refusal';
import { releasePayment } from './refunds';

type Payment = Row<'razorpay_payment'>;

const alreadyPaid = 'Your payment has been declined as the order is already paid. Please initiate the payment with a new order.';

/** The account's fee and the tax in it, of an amount: 2 % and the 18 % of GST on that. */
const FEE = 0.0236;
const TAX = 0.0036;

/** Razorpay's docs, "Capture a Payment": all of what was authorised, once. */
export function capture({ work, id, fields }: RazorpayCall): object {
  const { amount, currency } = readFields({ amount: whole(), currency: text(3) }, fields, ['amount', 'currency']);
  const payment = find(work, 'razorpay_payment', id);
  const { status } = payment.body;
  if (payment.body.captured) throw invalid('This payment has already been captured');
  if (status !== 'authorized')
    throw invalid(`Only payments which have been authorized and not yet captured can be captured; this one is ${status}`);
  if (amount !== payment.body.amount || currency !== payment.body.currency)
    throw invalid('Capture amount must be equal to the amount authorized', 'amount');
  return capturePayment(work, payment).body;
}

/** Takes an authorised amount, and with it pays the order. */
function capturePayment(work: Work, payment: Payment): Payment {
  const order = find(work, 'razorpay_order', payment.body.order_id);
  const { amount } = payment.body;
  if (amount > order.body.amount_due) throw invalid(alreadyPaid);
  const due = order.body.amount_due - amount;
  const change = {
    amount_due: due,
    amount_paid: order.body.amount_paid + amount,
    status: due === 0 ? ('paid' as const) : order.body.status,
  };
  const paid = work.save('razorpay_order', order, change);
  const fees = { fee: Math.round(amount * FEE), tax: Math.round(amount * TAX) };
  const captured = work.save('razorpay_payment', payment, { status: 'captured', captured: true, ...fees });
  emit(work, 'payment.captured', { payment: captured.body });
  if (due === 0) emit(work, 'order.paid', { payment: captured.body, order: paid.body });
  return captured;
}

/**
 * The bank has said yes, at once or days after the payment was told to have failed (docs, "Late Authorisation"). Within the order's automatic
 * period the payment is captured by itself; later it waits for the shop, and is refunded when nobody takes it ("Payment Capture Settings").
 */
export function authorize(work: Work, payment: Payment): Payment {
  const order = find(work, 'razorpay_order', payment.body.order_id);
  const settings = order.notes.capture as NonNullable<typeof order.notes.capture>;
  const noError = { error_code: null, error_description: null, error_source: null, error_step: null, error_reason: null };
  const acquirer = { ...payment.body.acquirer_data, auth_code: work.mint('', 6).toUpperCase() };
  const authorized = work.save('razorpay_payment', payment, { status: 'authorized', ...noError, acquirer_data: acquirer });
  emit(work, 'payment.authorized', { payment: authorized.body });
  const age = work.now() - authorized.body.created_at;
  const takes = age <= settings.automatic * 60 && settings.automatic > 0 && authorized.body.amount <= order.body.amount_due;
  if (takes) return capturePayment(work, authorized);
  work.schedule('razorpay_release', authorized.body.id, Math.max(0, settings.manual * 60 - age) * 1000);
  return authorized;
}

/** A failed payment that the bank has authorised after all. */
export function authorizeLate(work: Work, id: string): RazorpayPayment {
  const payment = find(work, 'razorpay_payment', id);
  if (payment.body.status !== 'failed') throw invalid(`Only a failed payment can be authorized late; this one is ${payment.body.status}`);
  return authorize(work, payment).body;
}

/** Nobody captured the payment in time: its buyer gets the money back. */
export function releaseUncaptured(work: Work, id: string): void {
  const payment = find(work, 'razorpay_payment', id);
  if (payment.body.status === 'authorized') releasePayment(work, payment);
}
