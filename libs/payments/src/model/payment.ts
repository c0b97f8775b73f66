import {
  erasedEmail,
  Lifecycle,
  newDocument,
  newId,
  type Change,
  type Currency,
  type DomainEvent,
  type MinorUnits,
  type Stored,
} from '@cartwright/kernel';
import { CaptureRequested, SavedMethodsTouched } from '../contract/internal-events';
import { PaymentAuthorized, PaymentCaptured, PaymentFailed } from '../contract/payment-events';
import type { PaymentStatus, PaymentView } from '../contract/payment-view';
import { AmountMismatch, CaptureTooLarge, RefundTooLarge } from '../contract/refusals';
import type { GatewayPayment } from './gateway-outcome';

/** One attempt to collect an order's total. The document is stored before the gateway is asked, so no charge is ever without one. */
export interface Payment extends Stored {
  readonly orderId: string;
  readonly orderNumber: string;
  /** Which attempt at this order it is, from 1; part of the idempotency key, or a retry would be answered with the old decline for ever. */
  readonly attempt: number;
  readonly provider: string;
  /** What the buyer pays with, as the provider knows it; providers that ask the buyer themselves need none. */
  readonly token?: string;
  /** The provider's customer whose saved method the token is, or is to be. */
  readonly customer?: string;
  /** What the buyer pays with is to be kept for the customer. */
  readonly saveMethod?: boolean;
  readonly email: string;
  readonly amount: MinorUnits;
  readonly currency: Currency;
  /** `manual`: the money is only held at first, and taken when somebody asks for it. */
  readonly captureMode: CaptureMode;
  readonly status: PaymentStatus;
  /** The gateway's id of it, once known. */
  readonly reference?: string;
  readonly clientSecret?: string;
  readonly nextAction?: Readonly<Record<string, unknown>>;
  readonly failureCode?: string;
  /** How much of the held money is to be taken, once that is decided. */
  readonly captureRequested?: MinorUnits;
  readonly capturedAmount: MinorUnits;
  /** Held money that is given up instead of taken. */
  readonly releasedAmount: MinorUnits;
  /** Reserved for refunds, sent or not; never more than was captured. */
  readonly refundedAmount: MinorUnits;
  /** Since when nobody wants it any more, if it was still open then: that it is held is no news since. */
  readonly withdrawnAt?: Date;
  /** When the gateway should be asked again; absent when there is nothing left to learn. */
  readonly nextCheckAt?: Date;
  readonly checks: number;
}

export type CaptureMode = 'automatic' | 'manual';

/** Money that arrives after a payment was given up is still money: hence the moves out of `failed` and `cancelled`. */
export const paymentLifecycle = new Lifecycle<PaymentStatus>('payment', {
  requested: ['action_required', 'confirming', 'authorized', 'captured', 'failed', 'cancelled'],
  action_required: ['confirming', 'authorized', 'captured', 'failed', 'cancelled'],
  confirming: ['authorized', 'captured', 'failed', 'cancelled'],
  authorized: ['captured', 'failed', 'cancelled'],
  failed: ['authorized', 'captured'],
  cancelled: ['authorized', 'captured'],
  captured: [],
});

/** How long the process that recorded a payment has to run it before the sweeper takes it for crashed. */
const firstCheckMs = 10_000;
const confirmingCheckMs = 3_000;
const longestCheckMs = 300_000;
/** Held money lapses, or is given up at the provider, and the one webhook that tells may be lost: goods must not leave for it for long. It comes to an end when the provider says so. */
const heldCheckMs = 3 * 3_600_000;
/** Longer than a call to a gateway can take, with its repetitions. */
const lastLookMs = 300_000;
const longestLookMs = 24 * 3_600_000;
/** Providers keep keys for a day at least (docs.stripe.com/api/idempotent_requests). */
export const collectMs = 23 * 3_600_000;
/** After that an abandoned payment is not asked about any more: a bank that was slow has decided, and of a buyer who comes later still a webhook tells. */
const lateMoneyMs = 14 * longestLookMs;

type NewPayment = Pick<
  Payment,
  'orderId' | 'orderNumber' | 'provider' | 'token' | 'customer' | 'saveMethod' | 'email' | 'amount' | 'currency' | 'captureMode'
>;

