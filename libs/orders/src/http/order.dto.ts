import { paymentProviders, paymentStatuses, type PaymentView } from '@cartwright/payments';
import {
  AddressDto,
  Amount,
  AmountFilter,
  AnyObject,
  CurrencyCode,
  Email,
  FieldsOf,
  Flag,
  Id,
  Instant,
  InstantFilter,
  ListOf,
  Nested,
  OneOf,
  OneOfFilter,
  PageQuery,
  ReferenceNumber,
  Text,
  TextMap,
  Texts,
  Whole,
  type Condition,
  type Conditions,
  type OutboxRow,
} from '@cartwright/platform';
import { CancellationDto, ItemQuantityDto, OrderRefundDto, ReturnDto } from './coming-back.dto';
import { orderLifecycle, type HistoryEntry, type Order, type OrderItem, type OrderShipment, type OrderStatus } from '../model/order';

class OrderItemDto {
  @Id()
  id!: string;
  @Id()
  product!: string;
  @Id()
  variant!: string;
  @Text({ example: 'MH01-XS-Black' })
  sku!: string;
  @Text({ example: 'Canvas Tool Roll' })
  name!: string;
  @Text({ example: 'Cartwright & Daughters' })
  brand!: string;
  @Text({ optional: true })
  image?: string;
  @TextMap()
  options!: Readonly<Record<string, string>>;
  @Whole({ example: 2 })
  quantity!: number;
  @Whole({ optional: true, description: 'How many of them were not in stock when it was ordered, and are sent when they are.', example: 1 })
  backordered?: number;
  @Amount()
  priceAtPurchase!: number;
  @Amount({ example: 3998 })
  lineTotal!: number;

  static of({
    id,
    product,
    variant,
    sku,
    name,
    brand,
    image,
    options,
    quantity,
    backordered,
    priceAtPurchase,
    lineTotal,
  }: OrderItem): OrderItemDto {
    return { id, product, variant, sku, name, brand, image, options, quantity, backordered, priceAtPurchase, lineTotal };
  }
}

class PaymentDetailsDto {
  @Text({ example: 'stripe' })
  provider!: string;
  @OneOf(paymentStatuses, { description: '`authorized`: the money is held and not yet taken.' })
  status!: string;
  @Amount({ optional: true, description: 'What has been taken, in minor units.' })
  capturedAmount?: number;
  @Amount({ optional: true, description: 'What went back or is on its way back, in minor units.', example: 0 })
  refundedAmount?: number;
  @Text({ optional: true, description: "The provider's id of the payment.", example: 'pi_3Nn...' })
  transactionId?: string;
  @Text({ optional: true, description: "For the provider's client library, while the buyer has to act." })
  clientSecret?: string;
  @AnyObject({
    optional: true,
    description:
      'What the buyer has to do. Stripe words it itself (3-D Secure); with Razorpay it is what its checkout script is opened with: ' +
      'the public `key`, its `orderId`, `amount` in minor units and `currency`.',
    example: { type: 'razorpay_checkout', key: 'rzp_live_...', orderId: 'order_Nx...', amount: 1999, currency: 'INR' },
  })
  nextAction?: Readonly<Record<string, unknown>>;
  @Text({ optional: true, example: 'insufficient_funds' })
  failureCode?: string;

  static of(order: Order, payment?: PaymentView): PaymentDetailsDto {
    const { provider, transactionId, failureCode } = order.paymentDetails;
    if (!payment) return { provider, status: 'requested', transactionId, failureCode };
    const { status, capturedAmount, refundedAmount, clientSecret, nextAction } = payment;
    return {
      provider,
      status,
      capturedAmount,
      refundedAmount,
      transactionId: payment.transactionId,
      clientSecret,
      nextAction,
      failureCode: payment.failureCode ?? failureCode,
    };
  }
}

class ShipmentDto {
  @Id()
  id!: string;
  @Text({ example: 'DHL' })
  carrier!: string;
  @Text({ example: 'JD014600003828' })
  trackingNumber!: string;
  @OneOf(['dispatched', 'delivered'])
  status!: string;
  @ListOf(() => ItemQuantityDto)
  items!: ItemQuantityDto[];
  @Instant()
  dispatchedAt!: Date;
  @Instant({ optional: true })
  deliveredAt?: Date;

