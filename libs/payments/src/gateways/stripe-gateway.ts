import { Logger } from '@nestjs/common';
import type { Currency, MinorUnits } from '@cartwright/kernel';
import Stripe from 'stripe';
import { BadSignature, NotSupportedByProvider } from '../contract/refusals';
import type {
  CaptureOutcome,
  CollectOutcome,
  FindOutcome,
  GatewayEvent,
  GatewayPayment,
  LookUpOutcome,
  RefundOutcome,
} from '../model/gateway-outcome';
import { collectMs, idempotencyKey, type Payment } from '../model/payment';
import { mayBeMade, type Refund } from '../model/refund';
import { PaymentGateway, type GatewayLimits, type KnownPayment } from './payment-gateway';
import { fromStripe, stripeLimits, toStripe } from './stripe-amounts';
import { StripeVault } from './stripe-vault';

export interface StripeOptions {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Another server that speaks Stripe's API, such as the payment sandbox. */
  readonly apiUrl?: string;
  /** Among so many payments one of ours is looked for whose call was not answered; 20,000 unless given. */
  readonly mostSeen?: number;
}

/** A webhook may be this old, or this far in the future (the SDK itself checks only its age). */
const toleranceMs = 300_000;
const timeoutMs = 10_000;
const retries = 2;
/** Two hundred pages of Stripe's. */
const mostSeen = 20_000;
/** What a cancellation would have closed. */
const open: ReadonlySet<GatewayPayment['status']> = new Set(['action_required', 'authorized', 'failed']);
/** So much may our clock differ from Stripe's. */
const clockSkewSeconds = 300;

/** The adapter for Stripe (docs.stripe.com/api), through its own SDK at the pinned version. */
export class StripeGateway extends PaymentGateway {
  readonly provider = 'stripe';
  readonly capabilities = { separateCapture: true, partialCapture: true, voids: true, savedMethods: true, tokenFirst: true };
  override readonly vault: StripeVault;
  private readonly logger = new Logger(StripeGateway.name);
  private readonly stripe: Stripe;
  private readonly mostSeen: number;

  constructor(private readonly options: StripeOptions) {
    super();
    const other = options.apiUrl ? new URL(options.apiUrl) : undefined;
    const address = other
      ? { host: other.hostname, port: other.port, protocol: other.protocol === 'http:' ? ('http' as const) : ('https' as const) }
      : {};
    this.stripe = new Stripe(options.secretKey, { timeout: timeoutMs, maxNetworkRetries: retries, telemetry: false, ...address });
    this.vault = new StripeVault(this.stripe);
    this.mostSeen = options.mostSeen ?? mostSeen;
  }

  limits(currency: Currency): GatewayLimits {
    return stripeLimits(currency);
  }

  async collect(payment: Payment): Promise<CollectOutcome> {
    const amount = toStripe(payment.amount, payment.currency);
    if (amount === undefined) return { kind: 'rejected', failureCode: 'invalid_amount' };
    try {
      const intent = await this.stripe.paymentIntents.create(
        {
          amount,
          currency: payment.currency.toLowerCase(),
          payment_method: payment.token,
          customer: payment.customer,
          setup_future_usage: payment.saveMethod ? 'on_session' : undefined,
          capture_method: payment.captureMode === 'manual' ? 'manual' : 'automatic',
          confirm: true,
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          description: `Order ${payment.orderNumber}`,
          metadata: { orderId: payment.orderId, orderNumber: payment.orderNumber, attempt: String(payment.attempt) },
        },
        { idempotencyKey: idempotencyKey(payment) },
      );
      return outcomeOf(readIntent(intent));
    } catch (error) {
      return this.collectFailed(error);
    }
  }

