import { EventName, type DomainEvent } from '@cartwright/kernel';

/** A provider's webhook about something of ours was stored and wants to be acted on. */
@EventName('payments.webhook_received.v1')
export class WebhookReceived implements DomainEvent {
  constructor(readonly data: { readonly provider: string; readonly reference: string; readonly orderId?: string }) {}
}

/** A refund was recorded and wants to be sent. */
@EventName('payments.refund_requested.v1')
export class RefundRequested implements DomainEvent {
  constructor(readonly data: { readonly refundId: string }) {}
}

/** Held money is to be taken. */
@EventName('payments.capture_requested.v1')
export class CaptureRequested implements DomainEvent {
  constructor(readonly data: { readonly orderId: string }) {}
}
