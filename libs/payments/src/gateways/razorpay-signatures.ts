import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { BadSignature } from '../contract/refusals';
import type { GatewayEvent } from '../model/gateway-outcome';
import { isFields } from './razorpay-entities';

/**
 * The events that can change a payment or a refund of ours (razorpay.com/docs/webhooks/payloads: "Payments", "Orders", "Refunds"): `order.paid` tells
 * nothing that `payment.captured` does not, but each of them can get lost.
 */
const matters = /^(payment\.(authorized|captured|failed)|order\.paid|refund\.(processed|failed))$/;

/** Refuses with `BadSignature` unless `given` is the HMAC-SHA256 of the text with that secret, in hexadecimal. Takes as long for a near miss as for any other. */
export function checkSignature(text: string | Buffer, given: unknown, secret: string): void {
  const expected = createHmac('sha256', secret).update(text).digest();
  const signature = Buffer.from(typeof given === 'string' ? given : '', 'hex');
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) throw new BadSignature({});
}

/**
 * Reads a webhook whose signature over the raw body is good (razorpay.com/docs/webhooks/validate-test). The signature has no time in it, and Razorpay itself
 * repeats what was not taken for a day and replays events up to a week old, so age says nothing; an old one, like any other, only makes us ask.
 */
export function readRazorpayWebhook(rawBody: Buffer, headers: Readonly<Record<string, string | undefined>>, secret: string): GatewayEvent {
  checkSignature(rawBody, headers['x-razorpay-signature'], secret);
  const told = fieldsOf(JSON.parse(rawBody.toString('utf8')));
  const payload = fieldsOf(told.payload);
  const [payment, order] = [entityOf(payload.payment), entityOf(payload.order)];
  const type = textOf(told.event) ?? 'unknown';
  return {
    // The id stands in a header that nobody signed: without a plausible one the body itself says whether it came before.
    id: headers['x-razorpay-event-id']?.match(/^\w{1,64}$/)?.[0] ?? createHash('sha256').update(rawBody).digest('hex'),
    type,
    reference: textOf(payment.order_id) ?? textOf(order.id),
    refund: textOf(entityOf(payload.refund).id),
    orderId: textOf(fieldsOf(payment.notes).orderId) ?? textOf(fieldsOf(order.notes).orderId),
    matters: matters.test(type),
  };
}

function entityOf(part: unknown): Readonly<Record<string, unknown>> {
  return fieldsOf(fieldsOf(part).entity);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isFields(value) ? value : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
