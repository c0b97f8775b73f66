import type Stripe from 'stripe';
import { Declined } from '../http/routes';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { emit } from './emit';
import { idOf, named } from './lookups';
import { attemptPayment, failIntent } from './payment-attempt';
import { checkMove } from './payment-intent-states';

/** The buyer's answer to 3-D Secure, as if given in the browser: the payment goes on, or waits for another payment method. */
export function authenticateIntent(work: Work, row: Row<'payment_intent'>, succeeds: boolean): Stripe.PaymentIntent {
  checkMove(row.body, 'authenticate');
  const method = named(work, 'payment_method', idOf(row.body.payment_method) as string, 'payment_method');
  if (!succeeds) return refuse(work, row, method.body);
  if (row.body.confirmation_method === 'manual') {
    // With manual confirmation the shop's server confirms once more (docs, "Finalize payments on the server").
    return work.save('payment_intent', row, { status: 'requires_confirmation', next_action: null }, { authenticated: true }).body;
  }
  const passed = work.save('payment_intent', row, { next_action: null }, { authenticated: true });
  const outcome = attemptPayment(work, passed, method, { offSession: false, errorOnAction: false, returnUrl: undefined, baseUrl: '' });
  return outcome instanceof Declined ? (outcome.error.payment_intent as Stripe.PaymentIntent) : outcome;
}

function refuse(work: Work, row: Row<'payment_intent'>, method: Stripe.PaymentMethod): Stripe.PaymentIntent {
  const message =
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.';
  const body = failIntent(
    work,
    row,
    { type: 'invalid_request_error', code: 'payment_intent_authentication_failure', message, payment_method: method },
    {},
  );
  emit(work, 'payment_intent.payment_failed', body);
  return body;
}
