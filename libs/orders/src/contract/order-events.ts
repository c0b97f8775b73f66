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
      readonly items: readonly { readonly name: string; readonly quantity: number }[];
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
