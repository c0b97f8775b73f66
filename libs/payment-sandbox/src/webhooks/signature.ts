import { createHmac } from 'node:crypto';

/** The `Stripe-Signature` header: docs, "Verify webhook signatures". The time is the machine's, as the receiver compares it with its own clock. */
export function signatureHeader(payload: string, secret: string, atSeconds = Math.floor(Date.now() / 1000)): string {
  const signature = createHmac('sha256', secret).update(`${atSeconds}.${payload}`).digest('hex');
  return `t=${atSeconds},v1=${signature}`;
}
