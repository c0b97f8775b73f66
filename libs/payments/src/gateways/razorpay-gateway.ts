import { decimalsOf, type Currency } from '@cartwright/kernel';
import type {
  CaptureOutcome,
  CollectOutcome,
  FindOutcome,
  GatewayEvent,
  GatewayPayment,
  LookUpOutcome,
  RefundOutcome,
} from '../model/gateway-outcome';
import { idempotencyKey, type Payment } from '../model/payment';
import { mayBeMade, type Refund } from '../model/refund';
import { PaymentGateway, type GatewayLimits, type KnownPayment } from './payment-gateway';
import { RazorpayClient, type RazorpayAccess, type RazorpayAnswer } from './razorpay-client';
import {
  collectionOf,
  isOrder,
  isPayment,
  isRefund,
  type Collection,
  type RazorpayPayment,
  type RazorpayRefund,
} from './razorpay-entities';
import { checkSignature, readRazorpayWebhook } from './razorpay-signatures';

export interface RazorpayOptions extends RazorpayAccess {
  readonly webhookSecret: string;
}

/**
 * One unit of most currencies ("Create an Order", Errors: "The amount must be at least INR 1.00"). The most is each account's own and is told by nobody but
 * Razorpay, by refusing the order.
 */
const limits = { least: 100, most: Number.MAX_SAFE_INTEGER };

/** How long held money waits for us, in minutes: the longest that can be asked for ("Configure Payment Capture Settings using Orders API"). */
const longestHoldMinutes = 7200;
const refundsPerPage = 100;
/** Among so many refunds of a payment one of ours is looked for. */
const mostRefundsSeen = 10_000;

/**
 * The adapter for Razorpay (razorpay.com/docs/api), which is order-first: our attempt is an order there, and its id is our reference. The buyer pays the order in
 * the browser, in as many tries as it takes, each of them a payment of the order; an order is paid once at most ("About Orders"). Money is always held first
 * and taken by us, so that none is taken that is not what was due.
 */
export class RazorpayGateway extends PaymentGateway {
  readonly provider = 'razorpay';
  readonly capabilities = { separateCapture: true, partialCapture: false, voids: false, savedMethods: false, tokenFirst: false };
  private readonly client: RazorpayClient;

  constructor(private readonly options: RazorpayOptions) {
    super();
    this.client = new RazorpayClient(options);
  }

  /** Of three decimals the last is 0 ("Create an Order", `amount`). */
  limits(currency: Currency): GatewayLimits {
    return { ...limits, step: decimalsOf(currency) === 3 ? 10 : 1 };
  }

  /** With `unique_receipt` a repeated call finds the order of the first ("Retries and Idempotency"). */
  async collect(payment: Payment): Promise<CollectOutcome> {
    const { orderId, orderNumber, attempt, amount, currency } = payment;
    const made = await this.client.call({
      method: 'POST',
      path: 'orders',
      body: {
        ...{ amount, currency, receipt: idempotencyKey(payment), unique_receipt: true },
        notes: { orderId, orderNumber, attempt: String(attempt) },
        payment: { capture: 'manual', capture_options: { manual_expiry_period: longestHoldMinutes, refund_speed: 'normal' } },
      },
      fits: isOrder,
    });
    if (made.kind === 'refused') return { kind: 'rejected', failureCode: made.failureCode };
    return made.kind === 'ok' ? { kind: 'action_required', payment: this.stateOf({ ...payment, reference: made.body.id }, []) } : made;
  }

  async find(payment: Payment): Promise<FindOutcome> {
    const receipt = idempotencyKey(payment);
    const listed = await this.client.call({
      method: 'GET',
      path: `orders?receipt=${encodeURIComponent(receipt)}`,
      fits: collectionOf(isOrder),
    });
    if (listed.kind !== 'ok') return unanswered(listed);
    const order = listed.body.items.find((item) => item.receipt === receipt);
    return order ? this.lookUp({ ...payment, reference: order.id }) : { kind: 'none' };
  }

  async lookUp(payment: KnownPayment): Promise<LookUpOutcome> {
    const paid = await this.paymentsOf(payment.reference);
    return paid.kind === 'ok' ? { kind: 'ok', payment: this.stateOf(payment, paid.body.items) } : unanswered(paid);
  }

  /** "Capture a Payment": all of it, once. What cannot be captured was before, or its time is over; asking tells which. */
  async capture(payment: KnownPayment): Promise<CaptureOutcome> {
    const { captureRequested = payment.amount, currency, reference } = payment;
    const paid = await this.paymentsOf(reference);
    if (paid.kind !== 'ok') return unanswered(paid);
    const held = paid.body.items.find(isHeld);
    if (!held || paid.body.items.some(isTaken)) return { kind: 'ok', payment: this.stateOf(payment, paid.body.items) };
    if (held.amount !== captureRequested) return { kind: 'declined', failureCode: 'invalid_amount' };
    const path = `payments/${encodeURIComponent(held.id)}/capture`;
    const captured = await this.client.call({ method: 'POST', path, body: { amount: captureRequested, currency }, fits: isPayment });
    return captured.kind === 'unknown' ? captured : this.lookUp(payment);
  }

  /** An order cannot be closed, nor held money given up: what is open we call cancelled, and should it be paid after all, that is late money, which goes back. */
  async cancel(payment: KnownPayment): Promise<LookUpOutcome> {
    const told = await this.lookUp(payment);
    if (told.kind !== 'ok' || told.payment.status !== 'action_required') return told;
    return { kind: 'ok', payment: { ...told.payment, status: 'cancelled', nextAction: undefined, stillPayable: true } };
  }