  static of({ id, carrier, trackingNumber, status, items, dispatchedAt, deliveredAt }: OrderShipment): ShipmentDto {
    return {
      id,
      carrier,
      trackingNumber,
      status,
      items: items.map(ItemQuantityDto.of),
      dispatchedAt,
      deliveredAt,
    };
  }
}

class HistoryDto {
  @OneOf(orderLifecycle.states, { optional: true })
  from?: string;
  @OneOf(orderLifecycle.states)
  to!: string;
  @Instant()
  at!: Date;
  @OneOf(['buyer', 'admin', 'payment', 'system'])
  by!: string;
  @Text({ optional: true })
  reason?: string;

  static of({ from, to, at, by, reason }: HistoryEntry): HistoryDto {
    return { from, to, at, by, reason };
  }
}

/** Something that an order has announced. */
export class OrderEventDto {
  @Whole({ min: 1, description: 'Its place among the events of the order: from 1, without gaps.' })
  sequence!: number;
  @Text({ description: 'What happened; see docs/events.md.', example: 'orders.order_paid.v1' })
  name!: string;
  @Instant()
  at!: Date;
  @AnyObject({ description: 'What there is to tell, as the event of that name has it.' })
  data!: Readonly<Record<string, unknown>>;

  static of({ sequence, name, at, data }: OutboxRow): OrderEventDto {
    return { sequence, name, at, data };
  }
}

class CustomerDto {
  @OneOf(['user', 'guest'], { description: '`user`: an account; `guest`: a session without one.' })
  kind!: 'user' | 'guest';
  @Id({ description: 'Of the account, or the `guestId` of the session.' })
  id!: string;

  static of({ user, guestId }: Order): CustomerDto | undefined {
    if (user !== undefined) return { kind: 'user', id: user };
    return guestId === undefined ? undefined : { kind: 'guest', id: guestId };
  }
}

/** An order, as its buyer and the back office see it. */
export class OrderDto {
  @Text({ example: 'CW-7K3MQ-9XD2F' })
  orderNumber!: string;
  @Nested(() => CustomerDto, {
    optional: true,
    description: 'Whose it is. Only admins are told: a guest is not to find out whose account an order has joined.',
  })
  customer?: CustomerDto;
  @OneOf(orderLifecycle.states)
  status!: OrderStatus;
  @Email()
  email!: string;
  @ListOf(() => OrderItemDto)
  items!: OrderItemDto[];
  @Amount()
  subtotal!: number;
  @Amount({ example: 0 })
  discountTotal!: number;
  @Amount({ example: 0 })
  shippingTotal!: number;
  @Amount({ example: 0 })
  taxTotal!: number;
  @Amount()
  totalAmount!: number;
  @CurrencyCode()
  currency!: string;
  @Nested(() => AddressDto)
  shippingAddress!: AddressDto;
  @Nested(() => AddressDto, { optional: true })
  billingAddress?: AddressDto;
  @Nested(() => PaymentDetailsDto)
  paymentDetails!: PaymentDetailsDto;
  @ListOf(() => ShipmentDto)
  shipments!: ShipmentDto[];
  @ListOf(() => CancellationDto, { description: 'Items that are not sent after all.' })
  cancellations!: CancellationDto[];
  @ListOf(() => ReturnDto)
  returns!: ReturnDto[];
  @ListOf(() => OrderRefundDto)
  refunds!: OrderRefundDto[];
  @ListOf(() => HistoryDto, { description: 'Every change of the status, oldest first.' })
  history!: HistoryDto[];
  @ListOf(() => OrderEventDto, { optional: true, description: 'With `expand=events`: what it has announced, the first hundred.' })
  events?: OrderEventDto[];
  @Instant({ optional: true, description: 'When the items of this failed order went back to the cart.' })
  retriedAt?: Date;
  @Instant()
  createdAt!: Date;
  @Instant()
  updatedAt!: Date;

  static of({ order, payment }: { order: Order; payment?: PaymentView }): OrderDto {
    const {
      orderNumber,
      status,
      email,
      subtotal,
      discountTotal,
      shippingTotal,
      taxTotal,
      totalAmount,
      currency,
      retriedAt,
      createdAt,
      updatedAt,
    } = order;
    return {
      ...{ orderNumber, status, email, items: order.items.map(OrderItemDto.of) },
      ...{ subtotal, discountTotal, shippingTotal, taxTotal, totalAmount, currency },
      shippingAddress: AddressDto.of(order.shippingAddress),
      billingAddress: order.billingAddress && AddressDto.of(order.billingAddress),
      paymentDetails: PaymentDetailsDto.of(order, payment),
      shipments: order.shipments.map(ShipmentDto.of),
      cancellations: order.cancellations.map(CancellationDto.of),
      returns: order.returns.map(ReturnDto.of),
      refunds: order.refunds.map(OrderRefundDto.of),
      history: order.history.map(HistoryDto.of),
      ...{ retriedAt, createdAt, updatedAt },
    };
  }
}

