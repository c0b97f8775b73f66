import { erased, newDocument, newId, type Change, type DomainEvent, type Stored } from '@cartwright/kernel';
import { SavedMethodsTouched, WebhookReceived } from '../contract/internal-events';
import type { GatewayEvent } from './gateway-outcome';

/** A webhook as it came in; `provider` and `eventId` are unique together, so a repeated one is known. */
export interface Webhook extends Stored {
  readonly provider: string;
  readonly eventId: string;
  readonly type: string;
  readonly reference?: string;
  readonly payload: string;
}

/**
 * Keeps the webhook; what could change something of ours is announced, the rest is only kept. What is about no payment may say who a customer is, and nobody would find it when
 * that is to be forgotten: of it only that it came is kept.
 */
export function receiveWebhook(provider: string, event: GatewayEvent, payload: string, now: Date): Change<Webhook> {
  const next: Webhook = {
    ...newDocument(newId(), now),
    ...{ provider, eventId: event.id, type: event.type, reference: event.reference, payload: event.reference ? payload : erased },
  };
  return { next, events: announced(provider, event) };
}

function announced(provider: string, { matters, reference, refund, orderId, customer }: GatewayEvent): DomainEvent[] {
  return [
    ...(matters && reference ? [new WebhookReceived({ provider, reference, refund: refund ?? null, orderId })] : []),
    ...(customer ? [new SavedMethodsTouched({ provider, customer })] : []),
  ];
}