  /**
   * Known again by its idempotency key ("Create a Normal Refund (Idempotent Request)") and by its receipt: before the call where the key may be forgotten (Razorpay does not say
   * for how long it is kept), and after it where it was of no avail.
   */
  async refund(refund: Refund): Promise<RefundOutcome> {
    const { paymentReference, orderId, id, attempt, amount } = refund;
    const paid = await this.paymentsOf(paymentReference);
    if (paid.kind !== 'ok') return unanswered(paid);
    const taken = paid.body.items.find(isTaken);
    if (!taken) return { kind: 'declined', failureCode: 'not_captured' };
    if (mayBeMade(refund, new Date())) {
      const known = await this.findRefund(taken, refund);
      if (known) return known;
    }
    const path = `payments/${encodeURIComponent(taken.id)}/refund`;
    const body = { amount, speed: 'normal', receipt: receiptOf(refund), notes: { orderId, refundId: id, attempt: String(attempt) } };
    const headers = { 'x-refund-idempotency': `refund-${id}-${attempt}` };
    const sent = await this.client.call({ method: 'POST', path, body, headers, fits: isRefund });
    if (sent.kind === 'ok') return refundOutcome(sent.body);
    const otherwise: RefundOutcome = sent.kind === 'refused' ? { kind: 'declined', failureCode: sent.failureCode } : sent;
    return (await this.findRefund(taken, refund)) ?? otherwise;
  }

  async lookUpRefund({ reference }: Refund & { readonly reference: string }): Promise<RefundOutcome> {
    const told = await this.client.call({ method: 'GET', path: `refunds/${encodeURIComponent(reference)}`, fits: isRefund });
    return told.kind === 'ok' ? refundOutcome(told.body) : unanswered(told);
  }

  /** "Build Integration", Verify Payment Signature: over the order that we asked for, never over one that the client names. */
  checkReturn({ reference }: KnownPayment, proof: Readonly<Record<string, string>>): void {
    checkSignature(`${reference}|${proof.razorpayPaymentId}`, proof.razorpaySignature, this.options.keySecret);
  }

  readWebhook(rawBody: Buffer, headers: Readonly<Record<string, string | undefined>>): GatewayEvent {
    return readRazorpayWebhook(rawBody, headers, this.options.webhookSecret);
  }

  private paymentsOf(orderReference: string): Promise<RazorpayAnswer<Collection<RazorpayPayment>>> {
    const path = `orders/${encodeURIComponent(orderReference)}/payments`;
    return this.client.call({ method: 'GET', path, fits: collectionOf(isPayment) });
  }

  /** One of an earlier attempt is it, too, unless it failed. Nothing, when there is none; where there are too many to go through, nobody knows. */
  private async findRefund(taken: RazorpayPayment, { id, attempt }: Refund): Promise<RefundOutcome | undefined> {
    const receipt = receiptOf({ id, attempt });
    for (let skip = 0; skip < mostRefundsSeen; skip += refundsPerPage) {
      const path = `payments/${encodeURIComponent(taken.id)}/refunds?count=${refundsPerPage}&skip=${skip}`;
      const page = await this.client.call({ method: 'GET', path, fits: collectionOf(isRefund) });
      if (page.kind !== 'ok') return unanswered(page);
      const made = page.body.items.find(
        (item) => item.receipt === receipt || (item.receipt?.startsWith(`${id}:`) && item.status !== 'failed'),
      );
      if (made) return refundOutcome(made);
      if (page.body.items.length < refundsPerPage) return undefined;
    }
    return { kind: 'unknown', reason: `it is not among the last ${mostRefundsSeen} refunds of its payment` };
  }

  /** What the payments of an order add up to: a failed one is no end, as the buyer may try again, and the bank may change its mind. */
  private stateOf({ reference, amount, currency }: KnownPayment, payments: readonly RazorpayPayment[]): GatewayPayment {
    const nothing = { reference, currency, amountCaptured: 0, amountCapturable: 0 };
    const taken = payments.find(isTaken);
    if (taken) return { ...nothing, status: 'succeeded', amountCaptured: taken.amount, currency: taken.currency };
    const held = payments.find(isHeld);
    if (held) return { ...nothing, status: 'authorized', amountCapturable: held.amount, currency: held.currency };
    if (payments.some(({ status }) => status === 'refunded'))
      return { ...nothing, status: 'cancelled', failureCode: 'authorization_lapsed' };
    // The newest comes first.
    const failureCode = payments.find(({ status }) => status === 'failed')?.error_reason ?? undefined;
    const nextAction = { type: 'razorpay_checkout', key: this.options.keyId, orderId: reference, amount, currency };
    return { ...nothing, status: 'action_required', nextAction, failureCode };
  }
}

function isTaken({ captured }: RazorpayPayment): boolean {
  return captured;
}

function isHeld({ status }: RazorpayPayment): boolean {
  return status === 'authorized';
}

function receiptOf({ id, attempt }: Pick<Refund, 'id' | 'attempt'>): string {
  return `${id}:${attempt}`;
}

function refundOutcome({ id, status, amount, currency }: RazorpayRefund): RefundOutcome {
  if (status === 'failed') return { kind: 'declined', failureCode: 'refund_failed' };
  return { kind: status === 'processed' ? 'ok' : 'pending', reference: id, amount, currency };
}

/** A question that was refused tells as little as one that got no answer. */
function unanswered(answer: Exclude<RazorpayAnswer<unknown>, { kind: 'ok' }>): { readonly kind: 'unknown'; readonly reason: string } {
  return answer.kind === 'unknown' ? answer : { kind: 'unknown', reason: `refused: ${answer.failureCode}` };
}
