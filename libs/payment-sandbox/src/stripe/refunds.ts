import type Stripe from 'stripe';
import { ignored, mergeMetadata, metadata, oneOf, readParams, text } from '../http/params';
import { created, listOf } from './pages';
import { missing } from '../http/params';
import { badParam, notPossible } from '../http/refusal';
import type { Call, Routes } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { emit } from './emit';
import { amount, currency, money } from './amounts';
import { recordMovement } from './balance-transactions';
import { returnedOf } from './charge-body';
import { idOf, inPath, named } from './lookups';
import { testCardOf } from './payment-method-body';

/** After this, a refund by a test card that settles later does so. Docs, "Testing", Refunds: "some time later". */
const SETTLES_AFTER_MS = 1000;

const reasons = oneOf('duplicate', 'fraudulent', 'requested_by_customer');

/** Stripe's API reference, "Refunds". */
export const refundRoutes: Routes = {
  'POST /v1/refunds': create,
  'GET /v1/refunds': (call) =>
    listOf(call.work.store, 'refund', call.raw, { charge: text(), payment_intent: text(), created }, (values) => ({
      equal: { charge: values.charge, payment_intent: values.payment_intent },
      created: values.created,
    })),
  'POST /v1/refunds/:id/cancel': (call) => {
    readParams({}, call.raw);
    const { status } = inPath('refund', call).body;
    // Only refunds to methods that need the buyer can be cancelled, and no card does.
    throw notPossible(`This refund cannot be canceled because it has a status of ${status}; only refunds in requires_action can be.`, {
      param: 'id',
    });
  },
  'GET /v1/refunds/:id': (call) => {
    readParams({}, call.raw);
    return inPath('refund', call).body;
  },
  'POST /v1/refunds/:id': (call) => {
    const values = readParams({ metadata }, call.raw);
    const row = inPath('refund', call);
    const { body } = call.work.save('refund', row, { metadata: mergeMetadata(row.body.metadata, values.metadata) });
    emit(call.work, 'refund.updated', body);
    return body;
  },
};

function create(call: Call): object {
  const values = readParams(
    { amount, charge: text(), currency, metadata, payment_intent: text(), reason: reasons, instructions_email: ignored },
    call.raw,
  );
  if (values.charge && values.payment_intent)
    throw badParam('You may only specify one of these parameters: charge, payment_intent.', 'charge', 'parameters_exclusive');
  const charge = refundedCharge(call.work, values.charge, values.payment_intent);
  const asked = refundable(charge.body, disputesOf(call.work, charge.body.id), values.amount);
  const refund = refundOf(call.work, charge.body, asked, { reason: values.reason, metadata: values.metadata });
  const card = testCardOf(named(call.work, 'payment_method', charge.body.payment_method as string, 'payment_method'));
  const made = {
    balance_transaction: movement(call.work, -asked, refund.currency, { source: refund.id, type: 'refund' }),
    status: card.refund?.starts ?? 'succeeded',
  };
  const row = call.work.add('refund', { ...refund, ...made }, { settlesTo: card.refund?.settlesTo });
  if (card.refund) call.work.schedule('settle_refund', refund.id, SETTLES_AFTER_MS);
  const given = charge.body.amount_refunded + asked;
  const refunded = asked >= charge.body.amount_captured - returnedOf(charge.body);
  const { body } = call.work.save('charge', charge, { amount_refunded: given, refunded });
  emit(call.work, 'charge.refunded', body, { amount_refunded: charge.body.amount_refunded, refunded: charge.body.refunded });
  emit(call.work, 'refund.created', row.body);
  return row.body;
}

function refundedCharge(work: Work, chargeId: string | undefined, intentId: string | undefined): Row<'charge'> {
  if (chargeId) return named(work, 'charge', chargeId, 'charge');
  if (!intentId) throw missing('payment_intent');
  const intent = named(work, 'payment_intent', intentId, 'payment_intent');
  const latest = idOf(intent.body.latest_charge);
  const charge = latest ? work.find('charge', latest) : undefined;
  if (charge && charge.body.amount_captured > 0) return charge;
  throw notPossible(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`, { param: 'payment_intent' });
}

function disputesOf(work: Work, charge: string): Stripe.Dispute[] {
  return [...work.store.scan(`dispute|charge|${charge}`)].flatMap(({ id }) => work.find('dispute', id)?.body ?? []);
}

/** The amount to give back: all that is left unless said otherwise, and never more. */
function refundable(charge: Stripe.Charge, disputes: readonly Stripe.Dispute[], asked: number | undefined): number {
  if (charge.amount_captured === 0)
    throw notPossible(`Charge ${charge.id} has not been captured and cannot be refunded.`, {
      param: 'charge',
      code: 'charge_not_refundable',
    });
  if (disputes.some((dispute) => !dispute.is_charge_refundable))
    throw notPossible(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed', charge: charge.id });
  const left = charge.amount_captured - returnedOf(charge);
  if (left <= 0)
    throw notPossible(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded', charge: charge.id });
  if ((asked ?? left) > left)
    throw notPossible(
      `Refund amount (${money(asked as number, charge.currency)}) is greater than unrefunded amount on charge (${money(left, charge.currency)})`,
      { param: 'amount' },
    );
  return asked ?? left;
}

/** What a capture in part leaves of a hold goes back as a refund, by which no money moves; nobody asked for it, so it has no words. */
export function giveUpRest(work: Work, charge: Row<'charge'>): Row<'charge'> {
  const rest = charge.body.amount - charge.body.amount_captured;
  if (rest === 0) return charge;
  const { body } = work.add('refund', refundOf(work, charge.body, rest, {}));
  emit(work, 'refund.created', body);
  return work.save('charge', charge, { amount_refunded: charge.body.amount_refunded + rest });
}

function refundOf(
  work: Work,
  charge: Stripe.Charge,
  value: number,
  words: { readonly reason?: Stripe.Refund.Reason; readonly metadata?: Record<string, string> | null },
): Stripe.Refund {
  const id = work.idFor('refund');
  return {
    id,
    object: 'refund',
    amount: value,
    balance_transaction: null,
    charge: charge.id,
    created: work.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: words.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: words.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}

function movement(work: Work, amount: number, currency: string, of: { source: string; type: 'refund' | 'refund_failure' }): string {
  return recordMovement(work, { amount, currency, ...of, reporting_category: of.type }).id;
}

/** A refund reaches its end some time after the call. A failed one returns the money to the account, and the charge is refunded by so much less. */
export function settleRefund(work: Work, row: Row<'refund'>): void {
  const { settlesTo } = row.notes;
  if (settlesTo === 'succeeded') {
    const { body } = work.save('refund', row, { status: 'succeeded' }, { settlesTo: undefined });
    emit(work, 'refund.updated', body, { status: row.body.status });
  }
  if (settlesTo !== 'failed') return;
  const failure = {
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: movement(work, row.body.amount, row.body.currency, { source: row.body.id, type: 'refund_failure' }),
  };
  const { body } = work.save('refund', row, failure, { settlesTo: undefined });
  const charge = work.find('charge', row.body.charge as string) as Row<'charge'>;
  const { body: restored } = work.save('charge', charge, { amount_refunded: charge.body.amount_refunded - body.amount, refunded: false });
  emit(work, 'refund.updated', body, { status: row.body.status });
  emit(work, 'charge.refund.updated', body, { status: row.body.status });
  emit(work, 'refund.failed', body);
  emit(work, 'charge.updated', restored, { amount_refunded: charge.body.amount_refunded });
}