  /**
   * Stripe keeps even a 500 under its idempotency key for a day and gives it again to every repetition (docs.stripe.com/api/idempotent_requests),
   * so repeating alone would never find out. Our metadata tells which payment is ours. It may have been made any time after it was recorded here: hours later, when
   * the shop was down meanwhile; but not after {@link collectMs}, when nobody asks for it any more. Where that is more than can be gone through, nobody knows.
   */
  async find({ orderId, attempt, createdAt }: Payment): Promise<FindOutcome> {
    try {
      const since = Math.floor(createdAt.getTime() / 1000) - clockSkewSeconds;
      const until = since + Math.ceil((collectMs + (retries + 1) * timeoutMs) / 1000) + 2 * clockSkewSeconds;
      let seen = 0;
      for await (const intent of this.stripe.paymentIntents.list({ created: { gte: since, lte: until }, limit: 100 })) {
        if (intent.metadata.orderId === orderId && intent.metadata.attempt === String(attempt))
          return { kind: 'ok', payment: readIntent(intent) };
        if ((seen += 1) >= this.mostSeen) return this.unknown(new Error(`it is not among the ${seen} payments that were made last`));
      }
      return { kind: 'none' };
    } catch (error) {
      return this.unknown(error);
    }
  }

  async lookUp({ reference }: KnownPayment): Promise<LookUpOutcome> {
    return this.asked(() => this.stripe.paymentIntents.retrieve(reference));
  }

  /**
   * Whatever is not taken is given up with it (docs.stripe.com/payments/place-a-hold-on-a-payment-method). Without a key of ours, as a second capture is impossible
   * anyhow: a 500 that Stripe kept under it would be the answer to every repetition for a day.
   */
  async capture(payment: KnownPayment): Promise<CaptureOutcome> {
    const captured = await this.captured(payment);
    // One that cannot be captured was captured or cancelled before, by an earlier call or by somebody at Stripe; asking tells which.
    return captured.kind === 'declined' ? this.lookUp(payment) : captured;
  }