/** An order as the back office sees it: with whose it is. */
export function orderForStaff(row: { order: Order; payment?: PaymentView }): OrderDto {
  return { ...OrderDto.of(row), customer: CustomerDto.of(row.order) };
}

class PaymentInput {
  @OneOf(paymentProviders, {
    optional: true,
    description: 'One of those that the shop has (GET /api/payments/providers); the first, when not given.',
  })
  provider?: string;
  @Text({
    max: 255,
    optional: true,
    description:
      "The one-time token that the provider's client library gave. This or savedMethodId; neither where the order comes first (Razorpay).",
    example: 'pm_card_visa',
  })
  token?: string;
  @Id({ optional: true, description: "One of the account's saved payment methods." })
  savedMethodId?: string;
  @Flag({ optional: true, description: 'Keeps what is paid with among the saved payment methods of the account.' })
  saveMethod?: boolean;
}

export class PlaceOrderDto {
  @Nested(() => AddressDto, { optional: true, description: 'Where to ship to. This or shippingAddressId.' })
  shippingAddress?: AddressDto;
  @Id({ optional: true, description: "One of the account's addresses." })
  shippingAddressId?: string;
  @Nested(() => AddressDto, { optional: true })
  billingAddress?: AddressDto;
  @Email({ optional: true, description: 'Required for guests; accounts have their own.' })
  email?: string;
  @Amount({ optional: true, description: 'The total that the buyer was shown; the order is refused when it has changed.' })
  expectedTotal?: number;
  @Nested(() => PaymentInput)
  payment!: PaymentInput;
}

export class ConfirmPaymentDto {
  @Text({ max: 64, description: 'razorpay_payment_id, as the checkout handed it to the page.', example: 'pay_ExampleOfOne1' })
  razorpayPaymentId!: string;
  @Text({ max: 128, description: 'razorpay_signature, likewise.', example: '0123456789abcdef'.repeat(4) })
  razorpaySignature!: string;
}

export class CancelOrderDto {
  @Text({ max: 500, optional: true, example: 'Ordered by mistake' })
  reason?: string;
  @ListOf(() => ItemQuantityDto, { optional: true, min: 1, description: 'Items that have not been sent; the whole order, when not given.' })
  items?: ItemQuantityDto[];
}

export class ShipOrderDto {
  @Text({ max: 100, example: 'DHL' })
  carrier!: string;
  @ReferenceNumber({ max: 100, example: 'JD014600003828' })
  trackingNumber!: string;
  @ListOf(() => ItemQuantityDto, { optional: true, min: 1, description: 'What is in the parcel; everything that is left, when not given.' })
  items?: ItemQuantityDto[];
}

export class CaptureOrderDto {
  @Amount({ optional: true, min: 1, description: 'How much to take; all that is held, when not given. The rest is given up.' })
  amount?: number;
}

export class DeliverOrderDto {
  @Id({ optional: true, description: 'The parcel that was delivered; all of them, when not given.' })
  shipmentId?: string;
}

/** How much is shown of an order. */
export class OrderViewQuery {
  @FieldsOf(OrderDto)
  fields?: string[];
  @Texts({ values: ['events'], optional: true, description: '`events`: with what it has announced.' })
  expand?: string[];
}

export class OrderQuery extends PageQuery {
  @FieldsOf(OrderDto)
  fields?: string[];
  @OneOfFilter(orderLifecycle.states, 'Only orders in this state.')
  status?: Condition<OrderStatus>;
  @InstantFilter('When it was placed.')
  createdAt?: Condition<Date>;
  @InstantFilter('When it was last changed.')
  updatedAt?: Condition<Date>;
  @AmountFilter('In minor units.')
  totalAmount?: Condition<number>;

  /** What must hold of each order. */
  wish(): Conditions {
    const { status, createdAt, updatedAt, totalAmount } = this;
    return { status, createdAt, updatedAt, totalAmount };
  }
}