export function requestPayment(input: NewPayment, now: Date): Change<Payment> {
  const next: Payment = {
    ...newDocument(newId(), now),
    ...input,
    attempt: 1,
    status: 'requested',
    ...{ capturedAmount: 0, releasedAmount: 0, refundedAmount: 0 },
    nextCheckAt: new Date(now.getTime() + firstCheckMs),
    checks: 0,
  };
  return { next, events: [] };
}

/** Who paid is forgotten; `null` when that is so. */
export function forgetPayer({ clientSecret: _, nextAction: __, ...payment }: Payment): Change<Payment> | null {
  return payment.email === erasedEmail ? null : { next: { ...payment, email: erasedEmail }, events: [] };
}

/** Made of the order and the attempt, never of chance: whoever repeats the call, after whatever crash, repeats this one. */
export function idempotencyKey(payment: Payment): string {
  return `auth:${payment.orderId}:${payment.attempt}`;
}

/**
 * What follows from the state that the gateway reports, or `null` when nothing does. `asked`: somebody asked the gateway after the
 * fact (a webhook or the sweeper); only then do "succeeded" and "authorized" move it on, so that the answer to the first call, the webhook and the
 * sweeper end in the same code.
 */
export function learn(payment: Payment, state: GatewayPayment, how: 'answer' | 'asked', now: Date): Change<Payment> | null {
  const known = { ...payment, reference: state.reference, clientSecret: state.clientSecret ?? payment.clientSecret };
  if (state.status === 'succeeded' && how === 'asked') return payment.status === 'captured' ? takeBack(payment) : capture(known, state);
  if (state.status === 'authorized' && how === 'asked') return authorize(known, state, now);
  const to = statusFor(state);
  if (payment.status === 'action_required' && to === payment.status) return learnOfFailedTry(payment, state.failureCode);
  if (payment.status === to || !paymentLifecycle.allows(payment.status, to)) return null;
  const next = paymentLifecycle.move(known, to);
  if (to === 'failed' || to === 'cancelled') {
    const given = giveUp(next, state.failureCode ?? to);
    return state.stillPayable ? { ...given, next: lookForLateMoney(given.next, now).next } : given;
  }
  return { next: { ...next, nextAction: state.nextAction, nextCheckAt: nextCheck(to, 0, now), checks: 0 }, events: [] };
}

/** Some providers let the buyer try until it works: how the last try ended is told, and nothing else changes. */
function learnOfFailedTry(payment: Payment, failureCode: string | undefined): Change<Payment> | null {
  return failureCode === payment.failureCode ? null : { next: { ...payment, failureCode }, events: [] };
}

/** Whether it can be withdrawn. Held money cannot: it makes the order paid, or goes back the way of refunds. */
export function isOpen({ status }: Payment): boolean {
  return status !== 'authorized' && paymentLifecycle.allows(status, 'cancelled');
}

/**
 * Nobody wants it any more. Decided before the gateway is asked to close it, which gives up held money, too: whoever learns at the same time that money is held has
 * either said so before, and it is not withdrawn, or does not say so any more.
 */
export function withdraw(payment: Payment, now: Date): Change<Payment> {
  return { next: { ...payment, withdrawnAt: now }, events: [] };
}

/** The payment will never succeed: the gateway declined it, or refused the request as such. */
export function fail(payment: Payment, failureCode: string, reference?: string): Change<Payment> | null {
  if (!paymentLifecycle.allows(payment.status, 'failed')) return null;
  return giveUp(paymentLifecycle.move({ ...payment, reference: reference ?? payment.reference }, 'failed'), failureCode);
}

/** The gateway did not know it. A call of ours may still be on its way there, so it is looked for once more. `null` when by now it has its reference after all. */
export function giveUpUncollected(payment: Payment, now: Date): Change<Payment> | null {
  if (payment.reference) return null;
  const given = fail(payment, 'not_collected');
  return given && { ...given, next: lookLater(given.next, now).next };
}

/** When any call that was under way has come to its end. */
export function lookLater(payment: Payment, now: Date): Change<Payment> {
  return { next: { ...payment, nextCheckAt: new Date(now.getTime() + lastLookMs) }, events: [] };
}

/** It was given up, and money may come all the same: looked for after as long again as the payment is old, and at least once a day. */
export function lookForLateMoney(payment: Payment, now: Date): Change<Payment> {
  const wait = Math.min(Math.max(ageOf(payment, now), lastLookMs), longestLookMs);
  return { next: { ...payment, nextCheckAt: new Date(now.getTime() + wait) }, events: [] };
}

