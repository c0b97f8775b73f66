import { createHmac } from 'node:crypto';
import type { Channel } from '../webhooks/channel';
import type { RazorpayEvent } from './kinds';

/** Razorpay's webhooks: docs, "Validate and Test Webhooks". The event's id is told in a header only. */
export const razorpayWebhooks: Channel<'razorpay_event'> = {
  kind: 'razorpay_event',
  write({ id: _id, ...told }: RazorpayEvent) {
    return JSON.stringify(told);
  },
  headers: (payload, secret, eventId) => ({
    'x-razorpay-signature': createHmac('sha256', secret).update(payload).digest('hex'),
    'x-razorpay-event-id': eventId,
    'user-agent': 'Razorpay-Webhook/v1 (payment-sandbox)',
  }),
};
