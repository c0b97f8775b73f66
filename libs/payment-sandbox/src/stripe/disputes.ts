import type Stripe from 'stripe';
import { returnedOf } from './charge-body';
import { emptyable, flag, hash, mergeMetadata, metadata, readParams, text } from '../http/params';
import { notPossible } from '../http/refusal';
import type { Call, Routes } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { disputeOf, evidenceTexts, reinstatement, RESPONSE_SECONDS } from './dispute-body';
import { emit } from './emit';
import { inPath, named } from './lookups';
import { created, listOf } from './pages';
import { testCardOf } from './payment-method-body';

/** The bank decides so long after the evidence came in. */
const DECIDES_AFTER_MS = 1000;

const evidenceShape = Object.fromEntries(evidenceTexts.map((name) => [name, emptyable(text(20_000))])) as Record<
  (typeof evidenceTexts)[number],
  ReturnType<typeof emptyable<string>>
>;

/** Stripe's API reference, "Disputes"; what decides them: docs, "Testing", Disputes, Evidence. */
export const disputeRoutes: Routes = {
  'GET /v1/disputes': (call) =>
    listOf(call.work.store, 'dispute', call.raw, { charge: text(), payment_intent: text(), created }, (values) => ({
      equal: { charge: values.charge, payment_intent: values.payment_intent },
      created: values.created,
    })),
  'GET /v1/disputes/:id': (call) => {
    readParams({}, call.raw);
    return inPath('dispute', call).body;
  },
  'POST /v1/disputes/:id': update,
  'POST /v1/disputes/:id/close': (call) => {
    readParams({}, call.raw);
    const row = inPath('dispute', call);
    checkAnswerable(row.body, 'closed');
    return end(call.work, row, row.body.status === 'needs_response' ? 'lost' : 'warning_closed');
  },
};

function update(call: Call): object {
  const { evidence, submit = true, ...values } = readParams({ evidence: hash(evidenceShape), submit: flag, metadata }, call.raw);
  const row = inPath('dispute', call);
  if (evidence) checkAnswerable(row.body, 'updated');
  const given = { ...row.body.evidence, ...evidence };
  const details = { ...row.body.evidence_details, has_evidence: Object.values(given).some((value) => typeof value === 'string') };
  const annotated = call.work.save('dispute', row, {
    evidence: given,
    evidence_details: details,
    metadata: mergeMetadata(row.body.metadata, values.metadata),
  });
  const changed = evidence && submit ? handIn(call.work, annotated) : annotated;
  emit(call.work, 'charge.dispute.updated', changed.body, { evidence: row.body.evidence, status: row.body.status });
  return changed.body;
}

function handIn(work: Work, row: Row<'dispute'>): Row<'dispute'> {
  work.schedule('decide_dispute', row.body.id, DECIDES_AFTER_MS);
  const { evidence_details: details, status } = row.body;
  return work.save('dispute', row, {
    evidence_details: { ...details, submission_count: details.submission_count + 1, submission_method: 'manual' },
    status: status === 'needs_response' ? 'under_review' : 'warning_under_review',
  });
}

function checkAnswerable(dispute: Stripe.Dispute, move: 'updated' | 'closed'): void {
  if (dispute.status === 'needs_response' || dispute.status === 'warning_needs_response') return;
  throw notPossible(`This dispute cannot be ${move} because it has a status of ${dispute.status}.`, { param: 'id' });
}

/** The buyer's bank disputes a charge, if its card is one that does and there is something left to dispute. */
export function openDispute(work: Work, chargeId: string): void {
  const charge = named(work, 'charge', chargeId, 'charge');
  const { dispute } = testCardOf(named(work, 'payment_method', charge.body.payment_method as string, 'payment_method'));
  if (!dispute || charge.body.amount_captured <= returnedOf(charge.body)) return;
  const { body } = work.add('dispute', disputeOf(work, charge.body, dispute));
  work.save('charge', charge, { disputed: true });
  work.schedule('dispute_due', body.id, RESPONSE_SECONDS * 1000);
  emit(work, 'charge.dispute.created', body);
  if (!dispute.inquiry) emit(work, 'charge.dispute.funds_withdrawn', body);
}

/** The bank decides by the words of the evidence, as Stripe's test mode does. */
export function decideDispute(work: Work, id: string): void {
  const row = named(work, 'dispute', id, 'dispute');
  const { status, evidence } = row.body;
  if (status === 'under_review') end(work, row, evidence.uncategorized_text === 'winning_evidence' ? 'won' : 'lost');
  if (status === 'warning_under_review') end(work, row, 'warning_closed');
}

/** Nobody answered in time. */
export function missDispute(work: Work, id: string): void {
  const row = named(work, 'dispute', id, 'dispute');
  if (row.body.status === 'needs_response') end(work, row, 'lost');
  if (row.body.status === 'warning_needs_response') end(work, row, 'warning_closed');
}

function end(work: Work, row: Row<'dispute'>, status: 'won' | 'lost' | 'warning_closed'): Stripe.Dispute {
  const movements = status === 'won' ? [...row.body.balance_transactions, reinstatement(work, row.body)] : row.body.balance_transactions;
  const { body } = work.save('dispute', row, { status, balance_transactions: movements });
  emit(work, 'charge.dispute.closed', body);
  if (status === 'won') emit(work, 'charge.dispute.funds_reinstated', body);
  return body;
}