/**
 * Whether late money is worth looking for, after what the gateway said of a payment that was given up: as long as money is on its way, and for two weeks after
 * the payment was made where the provider cannot close it. Money that comes later still is learnt of by a webhook, or lapses.
 */
export function mayComeLate(payment: Payment, { status, stillPayable = false }: GatewayPayment, now: Date): boolean {
  return status === 'processing' || (stillPayable && ageOf(payment, now) < lateMoneyMs);
}

export function stopAsking(payment: Payment): Change<Payment> {
  return { next: { ...payment, nextCheckAt: undefined }, events: [] };
}

/** Nothing new was learnt: ask again later, ever more rarely. */
export function postpone(payment: Payment, now: Date): Change<Payment> {
  const checks = payment.checks + 1;
  return { next: { ...payment, checks, nextCheckAt: nextCheck(payment.status, checks, now) }, events: [] };
}

/**
 * Whether the gateway surely still knows the key of a call that was made for it: then asking for the money again is the same call, and the cheapest way to hear what
 * became of it. An older payment is only looked for, and no buyer is charged for what was ordered the day before.
 */
export function mayCollect(payment: Payment, now: Date): boolean {
  return ageOf(payment, now) < collectMs;
}

/** Whether nobody expects money of it any more; it may come all the same. */
export function isGivenUp({ status }: Payment): boolean {
  return status === 'failed' || status === 'cancelled';
}

/** Whether money is held that nobody has decided to take yet. */
export function canCapture(payment: Payment): boolean {
  return isOnlyHeld(payment) && heldAmount(payment) > 0;
}

/** Decides that held money is to be taken: all that was not given up, or less, once. Refuses what is not held. */
export function requestCapture(payment: Payment, asked: MinorUnits | undefined): Change<Payment> {
  const capturable = canCapture(payment) ? heldAmount(payment) : 0;
  const amount = asked ?? capturable;
  if (amount <= 0 || amount > capturable) throw new CaptureTooLarge({ asked: amount, capturable });
  return { next: { ...payment, captureRequested: amount }, events: [new CaptureRequested({ orderId: payment.orderId })] };
}

/**
 * Sets money aside that is to go back: captured money for a refund; held money is given up (`released`), as long as nobody has decided to take it.
 * Refuses more than is left.
 */
export function reserveRefund(
  payment: Payment,
  asked: MinorUnits | undefined,
): { change: Change<Payment>; amount: MinorUnits; released: boolean } {
  const released = isOnlyHeld(payment);
  const refundable = refundableAmount(payment);
  const amount = asked ?? refundable;
  if (amount <= 0 || amount > refundable) throw new RefundTooLarge({ asked: amount, refundable });
  const field = released ? 'releasedAmount' : 'refundedAmount';
  return { change: { next: { ...payment, [field]: payment[field] + amount }, events: [] }, amount, released };
}

/** Gives back what a failed refund had set aside. */
export function releaseRefund(
  payment: Payment,
  { amount, released }: { readonly amount: MinorUnits; readonly released?: boolean },
): Change<Payment> {
  const field = released ? 'releasedAmount' : 'refundedAmount';
  return { next: { ...payment, [field]: payment[field] - amount }, events: [] };
}

export function viewOf(payment: Payment): PaymentView {
  const { orderId, version, provider, status, amount, currency, captureMode, capturedAmount } = payment;
  const { reference, clientSecret, nextAction, failureCode } = payment;
  const open = status === 'action_required' ? { clientSecret, nextAction } : {};
  const money = {
    capturedAmount,
    refundedAmount: payment.refundedAmount + payment.releasedAmount,
    refundableAmount: refundableAmount(payment),
    forgoneAmount: forgoneAmount(payment),
  };
  const pays = status === 'captured' || (status === 'authorized' && captureMode === 'manual');
  return { orderId, version, provider, status, amount, currency, ...money, pays, transactionId: reference, failureCode, ...open };
}

/** The money is held. Where nobody wanted it to be held only, it is taken at once: some gateways have no other way than these two steps. */
function authorize(payment: Payment, state: GatewayPayment, now: Date): Change<Payment> | null {
  if (!paymentLifecycle.allows(payment.status, 'authorized')) return null;
  checkMoney(payment, payment.amount, state.amountCapturable, state.currency);
  const { orderId, amount, currency } = payment;
  const moved = { ...paymentLifecycle.move(payment, 'authorized'), nextAction: undefined, failureCode: undefined };
  // Money that was to be taken and lapsed is not this money: whether it is taken is decided anew.
  const held: Payment = { ...moved, captureRequested: undefined, checks: 0, nextCheckAt: nextCheck('authorized', 0, now) };
  if (payment.captureMode === 'automatic') return requestCapture(held, undefined);
  const events = [new PaymentAuthorized({ orderId, transactionId: state.reference, amount, currency }), ...methodSaved(payment)];
  return { next: held, events };
}

