import { createHmac } from 'node:crypto';
import type { Channel } from '../webhooks/channel';
import type { EventBody } from './kinds';

/** Stripe's webhooks: docs, "Receive Stripe events in your webhook endpoint". */
export const stripeWebhooks: Channel<'event'> = {
  kind: 'event',
  // With spaces, as Stripe writes it: who verifies a parsed and rewritten body will notice.
  write: (event: EventBody) => JSON.stringify({ ...event, pending_webhooks: 1 }, null, 2),
  headers: (payload, secret) => ({ 'stripe-signature': signatureHeader(payload, secret), 'user-agent': 'Stripe/1.0 (payment-sandbox)' }),
};

/** The `Stripe-Signature` header: docs, "Verify webhook signatures". The time is the machine's, as the receiver compares it with its own clock. */
function signatureHeader(payload: string, secret: string): string {
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${at}.${payload}`).digest('hex');
  return `t=${at},v1=${signature}`;
}
