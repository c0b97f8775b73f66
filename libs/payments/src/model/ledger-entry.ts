import type { Currency, MinorUnits } from '@cartwright/kernel';
import type { CaptureOutcome, CollectOutcome, FindOutcome, RefundOutcome } from './gateway-outcome';

export const gatewayCalls = ['collect', 'find', 'look_up', 'capture', 'cancel', 'refund', 'look_up_refund'] as const;
export type GatewayCall = (typeof gatewayCalls)[number];

/** One thing that a gateway said to us. Kept as it was said, never changed: what we made of it is another matter. */
export interface LedgerEntry {
  readonly orderId: string;
  readonly provider: string;
  readonly call: GatewayCall;
  /** The refund that it is about, when it is about one. */
  readonly refundId?: string;
  /** `ok`, `action_required`, `declined`, `rejected`, `pending`, `none` or `unknown`. */
  readonly outcome: string;
  readonly reference?: string;
  /** The payment's state in the gateway's words, as we read them. */
  readonly state?: string;
  readonly amount?: MinorUnits;
  readonly currency?: Currency;
  readonly failureCode?: string;
  /** Why there was no answer. */
  readonly reason?: string;
  readonly at: Date;
}

type Outcome = CollectOutcome | CaptureOutcome | FindOutcome | RefundOutcome;
type Subject = Pick<LedgerEntry, 'orderId' | 'provider' | 'refundId'>;

/** What is kept of an answer. */
export function ledgerEntry({ orderId, provider, refundId }: Subject, call: GatewayCall, outcome: Outcome, at: Date): LedgerEntry {
  const entry = { orderId, provider, call, refundId, outcome: outcome.kind, at };
  if ('payment' in outcome) {
    const { reference, status: state, amountCaptured, amountCapturable, currency, failureCode } = outcome.payment;
    return { ...entry, reference, state, amount: amountCaptured + amountCapturable, currency, failureCode };
  }
  if ('failureCode' in outcome) {
    const reference = 'reference' in outcome ? outcome.reference : undefined;
    return { ...entry, failureCode: outcome.failureCode, reference };
  }
  if ('reason' in outcome) return { ...entry, reason: outcome.reason.slice(0, 500) };
  if (!('reference' in outcome)) return entry;
  const { reference, amount, currency } = outcome;
  return { ...entry, reference, amount, currency };
}