  private async captured(payment: KnownPayment): Promise<CaptureOutcome> {
    try {
      const { captureRequested = payment.amount, currency } = payment;
      const amount_to_capture = toStripe(captureRequested, currency);
      if (amount_to_capture === undefined) return { kind: 'declined', failureCode: 'invalid_amount' };
      return {
        kind: 'ok',
        payment: readIntent(await this.stripe.paymentIntents.capture(payment.reference, { amount_to_capture })),
      };
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && !isKeyInUse(error)) {
        return { kind: 'declined', failureCode: error.code ?? 'invalid_request' };
      }
      return this.unknown(error);
    }
  }

  /** Without a key of ours, as with a capture. */
  async cancel(payment: KnownPayment): Promise<LookUpOutcome> {
    const cancelled = await this.asked(() => this.stripe.paymentIntents.cancel(payment.reference));
    if (cancelled.kind === 'ok') return cancelled;
    // One that can no longer be cancelled has succeeded or is cancelled already; one that is still open was not cancelled, and the buyer may still pay it.
    const told = await this.lookUp(payment);
    return told.kind === 'ok' && open.has(told.payment.status) ? cancelled : told;
  }

  async refund(refund: Refund): Promise<RefundOutcome> {
    const { paymentReference, orderId, id, attempt } = refund;
    const amount = toStripe(refund.amount, refund.currency);
    if (amount === undefined) return { kind: 'declined', failureCode: 'invalid_amount' };
    if (mayBeMade(refund, new Date())) {
      const known = await this.findRefund(refund);
      if (known) return known;
    }
    const outcome = await this.refunded(() =>
      this.stripe.refunds.create(
        { payment_intent: paymentReference, amount, metadata: { orderId, refundId: id, attempt: String(attempt) } },
        { idempotencyKey: `refund:${orderId}:${id}:${attempt}` },
      ),
    );
    return outcome.kind === 'unknown' ? ((await this.findRefund(refund)) ?? outcome) : outcome;
  }

  /**
   * As with payments, a 500 is given again to every repetition: whether the refund was made is seen among those of the payment. One of an earlier attempt is it, too, unless it failed:
   * Stripe's people may have brought a call to its end that had been answered by a 500. Nothing, when there is none.
   */
  private async findRefund({ id, attempt, paymentReference }: Refund): Promise<RefundOutcome | undefined> {
    try {
      for await (const made of this.stripe.refunds.list({ payment_intent: paymentReference, limit: 100 })) {
        const isOver = made.status === 'failed' || made.status === 'canceled';
        if (made.metadata?.refundId === id && (made.metadata.attempt === String(attempt) || !isOver))
          return await this.refunded(() => Promise.resolve(made));
      }
      return undefined;
    } catch (error) {
      return this.unknown(error);
    }
  }

  async lookUpRefund({ reference }: Refund & { readonly reference: string }): Promise<RefundOutcome> {
    return this.refunded(() => this.stripe.refunds.retrieve(reference, { expand: ['charge'] }));
  }

  /** The client secret lets the buyer's client finish a payment with Stripe itself; nothing comes back that would prove it. */
  checkReturn(): never {
    throw new NotSupportedByProvider({ provider: this.provider, what: 'confirm a payment by what the client brings back' });
  }

  readWebhook(rawBody: Buffer, headers: Readonly<Record<string, string | undefined>>, now: Date): GatewayEvent {
    const signature = headers['stripe-signature'] ?? '';
    const times = signature.split(',').filter((part) => part.startsWith('t='));
    // Of several times the SDK signs over the last: none but the one that it checks may pass for the age.
    const signedAt = times.length === 1 ? Number(/^t=(\d{1,12})$/.exec(times[0]!)?.[1]) * 1000 : NaN;
    if (!(Math.abs(now.getTime() - signedAt) <= toleranceMs)) throw new BadSignature({});
    try {
      const event = this.stripe.webhooks.constructEvent(rawBody, signature, this.options.webhookSecret, toleranceMs / 1000);
      return readEvent(event);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) throw new BadSignature({});
      throw error;
    }
  }

  private collectFailed(error: unknown): CollectOutcome {
    if (isKeyInUse(error)) return this.unknown(error);
    if (error instanceof Stripe.errors.StripeCardError) {
      return { kind: 'declined', failureCode: error.decline_code ?? error.code ?? 'card_declined', reference: error.payment_intent?.id };
    }
    if (error instanceof Stripe.errors.StripeInvalidRequestError) {
      this.logger.warn(`Stripe rejected a payment: ${error.message}`);
      return { kind: 'rejected', failureCode: error.code ?? 'invalid_request' };
    }
    return this.unknown(error);
  }

  private async asked(call: () => Promise<Stripe.PaymentIntent>): Promise<LookUpOutcome> {
    try {
      return { kind: 'ok', payment: readIntent(await call()) };
    } catch (error) {
      return this.unknown(error);
    }
  }

  private async refunded(call: () => Promise<Stripe.Refund>): Promise<RefundOutcome> {
    try {
      const refund = await call();
      if (refund.status === 'failed' || refund.status === 'canceled')
        return { kind: 'declined', failureCode: refund.failure_reason ?? refund.status };
      const currency = refund.currency.toUpperCase();
      const told = { reference: refund.id, amount: fromStripe(refund.amount, currency), currency, returned: returnedOf(refund, currency) };
      return { kind: refund.status === 'succeeded' ? 'ok' : 'pending', ...told };
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && !isKeyInUse(error)) {
        return { kind: 'declined', failureCode: error.code ?? 'invalid_request' };
      }
      return isKept(error) ? { ...this.unknown(error), spent: true } : this.unknown(error);
    }
  }

  /** A timeout, a reset, a 5xx, a 429, or a key of ours that Stripe no longer takes: none of them says whether it happened. */
  private unknown(error: unknown): { readonly kind: 'unknown'; readonly reason: string } {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.logger.warn(`Stripe gave no answer: ${reason}`);
    return { kind: 'unknown', reason };
  }
}

