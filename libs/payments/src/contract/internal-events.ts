import { EventName, type DomainEvent } from '@cartwright/kernel';

/** A provider's webhook about something of ours was stored and wants to be acted on. */
@EventName('payments.webhook_received.v1')
export class WebhookReceived implements DomainEvent {
  constructor(
    readonly data: {
      readonly provider: string;
      readonly reference: string;
      readonly orderId?: string;
      /** The provider's id of the refund that it is about; `null` when it is about none. One that was stored before this was written down may be about any. */
      readonly refund?: string | null;
    },
  ) {}
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

/** What a provider keeps of a customer's ways of paying may have changed. */
@EventName('payments.saved_methods_touched.v1')
export class SavedMethodsTouched implements DomainEvent {
  constructor(readonly data: { readonly provider: string; readonly customer: string }) {}
}

/** A user removed a saved method, which the provider is to let go. */
@EventName('payments.saved_method_removed.v1')
export class SavedMethodRemoved implements DomainEvent {
  constructor(readonly data: { readonly userId: string; readonly provider: string; readonly reference: string }) {}
}
