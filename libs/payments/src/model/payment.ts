import {
  Lifecycle,
  newDocument,
  newId,
  type Change,
  type Currency,
  type DomainEvent,
  type MinorUnits,
  type Stored,
} from '@cartwright/kernel';
import { PaymentCaptured, PaymentFailed } from '../contract/payment-events';
import type { PaymentStatus, PaymentView } from '../contract/payment-view';
import { AmountMismatch, RefundTooLarge } from '../contract/refusals';
import type { GatewayPayment } from './gateway-outcome';

/** One attempt to collect an order's total. The document is stored before the gateway is asked, so no charge is ever without one. */
export interface Payment extends Stored {
  readonly orderId: string;
  readonly orderNumber: string;
  /** Which attempt at this order it is, from 1; part of the idempotency key, or a retry would be answered with the old decline for ever. */
  readonly attempt: number;
  readonly provider: string;
  readonly token: string;
  readonly email: string;
  readonly amount: MinorUnits;
  readonly currency: Currency;
  readonly status: PaymentStatus;
  /** The gateway's id of it, once known. */
  readonly reference?: string;
  readonly clientSecret?: string;
  readonly nextAction?: Readonly<Record<string, unknown>>;
  readonly failureCode?: string;
  /** Reserved for refunds, sent or not; never more than the amount. */
  readonly refundedAmount: MinorUnits;
  /** When the gateway should be asked again; absent when there is nothing left to learn. */
  readonly nextCheckAt?: Date;
  readonly checks: number;
}

/** Money that arrives after a payment was given up is still money: hence the moves to `captured`. */
export const paymentLifecycle = new Lifecycle<PaymentStatus>('payment', {
  requested: ['action_required', 'confirming', 'captured', 'failed', 'cancelled'],
  action_required: ['confirming', 'captured', 'failed', 'cancelled'],
  confirming: ['captured', 'failed', 'cancelled'],
  failed: ['captured'],
  cancelled: ['captured'],
  captured: [],
});

/** How long the process that recorded a payment has to run it before the sweeper takes it for crashed. */
const firstCheckMs = 10_000;
const confirmingCheckMs = 3_000;
const longestCheckMs = 300_000;

type NewPayment = Pick<Payment, 'orderId' | 'orderNumber' | 'provider' | 'token' | 'email' | 'amount' | 'currency'>;

export function requestPayment(input: NewPayment, now: Date): Change<Payment> {
  const next: Payment = {
    ...newDocument(newId(), now),
    ...input,
    attempt: 1,
    status: 'requested',
    refundedAmount: 0,
    nextCheckAt: new Date(now.getTime() + firstCheckMs),
    checks: 0,
  };
  return { next, events: [] };
}

/** Made of the order and the attempt, never of chance: whoever repeats the call, after whatever crash, repeats this one. */
export function idempotencyKey(payment: Payment): string {
  return `auth:${payment.orderId}:${payment.attempt}`;
}

/**
 * What follows from the state that the gateway reports, or `null` when nothing does. `asked`: somebody asked the gateway after the
 * fact (a webhook or the sweeper); only then does "succeeded" make it captured, so that the answer to the first call, the webhook and the sweeper end in the same code.
 */
export function learn(payment: Payment, state: GatewayPayment, how: 'answer' | 'asked', now: Date): Change<Payment> | null {
  const known = { ...payment, reference: state.reference, clientSecret: state.clientSecret ?? payment.clientSecret };
  if (state.status === 'succeeded' && how === 'asked') return payment.status === 'captured' ? null : capture(known, state);
  const to = statusFor(state);
  if (payment.status === to || !paymentLifecycle.allows(payment.status, to)) return null;
  const next = paymentLifecycle.move(known, to);
  if (to === 'failed' || to === 'cancelled') return giveUp(next, state.failureCode ?? to);
  return { next: { ...next, nextAction: state.nextAction, nextCheckAt: nextCheck(to, 0, now), checks: 0 }, events: [] };
}

/** The payment will never succeed: the gateway declined it, or refused the request as such. */
export function fail(payment: Payment, failureCode: string, reference?: string): Change<Payment> | null {
  if (!paymentLifecycle.allows(payment.status, 'failed')) return null;
  return giveUp(paymentLifecycle.move({ ...payment, reference: reference ?? payment.reference }, 'failed'), failureCode);
}

/** Nothing new was learnt: ask again later, ever more rarely. */
export function postpone(payment: Payment, now: Date): Change<Payment> {
  const checks = payment.checks + 1;
  return { next: { ...payment, checks, nextCheckAt: nextCheck(payment.status, checks, now) }, events: [] };
}

/** Sets captured money aside for a refund. Refuses more than is left. */
export function reserveRefund(payment: Payment, asked: MinorUnits | undefined): { change: Change<Payment>; amount: MinorUnits } {
  const refundable = payment.status === 'captured' ? payment.amount - payment.refundedAmount : 0;
  const amount = asked ?? refundable;
  if (amount <= 0 || amount > refundable) throw new RefundTooLarge({ asked: amount, refundable });
  return { change: { next: { ...payment, refundedAmount: payment.refundedAmount + amount }, events: [] }, amount };
}

/** Gives back what a failed refund had set aside. */
export function releaseRefund(payment: Payment, amount: MinorUnits): Change<Payment> {
  return { next: { ...payment, refundedAmount: payment.refundedAmount - amount }, events: [] };
}

export function viewOf(payment: Payment): PaymentView {
  const { orderId, provider, status, amount, currency, refundedAmount, reference, clientSecret, nextAction, failureCode } = payment;
  const open = status === 'action_required' ? { clientSecret, nextAction } : {};
  return { orderId, provider, status, amount, currency, refundedAmount, transactionId: reference, failureCode, ...open };
}

function capture(payment: Payment, state: GatewayPayment): Change<Payment> {
  if (state.amountCaptured !== payment.amount || state.currency !== payment.currency)
    throw new AmountMismatch({ due: payment.amount, paid: state.amountCaptured });
  const { orderId, amount, currency } = payment;
  const next = { ...paymentLifecycle.move(payment, 'captured'), nextAction: undefined, failureCode: undefined, nextCheckAt: undefined };
  return { next, events: [new PaymentCaptured({ orderId, transactionId: state.reference, amount, currency })] };
}

function giveUp(payment: Payment, failureCode: string): Change<Payment> {
  const next = { ...payment, failureCode, nextAction: undefined, nextCheckAt: undefined };
  const events: DomainEvent[] = [new PaymentFailed({ orderId: payment.orderId, failureCode })];
  return { next, events };
}

function statusFor(state: GatewayPayment): PaymentStatus {
  if (state.status === 'succeeded' || state.status === 'processing') return 'confirming';
  return state.status;
}

function nextCheck(status: PaymentStatus, checks: number, now: Date): Date {
  const first = status === 'confirming' ? confirmingCheckMs : firstCheckMs;
  return new Date(now.getTime() + Math.min(first * 2 ** checks, longestCheckMs));
}
