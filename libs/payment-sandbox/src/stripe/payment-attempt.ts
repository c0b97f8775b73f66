import type Stripe from 'stripe';
import { declines, type Decline } from './cards/declines';
import type { TestCard } from './cards/test-cards';
import { documented } from '../http/refusal';
import { Declined } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { emit } from './emit';
import { recordCapture } from './balance-transactions';
import { AUTHORIZATION_SECONDS, chargeFor } from './charge-body';
import { idOf } from './lookups';
import { testCardOf } from './payment-method-body';

/** How the shop asked for this confirmation. */
export interface Terms {
  readonly offSession: boolean;
  readonly errorOnAction: boolean;
  readonly returnUrl: string | undefined;
  readonly baseUrl: string;
}

/** A disputed card is disputed so long after its charge. */
const DISPUTED_AFTER_MS = 1000;

interface Attempt {
  readonly work: Work;
  readonly intent: Row<'payment_intent'>;
  readonly method: Row<'payment_method'>;
  readonly card: TestCard;
}

/** Tries to take the money: asks for the buyer, is refused, or pays or holds the amount. */
export function attemptPayment(
  work: Work,
  intent: Row<'payment_intent'>,
  method: Row<'payment_method'>,
  terms: Terms,
): Stripe.PaymentIntent | Declined {
  const attempt = { work, intent, method, card: testCardOf(method) };
  if (needsBuyer(attempt, terms.offSession)) {
    if (terms.offSession) return decline(attempt, declines.authenticationRequired);
    if (terms.errorOnAction) return declineForAction(attempt);
    return askBuyer(attempt, terms);
  }
  return attempt.card.decline ? decline(attempt, attempt.card.decline) : succeed(attempt);
}

function needsBuyer({ intent, method, card }: Attempt, offSession: boolean): boolean {
  if (intent.notes.authenticated) return false;
  if (card.authentication === 'always') return !(offSession && method.notes.setUp);
  return card.authentication === 'unless_set_up' && !method.notes.setUp;
}

function askBuyer({ work, intent, method }: Attempt, { returnUrl, baseUrl }: Terms): Stripe.PaymentIntent {
  const url = `${baseUrl}/_sandbox/payment_intents/${intent.body.id}/authenticate`;
  const next: Stripe.PaymentIntent.NextAction = returnUrl
    ? { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } }
    : {
        type: 'use_stripe_sdk',
        use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url },
      };
  const { body } = work.save('payment_intent', intent, {
    status: 'requires_action',
    payment_method: method.body.id,
    next_action: next,
    last_payment_error: null,
  });
  emit(work, 'payment_intent.requires_action', body);
  return body;
}

/** The payment fails: a failed charge, and the intent waits for another payment method. */
function decline({ work, intent, method, card }: Attempt, reason: Decline): Declined {
  const charge = chargeFor(work, intent.body, method, card, reason, intent.notes.authenticated === true);
  work.add('charge', charge);
  const cause = {
    type: 'card_error' as const,
    code: reason.code,
    decline_code: reason.declineCode,
    message: reason.message,
    charge: charge.id,
    payment_method: method.body,
  };
  const body = failIntent(work, intent, cause, { latest_charge: charge.id });
  emit(work, 'charge.failed', charge);
  emit(work, 'payment_intent.payment_failed', body);
  return new Declined({ ...cause, payment_intent: body });
}

/** With `error_on_requires_action` the call fails before any charge is made. */
function declineForAction({ work, intent, method }: Attempt): Declined {
  const message = 'This payment required an authentication action to complete, but `error_on_requires_action` was set.';
  const cause = {
    type: 'card_error' as const,
    code: 'authentication_required',
    decline_code: 'authentication_not_handled',
    message,
    payment_method: method.body,
  };
  const body = failIntent(work, intent, cause, {});
  emit(work, 'payment_intent.payment_failed', body);
  return new Declined({ ...cause, payment_intent: body });
}

type Cause = {
  readonly type: 'card_error' | 'invalid_request_error';
  readonly code: string;
  readonly message: string;
  readonly payment_method: Stripe.PaymentMethod;
};

/** The intent after a failed attempt: it has lost its payment method and can be confirmed again with another. */
export function failIntent(
  work: Work,
  intent: Row<'payment_intent'>,
  cause: Cause,
  change: Partial<Stripe.PaymentIntent>,
): Stripe.PaymentIntent {
  const error = documented(cause) as unknown as Stripe.PaymentIntent.LastPaymentError;
  const failed = {
    ...change,
    status: 'requires_payment_method' as const,
    payment_method: null,
    next_action: null,
    last_payment_error: error,
  };
  return work.save('payment_intent', intent, failed, { authenticated: false }).body;
}

function succeed(attempt: Attempt): Stripe.PaymentIntent {
  const { work, intent, method, card } = attempt;
  const charge = chargeFor(work, intent.body, method, card, undefined, intent.notes.authenticated === true);
  const made = work.add('charge', charge);
  if (card.dispute) work.schedule('open_dispute', charge.id, DISPUTED_AFTER_MS);
  const told = charge.captured ? work.save('charge', made, { balance_transaction: recordCapture(work, charge, charge.amount) }) : made;
  emit(work, 'charge.succeeded', told.body);
  keepOrSpend(attempt);
  const paid = { latest_charge: charge.id, payment_method: method.body.id, next_action: null, last_payment_error: null };
  if (charge.captured) {
    const { body } = work.save(
      'payment_intent',
      intent,
      { ...paid, status: 'succeeded', amount_received: charge.amount },
      { authenticated: false },
    );
    emit(work, 'payment_intent.succeeded', body);
    return body;
  }
  const { body } = work.save(
    'payment_intent',
    intent,
    { ...paid, status: 'requires_capture', amount_capturable: charge.amount },
    { authenticated: false },
  );
  emit(work, 'payment_intent.amount_capturable_updated', body);
  work.schedule('expire_authorization', body.id, AUTHORIZATION_SECONDS * 1000);
  return body;
}

/** `setup_future_usage` saves the card to the customer; a card of nobody can pay only once. */
function keepOrSpend({ work, intent, method }: Attempt): void {
  if (idOf(method.body.customer)) return;
  const customer = idOf(intent.body.customer);
  if (!customer || !intent.body.setup_future_usage) {
    work.save('payment_method', method, {}, { spent: true });
    return;
  }
  const { body } = work.save('payment_method', method, { customer }, { setUp: intent.body.setup_future_usage === 'off_session' });
  emit(work, 'payment_method.attached', body);
}
