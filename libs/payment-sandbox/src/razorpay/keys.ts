import type { KeyRules } from '../http/dialect';
import { RazorpayRefusal } from './refusal';

/** Razorpay's docs, "Create a Normal Refund (Idempotent Request)": keys for refunds, in the header `X-Refund-Idempotency`. */
export const refundKeys: KeyRules = {
  check(key) {
    if (/^[\w-]{10,}$/.test(key)) return;
    throw new RazorpayRefusal('The idempotency key must be at least 10 characters of letters, numbers, hyphens and underscores.');
  },
  inUse: () => new RazorpayRefusal('Request failed because another request is in progress with the same idempotency key.', {}, 409),
  otherPath: different,
  otherParameters: different,
};

function different(): RazorpayRefusal {
  return new RazorpayRefusal('Different request with the same idempotency key has already been processed.');
}