function capture(payment: Payment, state: GatewayPayment): Change<Payment> {
  const { orderId, currency } = payment;
  const capturedAmount = state.amountCaptured;
  checkMoney(payment, dueOf(payment, capturedAmount), capturedAmount, state.currency);
  const moved = { ...paymentLifecycle.move(payment, 'captured'), nextAction: undefined, failureCode: undefined, nextCheckAt: undefined };
  const next = { ...moved, capturedAmount };
  return {
    next: takeBack(next)?.next ?? next,
    events: [new PaymentCaptured({ orderId, transactionId: state.reference, amount: capturedAmount, currency }), ...methodSaved(payment)],
  };
}

/**
 * What should have been taken: what was asked for. Somebody at the gateway itself may have taken held money for which nobody had asked yet, a part of it or all; and with all that was to be taken
 * what had been given up.
 */
function dueOf(payment: Payment, taken: MinorUnits): MinorUnits {
  const { amount, captureMode, captureRequested } = payment;
  const held = heldAmount(payment);
  if (taken === amount && (captureRequested ?? held) === held) return amount;
  if (captureRequested !== undefined) return captureRequested;
  return captureMode === 'manual' && taken <= held ? taken : amount;
}

/** Money that was given up and has been taken all the same, with the rest, is not given up: it is set aside to be sent back. `null` when there is none. */
function takeBack(payment: Payment): Change<Payment> | null {
  const { amount, capturedAmount, releasedAmount, refundedAmount } = payment;
  if (releasedAmount === 0 || capturedAmount !== amount) return null;
  return { next: { ...payment, releasedAmount: 0, refundedAmount: refundedAmount + releasedAmount }, events: [] };
}

function methodSaved({ provider, customer, saveMethod }: Payment): DomainEvent[] {
  return saveMethod && customer ? [new SavedMethodsTouched({ provider, customer })] : [];
}

function checkMoney(payment: Payment, due: MinorUnits, paid: MinorUnits, currency: Currency): void {
  if (paid !== due || currency !== payment.currency) throw new AmountMismatch({ due, paid });
}

function giveUp(payment: Payment, failureCode: string): Change<Payment> {
  const next = { ...payment, failureCode, nextAction: undefined, nextCheckAt: undefined };
  const events: DomainEvent[] = [new PaymentFailed({ orderId: payment.orderId, failureCode })];
  return { next, events };
}

function ageOf({ createdAt }: Payment, now: Date): number {
  return now.getTime() - createdAt.getTime();
}

function isOnlyHeld({ status, captureRequested }: Payment): boolean {
  return status === 'authorized' && captureRequested === undefined;
}

/** What could still go back, or be given up. */
export function refundableAmount(payment: Payment): MinorUnits {
  return isOnlyHeld(payment) ? heldAmount(payment) : takenAmount(payment) - payment.refundedAmount;
}

/** What is held and will not be taken, once that is decided. */
function forgoneAmount(payment: Payment): MinorUnits {
  const isDecided = payment.status === 'captured' || (payment.status === 'authorized' && !isOnlyHeld(payment));
  return isDecided ? heldAmount(payment) - takenAmount(payment) : 0;
}

function heldAmount({ amount, releasedAmount }: Payment): MinorUnits {
  return amount - releasedAmount;
}

/** What has been taken, or is certain to be. */
function takenAmount({ status, capturedAmount, captureRequested = 0 }: Payment): MinorUnits {
  if (status === 'captured') return capturedAmount;
  return status === 'authorized' ? captureRequested : 0;
}

function statusFor(state: GatewayPayment): PaymentStatus {
  if (state.status === 'succeeded' || state.status === 'authorized' || state.status === 'processing') return 'confirming';
  return state.status;
}

function nextCheck(status: PaymentStatus, checks: number, now: Date): Date {
  if (status === 'authorized') return new Date(now.getTime() + heldCheckMs);
  const first = status === 'confirming' ? confirmingCheckMs : firstCheckMs;
  return new Date(now.getTime() + Math.min(first * 2 ** checks, longestCheckMs));
}
