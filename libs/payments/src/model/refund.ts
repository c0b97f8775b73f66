import { erased, Lifecycle, newDocument, newId, type Change, type Currency, type MinorUnits, type Stored } from '@cartwright/kernel';
import { RefundRequested } from '../contract/internal-events';
import { RefundFailed, RefundMadeElsewhere, RefundSucceeded } from '../contract/payment-events';
import { AmountMismatch } from '../contract/refusals';
import type { GatewayRefund } from './gateway-outcome';
import { collectMs, refundableAmount, type Payment } from './payment';

/** A refund is asked about when it is twice as old as at the last time, within these bounds: a card's takes seconds, a bank's days. */
const soonestCheckMs = 3_000;
const latestCheckMs = 3_600_000;

export const refundStatuses = ['requested', 'pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

/** Captured money on its way back. */
export interface Refund extends Stored {
  readonly orderId: string;
  /** Unique for the order: the same wish twice is one refund. */
  readonly key: string;
  readonly provider: string;
  /** The gateway's id of the payment that is refunded. */
  readonly paymentReference: string;
  /** The money was only held: it is given up, and nothing is sent. */
  readonly released: boolean;
  /** How often it was sent anew after it had failed; part of the idempotency key. */
  readonly attempt: number;
  readonly amount: MinorUnits;
  readonly currency: Currency;
  readonly reason: string;
  readonly status: RefundStatus;
  readonly reference?: string;
  readonly failureCode?: string;
  /** While it is pending: when the gateway should be asked again. */
  readonly nextCheckAt?: Date;
}

/** Stripe may report a refund as failed after it reported it as succeeded (its manual, "Refunds: handle failed refunds"). */
export const refundLifecycle = new Lifecycle<RefundStatus>('refund', {
  requested: ['pending', 'succeeded', 'failed'],
  pending: ['succeeded', 'failed'],
  succeeded: ['failed'],
  failed: ['requested'],
});

/** What somebody wrote of it is forgotten; `null` when that is so. */
export function forgetReason(refund: Refund): Change<Refund> | null {
  return refund.reason === erased ? null : { next: { ...refund, reason: erased }, events: [] };
}

export function requestRefund(payment: Payment, wish: Pick<Refund, 'key' | 'amount' | 'reason' | 'released'>, now: Date): Change<Refund> {
  const { orderId, provider, currency, reference = '' } = payment;
  const next: Refund = {
    ...newDocument(newId(), now),
    ...{ orderId, provider, currency, paymentReference: reference, status: 'requested', attempt: 1 },
    ...wish,
  };
  return { next, events: [new RefundRequested({ refundId: next.id })] };
}

/**
 * A refund that was made at the provider itself, in its dashboard or by its own people: the money is on its way back all the same, so it goes on record. Named after what the
 * provider calls it, so that it does so once.
 */
export function refundMadeElsewhere(
  payment: Payment,
  { kind, reference, amount, currency }: GatewayRefund & { readonly kind: 'ok' | 'pending' },
  now: Date,
): Change<Refund> {
  if (currency !== payment.currency) throw new AmountMismatch({ due: refundableAmount(payment), paid: amount });
  const made: Refund = {
    ...requestRefund(payment, { key: keyOfTheirs(reference), amount, reason: 'made at the payment provider', released: false }, now).next,
    reference,
  };
  const { orderId, key } = made;
  const told = sent(made, kind, { reference, amount, currency }, now) ?? { next: made, events: [] };
  return { next: told.next, events: [new RefundMadeElsewhere({ orderId, key, amount, currency }), ...told.events] };
}

/** The key of a refund that only the provider has given a name. */
export function keyOfTheirs(reference: string): string {
  return `provider-${reference}`;
}

/** Sends a failed refund anew, as another attempt. */
export function retryRefund(refund: Refund): Change<Refund> {
  const moved = refundLifecycle.move(refund, 'requested');
  const next = { ...moved, attempt: refund.attempt + 1, reference: undefined, failureCode: undefined };
  return { next, events: [new RefundRequested({ refundId: refund.id })] };
}

/**
 * Money that was to be given up, or was told of as given up, has been taken at the gateway all the same: giving it up has failed, and it is sent instead, as another attempt. `null` for any other
 * refund.
 */
export function sendInstead(refund: Refund): Change<Refund> | null {
  if (!refund.released || refund.status === 'failed') return null;
  const { next, events } = retryRefund({ ...refundLifecycle.move(refund, 'failed'), nextCheckAt: undefined });
  return { next: { ...next, released: false }, events };
}

/** What a failed call came to, the gateway's own people may still mend for some time (docs.stripe.com/error-low-level, "Server errors"); then it is not made anew. */
const spentMs = 3_600_000;

/** Sends a refund as another attempt of which the key is spent, long after anything could have come of it; `null` until then. */
export function sendAnew(refund: Refund, now: Date): Change<Refund> | null {
  if (refund.status !== 'requested' || now.getTime() - refund.updatedAt.getTime() < spentMs) return null;
  return { next: { ...refund, attempt: refund.attempt + 1 }, events: [new RefundRequested({ refundId: refund.id })] };
}

/** Whether the gateway may know a refund already without knowing the key of its call: the key may be forgotten there by now, or an earlier attempt had another one. */
export function mayBeMade({ attempt, updatedAt }: Refund, now: Date): boolean {
  return attempt > 1 || now.getTime() - updatedAt.getTime() > collectMs;
}

/**
 * The gateway took the refund; with `ok` the money has gone back. Of held money that was given up it tells nothing. Refuses `amount_mismatch` a refund of another amount or
 * currency than ours, whatever became of it: then nothing is recorded.
 */
export function sent(refund: Refund, kind: 'ok' | 'pending', told: GatewayRefund | undefined, now: Date): Change<Refund> | null {
  if (told && (told.amount !== refund.amount || told.currency !== refund.currency))
    throw new AmountMismatch({ due: refund.amount, paid: told.amount });
  const to = kind === 'ok' ? 'succeeded' : 'pending';
  if (!refundLifecycle.allows(refund.status, to)) return null;
  const nextCheckAt = to === 'pending' ? nextCheck(refund, now) : undefined;
  const next = { ...refundLifecycle.move(refund, to), reference: told?.reference, nextCheckAt };
  const { orderId, id: refundId, key, amount, currency } = refund;
  return { next, events: to === 'succeeded' ? [new RefundSucceeded({ orderId, refundId, key, amount, currency })] : [] };
}

export function failed(refund: Refund, failureCode: string): Change<Refund> | null {
  if (!refundLifecycle.allows(refund.status, 'failed')) return null;
  const { orderId, id: refundId, key, amount } = refund;
  return {
    next: { ...refundLifecycle.move(refund, 'failed'), failureCode, nextCheckAt: undefined },
    events: [new RefundFailed({ orderId, refundId, key, amount, failureCode })],
  };
}

/** Still pending: ask again later, ever more rarely. */
export function postponeRefund(refund: Refund, now: Date): Change<Refund> {
  return { next: { ...refund, nextCheckAt: nextCheck(refund, now) }, events: [] };
}

function nextCheck({ createdAt }: Refund, now: Date): Date {
  const age = now.getTime() - createdAt.getTime();
  return new Date(now.getTime() + Math.min(Math.max(age, soonestCheckMs), latestCheckMs));
}
