import { EventName, type Address, type Currency, type DomainEvent, type MinorUnits } from '@cartwright/kernel';

/** What mails and integrators are told of an order. */
export interface OrderSummary {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly email: string;
  readonly totalAmount: MinorUnits;
  readonly currency: Currency;
  readonly shippingAddress: Address;
  readonly items: readonly { readonly name: string; readonly sku: string; readonly quantity: number; readonly lineTotal: MinorUnits }[];
}

/** An order exists and waits for its payment; its stock is reserved. */
@EventName('orders.order_placed.v1')
export class OrderPlaced implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly orderNumber: string }) {}
}

/** The payment is confirmed; the warehouse may begin. */
@EventName('orders.order_paid.v1')
export class OrderPaid implements DomainEvent {
  constructor(
    readonly data: OrderSummary & {
      readonly lines: readonly { readonly itemId: string; readonly sku: string; readonly name: string; readonly quantity: number }[];
    },
  ) {}
}

/** The payment failed or did not come in time; the stock is free again. */
@EventName('orders.order_failed.v1')
export class OrderFailed implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly orderNumber: string; readonly reason: string }) {}
}

/** Money came for an order that cannot use it any more; it must go back. */
@EventName('orders.late_payment_received.v1')
export class LatePaymentReceived implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly transactionId: string }) {}
}

/** A parcel of the order has left. `complete`: it was the last. */
@EventName('orders.shipment_sent.v1')
export class ShipmentSent implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly email: string;
      readonly shipmentId: string;
      readonly carrier: string;
      readonly trackingNumber: string;
      /** `item` is missing in events from before it was told. */
      readonly items: readonly { readonly item?: string; readonly name: string; readonly quantity: number }[];
      readonly complete: boolean;
    },
  ) {}
}

@EventName('orders.order_delivered.v1')
export class OrderDelivered implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly orderNumber: string; readonly email: string }) {}
}

/** The order was cancelled after it was paid; its stock is back, its money is on its way. */
@EventName('orders.order_cancelled.v1')
export class OrderCancelled implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly orderNumber: string; readonly email: string; readonly reason: string }) {}
}

/** The gateway has confirmed that the money went back. */
@EventName('orders.order_refunded.v1')
export class OrderRefunded implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly email: string;
      readonly amount: MinorUnits;
      readonly currency: Currency;
    },
  ) {}
}

type Pieces = readonly { readonly item: string; readonly quantity: number }[];

/** Pieces that were not sent yet will not be. `complete`: all that is left of the order has been sent. */
@EventName('orders.items_cancelled.v1')
export class ItemsCancelled implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly email: string;
      readonly cancellationId: string;
      readonly items: Pieces;
      readonly reason: string;
      readonly complete: boolean;
    },
  ) {}
}

/** The buyer wants to send goods back. */
@EventName('orders.return_requested.v1')
export class ReturnRequested implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly returnId: string;
      readonly items: Pieces;
      readonly reason?: string;
    },
  ) {}
}

/** The shop has said yes or no to a return. */
@EventName('orders.return_decided.v1')
export class ReturnDecided implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly email: string;
      readonly returnId: string;
      readonly status: 'approved' | 'declined';
      readonly reason?: string;
    },
  ) {}
}

/** Goods are back. */
@EventName('orders.return_received.v1')
export class ReturnReceived implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly email: string;
      readonly returnId: string;
      readonly items: readonly { readonly item: string; readonly quantity: number; readonly condition: string }[];
    },
  ) {}
}

/** Everything that the order had sent is back. */
@EventName('orders.order_returned.v1')
export class OrderReturned implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly orderNumber: string }) {}
}

/** Money of the order is to go back. */
@EventName('orders.refund_recorded.v1')
export class RefundRecorded implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly key: string;
      readonly amount: MinorUnits;
      readonly currency: Currency;
      readonly items: readonly { readonly item: string; readonly quantity: number; readonly amount: MinorUnits }[];
      readonly shipping: MinorUnits;
      readonly reason: string;
    },
  ) {}
}

/** The gateway has sent it back, or would not. */
@EventName('orders.refund_settled.v1')
export class RefundSettled implements DomainEvent {
  constructor(
    readonly data: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly email: string;
      readonly key: string;
      readonly amount: MinorUnits;
      readonly currency: Currency;
      readonly status: 'succeeded' | 'failed';
    },
  ) {}
}

/** A refund that had failed is on its way once more. */
@EventName('orders.refund_sent_again.v1')
export class RefundSentAgain implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly key: string }) {}
}

/** A finished order has forgotten who bought it; what the books need of it stays. */
@EventName('orders.buyer_erased.v1')
export class BuyerErased implements DomainEvent {
  constructor(readonly data: { readonly orderId: string; readonly orderNumber: string }) {}
}
