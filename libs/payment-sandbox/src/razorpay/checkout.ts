import { createHmac } from 'node:crypto';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { find } from './call';
import { oneOf, readFields, text, whole, type Fields } from './fields';
import type { RazorpayPayment } from './kinds';
import { emit } from './emit';
import { authorize } from './payments';
import { invalid, RazorpayRefusal } from './refusal';

type Method = RazorpayPayment['method'];

const shape = {
  outcome: oneOf('succeed', 'fail'),
  method: oneOf('card', 'netbanking', 'upi'),
  amount: whole(1),
  email: text(),
  contact: text(),
  authorize_after: whole(1),
  refunds: oneOf('processed', 'pending', 'failed'),
};

/**
 * What the buyer does in Razorpay's checkout in the browser: pays an order, or fails to. Answers what the checkout hands to the page ("Build
 * Integration", Verify Payment Signature), or the error it shows. `authorize_after`: seconds after which a failed payment succeeds late;
 * `refunds`: what becomes of refunds of this payment.
 */
export function payOrder(work: Work, orderId: string, fields: Fields, keySecret: string): object {
  const values = readFields(shape, fields);
  const order = find(work, 'razorpay_order', orderId);
  const amount = checkedAmount(work, order, values.amount);
  const attempted = order.body.status === 'created' ? ('attempted' as const) : order.body.status;
  work.save('razorpay_order', order, { attempts: order.body.attempts + 1, status: attempted });
  const refundsSettleTo = ({ processed: undefined, pending: 'succeeded', failed: 'failed' } as const)[values.refunds ?? 'processed'];
  const body = newPayment(work, order, { ...values, amount });
  const payment = work.add('razorpay_payment', body, { refundsSettleTo });
  if (values.outcome === 'fail') return fail(work, payment, values.authorize_after);
  const { id } = authorize(work, payment).body;
  return { razorpay_payment_id: id, razorpay_order_id: orderId, razorpay_signature: checkoutSignature(orderId, id, keySecret) };
}

/** HMAC-SHA256 of `order|payment` with the key's secret, in hexadecimal. */
function checkoutSignature(orderId: string, paymentId: string, keySecret: string): string {
  return createHmac('sha256', keySecret).update(`${orderId}|${paymentId}`).digest('hex');
}

function checkedAmount(work: Work, { body, notes }: Row<'razorpay_order'>, asked = body.amount_due): number {
  const open = [...work.store.scan(`razorpay_payment|order_id|${body.id}`)].some(
    ({ id }) => work.find('razorpay_payment', id)?.body.status === 'authorized',
  );
  // "About Orders": while a payment is authorised, no other can be begun.
  if (open) throw invalid('A payment of this order is already authorized');
  if (body.status === 'paid')
    throw invalid('Your payment has been declined as the order is already paid. Please initiate the payment with a new order.');
  if (asked > body.amount_due) throw invalid('Payment amount is greater than the amount due for order', 'amount');
  const least = notes.partial ? Math.min(body.amount_paid === 0 ? notes.partial.least : 1, body.amount_due) : body.amount_due;
  if (asked < least) throw invalid(`Payment amount is less than the least that this order takes: ${least}`, 'amount');
  return asked;
}

interface Buyer {
  readonly amount: number;
  readonly method?: Method;
  readonly email?: string;
  readonly contact?: string;
}

function newPayment(work: Work, { body: order }: Row<'razorpay_order'>, buyer: Buyer): RazorpayPayment {
  const { method = 'card' } = buyer;
  const cardId = method === 'card' ? work.mint('card_', 14) : null;
  return {
    id: work.idFor('razorpay_payment'),
    entity: 'payment',
    amount: buyer.amount,
    currency: order.currency,
    status: 'failed',
    order_id: order.id,
    invoice_id: null,
    international: false,
    method,
    amount_refunded: 0,
    refund_status: null,
    captured: false,
    description: null,
    card_id: cardId,
    ...(cardId && { card: cardOf(cardId) }),
    bank: method === 'netbanking' ? 'HDFC' : null,
    wallet: null,
    vpa: method === 'upi' ? 'success@razorpay' : null,
    email: buyer.email ?? 'buyer@shop.example',
    contact: buyer.contact ?? '+919000090000',
    notes: order.notes,
    fee: null,
    tax: null,
    ...failure,
    acquirer_data: { auth_code: null },
    created_at: work.now(),
  };
}

/** A payment is failed until the bank has said otherwise. */
const failure = {
  error_code: 'BAD_REQUEST_ERROR',
  error_description: 'Payment failed',
  error_source: 'bank',
  error_step: 'payment_authorization',
  error_reason: 'payment_failed',
} as const;

function cardOf(id: string): RazorpayPayment['card'] {
  const facts = { name: '', last4: '1111', network: 'Visa', type: 'credit', issuer: null } as const;
  return { id, entity: 'card', ...facts, international: false, emi: false, sub_type: 'consumer', token_iin: null };
}

function fail(work: Work, { body }: Row<'razorpay_payment'>, authorizeAfter: number | undefined): object {
  emit(work, 'payment.failed', { payment: body });
  if (authorizeAfter !== undefined) work.schedule('razorpay_authorize', body.id, authorizeAfter * 1000);
  const metadata = { payment_id: body.id, order_id: body.order_id };
  const told = { source: failure.error_source, step: failure.error_step, reason: failure.error_reason, metadata };
  return { error: new RazorpayRefusal(failure.error_description, told).error };
}