/** Of a charge that was captured in part Stripe makes the rest a refund, which counts in `amount_refunded`: of that money none was ever taken. */
function returnedOf({ charge }: Stripe.Refund, currency: Currency): MinorUnits | undefined {
  if (!charge || typeof charge === 'string' || charge.amount_captured === charge.amount) return undefined;
  return fromStripe(charge.amount_refunded - (charge.amount - charge.amount_captured), currency);
}

/** The first call with our key still runs at Stripe: its answer is not known yet. */
function isKeyInUse(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.statusCode === 409;
}

/** A failure that Stripe has kept under our key, and gives to every call with it for a day ("Idempotent requests"): the call itself is over. */
function isKept(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeAPIError && error.headers?.['idempotent-replayed'] === 'true';
}

function outcomeOf(payment: GatewayPayment): CollectOutcome {
  if (payment.status === 'action_required') return { kind: 'action_required', payment };
  if (payment.status === 'failed' || payment.status === 'cancelled') {
    return { kind: 'declined', failureCode: payment.failureCode ?? payment.status, reference: payment.reference };
  }
  return { kind: 'ok', payment };
}

const statuses: Readonly<Record<Stripe.PaymentIntent.Status, GatewayPayment['status']>> = {
  succeeded: 'succeeded',
  processing: 'processing',
  requires_action: 'action_required',
  // Nothing of ours leaves a payment unconfirmed, so this means that it did not come to pass.
  requires_confirmation: 'failed',
  requires_capture: 'authorized',
  requires_payment_method: 'failed',
  canceled: 'cancelled',
};

function readIntent(intent: Stripe.PaymentIntent): GatewayPayment {
  const { id, status, amount_received, amount_capturable, client_secret, next_action, last_payment_error } = intent;
  const currency = intent.currency.toUpperCase();
  return {
    reference: id,
    status: statuses[status] ?? 'processing',
    amountCaptured: fromStripe(amount_received, currency),
    amountCapturable: fromStripe(amount_capturable, currency),
    currency,
    clientSecret: client_secret ?? undefined,
    nextAction: next_action ? (JSON.parse(JSON.stringify(next_action)) as Record<string, unknown>) : undefined,
    failureCode: last_payment_error?.decline_code ?? last_payment_error?.code ?? intent.cancellation_reason ?? undefined,
  };
}

/** The families of events that can change a payment or a refund of ours (docs.stripe.com/api/events/types). */
const matters =
  /^(payment_intent\.(succeeded|amount_capturable_updated|payment_failed|canceled|processing|requires_action)|charge\.refunded|refund\.(created|updated|failed))$/;

/** The events after which a customer's saved methods may be others. */
const touchesMethods = /^(setup_intent\.succeeded|payment_method\.(attached|detached|updated|automatically_updated)|customer\.deleted)$/;

interface EventObject {
  readonly id?: string;
  readonly object?: string;
  readonly payment_intent?: string | { id: string } | null;
  readonly customer?: string | { id: string } | null;
  readonly metadata?: Record<string, string> | null;
}

function readEvent(event: Stripe.Event): GatewayEvent {
  const object = event.data.object as EventObject;
  const intent = object.object === 'payment_intent' ? object.id : object.payment_intent;
  return {
    id: event.id,
    type: event.type,
    reference: typeof intent === 'object' ? intent?.id : intent,
    refund: object.object === 'refund' ? object.id : undefined,
    orderId: object.metadata?.orderId,
    matters: matters.test(event.type),
    customer: touchesMethods.test(event.type) ? customerOf(object, event.data.previous_attributes) : undefined,
  };
}

/** A detached method tells only whose it was. */
function customerOf(object: EventObject, before: EventObject | undefined): string | undefined {
  if (object.object === 'customer') return object.id;
  const customer = object.customer ?? before?.customer;
  return typeof customer === 'object' ? customer?.id : customer;
}
