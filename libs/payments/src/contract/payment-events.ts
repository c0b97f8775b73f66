import { EventName, type Currency, type DomainEvent, type MinorUnits } from '@cartwright/kernel';

/** The gateway holds the money for us; it is taken later. */
@EventName('payments.payment_authorized.v1')
export class PaymentAuthorized implements DomainEvent {
  constructor(
    readonly data: { readonly orderId: string; readonly transactionId: string; readonly amount: MinorUnits; readonly currency: Currency },
  ) {}
}

/** The gateway has the money. */
@EventName('payments.payment_captured.v1')
export class PaymentCaptured implements DomainEvent {
  constructor(
    readonly data: { readonly orderId: string; readonly transactionId: string; readonly amount: MinorUnits; readonly currency: Currency },
  ) {}
}

/** The payment failed or was withdrawn; no money has moved. */
@EventName('payments.payment_failed.v1')
export class PaymentFailed implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly failureCode: string }) {}
}

/** Money goes back that nobody here has asked back: a refund that was made at the gateway itself. What becomes of it is told as of any other. */
@EventName('payments.refund_made_elsewhere.v1')
export class RefundMadeElsewhere implements DomainEvent {
  constructor(
    readonly data: { readonly orderId: string; readonly key: string; readonly amount: MinorUnits; readonly currency: Currency },
  ) {}
}

/** The gateway has sent the money back. */
@EventName('payments.refund_succeeded.v1')
export class RefundSucceeded implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly refundId: string;
      /** The key that it was asked for with; missing in events from before it was told. */
      readonly key?: string;
      readonly amount: MinorUnits;
      readonly currency: Currency;
    },
  ) {}
}

/** The gateway refused to send the money back; somebody has to look at it. */
@EventName('payments.refund_failed.v1')
export class RefundFailed implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly refundId: string;
      readonly key?: string;
      readonly amount: MinorUnits;
      readonly failureCode: string;
    },
  ) {}
}
