import type Stripe from 'stripe';
import type { Decline } from './cards/declines';
import type { TestCard } from './cards/test-cards';
import type { Row } from '../store/kinds';
import type { Work } from '../store/work';
import { idOf } from './lookups';

/** Days until an uncaptured card payment lapses (docs, "Place a hold on a payment method"). */
export const AUTHORIZATION_SECONDS = 7 * 24 * 3600;

/** The charge that a confirmation makes: paid, held for capture, or failed. */
export function chargeFor(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Row<'payment_method'>,
  card: TestCard,
  decline: Decline | undefined,
  authenticated: boolean,
): Stripe.Charge {
  const captured = !decline && intent.capture_method !== 'manual';
  const id = work.idFor('charge');
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.body.billing_details,
    calculated_statement_descriptor: intent.statement_descriptor ?? 'SANDBOX',
    captured,
    created: work.now(),
    currency: intent.currency,
    customer: idOf(intent.customer),
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(card, decline),
    paid: !decline,
    payment_intent: intent.id,
    payment_method: method.body.id,
    payment_method_details: { type: 'card', card: cardDetails(work, intent, method, decline, authenticated) },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: decline ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  };
}

/** What of the money that was taken has gone back: a rest that was given up counts as refunded, too. */
export function returnedOf({ amount, amount_captured: taken, amount_refunded: refunded, captured }: Stripe.Charge): number {
  return refunded - (captured ? amount - taken : 0);
}

function outcomeOf(card: TestCard, decline: Decline | undefined): Stripe.Charge.Outcome {
  const common = {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    risk_level: card.riskLevel,
    risk_score: { normal: 20, elevated: 65, highest: 90 }[card.riskLevel],
  };
  if (!decline)
    return { ...common, network_status: 'approved_by_network', reason: null, seller_message: 'Payment complete.', type: 'authorized' };
  if (card.blocked)
    return {
      ...common,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      seller_message: 'Stripe blocked this payment as too risky.',
      type: 'blocked',
    };
  return {
    ...common,
    network_status: 'declined_by_network',
    reason: decline.declineCode ?? decline.code,
    seller_message: 'The bank did not return any further details with this decline.',
    type: 'issuer_declined',
  };
}

function cardDetails(
  work: Work,
  intent: Stripe.PaymentIntent,
  method: Row<'payment_method'>,
  decline: Decline | undefined,
  authenticated: boolean,
): Stripe.Charge.PaymentMethodDetails.Card {
  const card = method.body.card as Stripe.PaymentMethod.Card;
  return {
    amount_authorized: decline ? null : intent.amount,
    authorization_code: decline ? null : work.mint('', 6).toUpperCase(),
    brand: card.brand,
    ...(intent.capture_method === 'manual' && !decline && { capture_before: work.now() + AUTHORIZATION_SECONDS }),
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    fingerprint: card.fingerprint,
    funding: card.funding,
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: {
      status: intent.payment_method_options?.card?.request_multicapture === 'if_available' ? 'available' : 'unavailable',
    },
    network: card.brand,
    network_transaction_id: null,
    regulated_status: card.regulated_status,
    three_d_secure: authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: null,
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  };
}
