import type { Notes } from '../store/kinds';
import { checkPayable } from './amounts';
import { collection, find, type RazorpayCall } from './call';
import { flag, inside, notes, oneOf, readFields, text, whole } from './fields';
import type { RazorpayOrder } from './kinds';
import { invalid } from './refusal';

/** How payments of an order are captured: docs, "Configure Payment Capture Settings using Orders API". Periods in minutes. */
export type CaptureSettings = NonNullable<Notes['capture']>;

const LONGEST_PERIOD = 7200;
const SHORTEST_AUTOMATIC = 12;
/** What an account does unless the order says otherwise: it captures at once, and what is authorised late waits for the shop. */
const accountSettings: CaptureSettings = { automatic: SHORTEST_AUTOMATIC, manual: LONGEST_PERIOD, refundSpeed: 'normal' };

const captureOptions = inside({
  automatic_expiry_period: whole(SHORTEST_AUTOMATIC),
  manual_expiry_period: whole(),
  refund_speed: oneOf('normal', 'optimum'),
});
const shape = {
  amount: whole(),
  currency: text(3),
  receipt: text(40),
  notes,
  partial_payment: flag,
  first_payment_min_amount: whole(),
  payment_capture: flag,
  payment: inside({ capture: oneOf('automatic', 'manual'), capture_options: captureOptions }),
  unique_receipt: flag,
};

/** Razorpay's docs, "Create an Order". */
export function createOrder({ work, fields }: RazorpayCall): object {
  const values = readFields(shape, fields, ['amount', 'currency']);
  checkPayable(values.amount, values.currency);
  const repeated =
    values.unique_receipt && values.receipt ? sameReceipt(work.store.scan(`razorpay_order|receipt|${values.receipt}`)) : undefined;
  if (repeated) return repeatedOrder(find(work, 'razorpay_order', repeated).body, values.amount, values.currency);
  const order: RazorpayOrder = {
    id: work.idFor('razorpay_order'),
    entity: 'order',
    amount: values.amount,
    amount_paid: 0,
    amount_due: values.amount,
    currency: values.currency,
    receipt: values.receipt ?? null,
    offer_id: null,
    status: 'created',
    attempts: 0,
    notes: values.notes ?? [],
    created_at: work.now(),
  };
  const partial = values.partial_payment ? { least: values.first_payment_min_amount ?? 1 } : undefined;
  return work.add('razorpay_order', order, { capture: settingsOf(values), partial }).body;
}

function sameReceipt(found: Iterable<{ readonly id: string }>): string | undefined {
  return [...found].map(({ id }) => id)[0];
}

/** With `unique_receipt` a repeated call finds the order of the first ("Retries and Idempotency"). */
function repeatedOrder(order: RazorpayOrder, amount: number, currency: string): RazorpayOrder {
  if (order.amount !== amount || order.currency !== currency) throw invalid('Order receipt should be unique.', 'receipt');
  return order;
}

function settingsOf({
  payment,
  payment_capture: legacy,
}: Partial<{ [K in keyof typeof shape]: ReturnType<(typeof shape)[K]> }>): CaptureSettings {
  if (payment?.capture === undefined) return legacy === false ? { ...accountSettings, automatic: 0 } : accountSettings;
  const options = payment.capture_options ?? {};
  if (payment.capture === 'automatic' && options.automatic_expiry_period === undefined)
    throw invalid('The automatic expiry period field is required when capture is automatic.', 'automatic_expiry_period');
  const automatic = payment.capture === 'manual' ? 0 : (options.automatic_expiry_period as number);
  const manual = options.manual_expiry_period ?? LONGEST_PERIOD;
  if (manual < automatic || manual > LONGEST_PERIOD)
    throw invalid(`The manual expiry period must be between the automatic expiry period and ${LONGEST_PERIOD}.`, 'manual_expiry_period');
  return { automatic, manual, refundSpeed: options.refund_speed ?? 'normal' };
}

/** Razorpay's docs, "Fetch All Orders"; `receipt` finds the orders of one receipt. */
export function listOrders(call: RazorpayCall): object {
  const { receipt, ...fields } = call.fields;
  return collection({ ...call, fields }, 'razorpay_order', receipt === undefined ? {} : { receipt: text(40)(receipt, 'receipt') });
}

/** Only the notes of an object can be changed ("Update Order", "Update a Refund"). */
export function updateNotes(kind: 'razorpay_order' | 'razorpay_payment' | 'razorpay_refund'): (call: RazorpayCall) => object {
  return ({ work, id, fields }) => {
    const values = readFields({ notes }, fields, ['notes']);
    return work.save(kind, find(work, kind, id), { notes: values.notes }).body;
  };
}
