import type Stripe from 'stripe';
import type { KindFacts } from '../store/kinds';

/** The version of Stripe's API that the pinned SDK speaks; a spec compares it with the SDK's own constant. */
export const apiVersion: Stripe.LatestApiVersion = '2026-10-28.endive';

/** An event as stored and sent. The SDK's own type is a union of some three hundred; this is what they have in common. */
export interface EventBody {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: object };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

/** Stripe's objects by the name they carry in `object`. Bodies have the SDK's types, so a missing field is a compile error. */
export interface StripeBodies {
  payment_intent: Stripe.PaymentIntent;
  setup_intent: Stripe.SetupIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  payment_method: Stripe.PaymentMethod;
  customer: Stripe.Customer | Stripe.DeletedCustomer;
  dispute: Stripe.Dispute;
  balance_transaction: Stripe.BalanceTransaction;
  webhook_endpoint: Stripe.WebhookEndpoint | Stripe.DeletedWebhookEndpoint;
  event: EventBody;
}

export type StripeKind = keyof StripeBodies;

interface StripeKindFacts extends KindFacts {
  /** What Stripe calls the object in "No such ...". */
  readonly label: string;
  readonly url: string;
}

export const stripeKinds: Record<StripeKind, StripeKindFacts> = {
  payment_intent: {
    ...{ prefix: 'pi_3', idLength: 23, label: 'payment_intent', url: '/v1/payment_intents', filters: ['customer'] },
    paymentOf: ({ id }) => id,
  },
  setup_intent: { prefix: 'seti_1', idLength: 23, label: 'setupintent', url: '/v1/setup_intents', filters: ['customer', 'payment_method'] },
  charge: { prefix: 'ch_3', idLength: 23, label: 'charge', url: '/v1/charges', filters: ['payment_intent', 'customer'] },
  refund: {
    ...{ prefix: 're_3', idLength: 23, label: 'refund', url: '/v1/refunds', filters: ['charge', 'payment_intent'] },
    paymentOf: ({ payment_intent: intent }) => intent,
  },
  payment_method: { prefix: 'pm_1', idLength: 23, label: 'PaymentMethod', url: '/v1/payment_methods', filters: ['customer'] },
  customer: { prefix: 'cus_', idLength: 14, label: 'customer', url: '/v1/customers', filters: ['email'] },
  dispute: { prefix: 'du_1', idLength: 23, label: 'dispute', url: '/v1/disputes', filters: ['charge', 'payment_intent'] },
  balance_transaction: {
    ...{ prefix: 'txn_3', idLength: 23, label: 'balance transaction', url: '/v1/balance_transactions', filters: ['source'] },
  },
  webhook_endpoint: { prefix: 'we_1', idLength: 23, label: 'webhook endpoint', url: '/v1/webhook_endpoints', filters: [] },
  event: { prefix: 'evt_1', idLength: 23, label: 'event', url: '/v1/events', filters: ['type'] },
};
