import { Body, Controller, Get, Headers, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { AlreadyDispatched } from '@cartwright/fulfilment';
import { OutOfStock } from '@cartwright/inventory';
import {
  AmountNotChargeable,
  BadSignature,
  NotSupportedByProvider,
  ProviderUnavailable,
  SavedMethodNotFound,
  UnknownProvider,
} from '@cartwright/payments';
import { IllegalTransition } from '@cartwright/kernel';
import {
  Allow,
  CurrentCaller,
  InvalidInput,
  Operation,
  PathParameters,
  OutsideTransaction,
  pageFrom,
  pageOf,
  PageQuery,
  placeAfter,
  sliceOf,
  sparse,
  startOf,
  tagged,
  type ReplyHeaders,
  type Caller,
  type Page,
  StaleVersion,
} from '@cartwright/platform';
import {
  AddressNotFound,
  AlreadyRetried,
  CartChanged,
  CartEmpty,
  ItemsNotForSale,
  MoreThanThere,
  NothingToCancel,
  NothingToReturn,
  OrderNotFound,
  PaymentDeclined,
  ReturnWindowClosed,
  UnknownOrderItem,
} from '../contract/refusals';
import type { Actor, Buyer } from '../model/order';
import { CancelOrder } from '../usecases/cancel-order';
import { ConfirmOrderPayment } from '../usecases/confirm-order-payment';
import { GetOrderEvents } from '../usecases/get-order-events';
import { GetOrder, ListOrders, type OrderWithPayment } from '../usecases/order-queries';
import { PlaceOrder } from '../usecases/place-order';
import { RequestReturn } from '../usecases/return-order';
import { RetryOrder } from '../usecases/retry-order';
import { RequestReturnDto } from './coming-back.dto';
import {
  CancelOrderDto,
  ConfirmPaymentDto,
  OrderDto,
  OrderEventDto,
  orderForStaff,
  OrderQuery,
  OrderViewQuery,
  PlaceOrderDto,
} from './order.dto';

@ApiTags('Checkout and orders')
@PathParameters({ orderNumber: { description: 'Number of the order.', example: 'CW-7K3MQ-9XD2F' } })
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @OutsideTransaction('the order is found by the key, or by its cart, and its payment goes on where it stopped')
  @Allow('guest', 'user')
  @Operation({
    summary: 'Turn the cart into an order and begin its payment',
    description:
      'The stock is reserved and the one-time token, where the provider has one, is used. The order is PaymentPending until the provider confirms the payment; then ' +
      'it is Processing. A provider that asks the buyer itself, or a token that needs the buyer (3-D Secure), is answered with paymentDetails.nextAction. ' +
      'Repeating the request with its Idempotency-Key finds the same order.',
    status: 201,
    answers: OrderDto,
    refuses: [
      ...[CartEmpty, CartChanged, ItemsNotForSale, OutOfStock, AmountNotChargeable, PaymentDeclined, AddressNotFound],
      ...[UnknownProvider, NotSupportedByProvider, SavedMethodNotFound, ProviderUnavailable, StaleVersion],
    ],
    tagged: true,
    location: 'the order',
    example: {
      shippingAddress: {
        name: 'Ada Lovelace',
        phone: '+44 20 7946 0958',
        line1: '12 St James Square',
        city: 'London',
        state: 'Greater London',
        pincode: 'SW1Y 4JH',
        country: 'GB',
      },
      email: 'ada@example.com',
      payment: { token: 'pm_card_visa' },
    },
  })
  async placeOrder(
    @Body() body: PlaceOrderDto,
    @CurrentCaller() caller: Caller,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<OrderDto> {
    if (Boolean(body.shippingAddress) === Boolean(body.shippingAddressId)) throw oneAddress();
    if (body.payment.savedMethodId && (body.payment.token || body.payment.provider || body.payment.saveMethod)) throw onlySavedMethod();
    const placed = await this.commands.execute(new PlaceOrder({ ...body, buyer: buyerOf(caller), idempotencyKey, arrivedAt: new Date() }));
    reply.header('Location', `/api/orders/${placed.order.orderNumber}`);
    return show(placed);
  }

  @Get()
  @Allow('guest', 'user')
  @Operation({
    summary: "The caller's orders, newest first",
    description: "A guest's with the guest's token, an account's with its own.",
    answers: pageOf(OrderDto),
  })
  async listOrders(@Query() query: OrderQuery, @CurrentCaller() caller: Caller): Promise<Page<OrderDto>> {
    const slice = sliceOf(query);
    const orders = await this.queries.execute(new ListOrders({ buyer: buyerOf(caller), wish: query.wish(), slice }));
    return pageFrom(orders, slice, (row) => sparse(OrderDto.of(row), query.fields));
  }

  @Get(':orderNumber')
  @Allow('guest', 'user', 'admin')
  @Operation({
    summary: "One order: the caller's own, or any for an admin",
    description: "Somebody else's order is answered as if there were none.",
    answers: OrderDto,
    refuses: [OrderNotFound],
    tagged: true,
  })
  async getOrder(
    @Param('orderNumber') orderNumber: string,
    @CurrentCaller() caller: Caller,
    @Query() { fields, expand }: OrderViewQuery,
  ): Promise<OrderDto> {
    const asked = { orderNumber, buyer: ownUnlessAdmin(caller) };
    const row = await this.queries.execute(new GetOrder(asked));
    if (!expand?.includes('events')) return showTo(caller, row, fields);
    const { events } = await this.queries.execute(new GetOrderEvents({ ...asked, after: 0, limit: 100 }));
    // Events come without the order being changed, so with them it has no version.
    return sparse({ ...(isAdmin(caller) ? orderForStaff(row) : OrderDto.of(row)), events: events.map(OrderEventDto.of) }, fields);
  }

  @Get(':orderNumber/events')
  @Allow('guest', 'user', 'admin')
  @Operation({
    summary: 'What the order has announced, oldest first',
    description:
      'Sequence numbers have no gaps: ask again with the cursor, or remember the last sequence, to miss nothing. Of one’s own order, or of any for an admin.',
    answers: pageOf(OrderEventDto),
    refuses: [OrderNotFound],
  })
  async listOrderEvents(
    @Param('orderNumber') orderNumber: string,
    @Query() query: PageQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<OrderEventDto>> {
    const slice = sliceOf(query);
    const asked = { orderNumber, buyer: ownUnlessAdmin(caller), after: startOf(slice), limit: slice.limit };
    const { events, total } = await this.queries.execute(new GetOrderEvents(asked));
    const next = placeAfter(asked.after + events.length, total);
    return pageFrom({ rows: events, total, next }, slice, OrderEventDto.of);
  }

  @Post(':orderNumber/payments/confirm')
  @OutsideTransaction('the provider is asked what became of the payment, as often as one likes')
  @Allow('guest', 'user')
  @Operation({
    summary: 'Bring back what the checkout of the provider handed to the page',
    description:
      'For providers that ask the buyer themselves (Razorpay). The signature is checked and the provider is asked; the order is Processing as soon as the money is ' +
      'taken. A buyer who never comes back need not: the provider’s webhook and the shop’s own questions have the same effect. A try that failed brings nothing back: ' +
      'the checkout can be opened again with the same nextAction for as long as the order waits.',
    answers: OrderDto,
    refuses: [OrderNotFound, BadSignature, NotSupportedByProvider, StaleVersion],
    tagged: true,
  })
  async confirmOrderPayment(
    @Param('orderNumber') orderNumber: string,
    @Body() { razorpayPaymentId, razorpaySignature }: ConfirmPaymentDto,
    @CurrentCaller() caller: Caller,
  ): Promise<OrderDto> {
    const proof = { razorpayPaymentId, razorpaySignature };
    return show(await this.commands.execute(new ConfirmOrderPayment({ orderNumber, buyer: buyerOf(caller), proof })));
  }

  @Post(':orderNumber/retry')
  @Allow('guest', 'user')
  @Operation({
    summary: 'Put the items of a failed order back into the cart',
    description: 'Once for each order. Then check out again: that is a new order.',
    answers: OrderDto,
    refuses: [OrderNotFound, IllegalTransition, AlreadyRetried, StaleVersion],
    tagged: true,
  })
  async retryOrder(@Param('orderNumber') orderNumber: string, @CurrentCaller() caller: Caller): Promise<OrderDto> {
    const own = { orderNumber, buyer: buyerOf(caller) };
    await this.commands.execute(new RetryOrder(own));
    return show(await this.queries.execute(new GetOrder(own)));
  }

  @Post(':orderNumber/cancel')
  @Allow('guest', 'user', 'admin')
  @Operation({
    summary: 'Cancel a paid order before it is shipped, or some of its items: stock and money go back',
    description:
      'Once a parcel has left, only items that have not been sent can be cancelled; when nothing else is left to send, the order is Shipped. Buyers cancel their own orders, ' +
      'admins any: the history says who it was.',
    answers: OrderDto,
    refuses: [OrderNotFound, IllegalTransition, AlreadyDispatched, UnknownOrderItem, MoreThanThere, NothingToCancel, StaleVersion],
    tagged: true,
  })
  async cancelOrder(
    @Param('orderNumber') orderNumber: string,
    @Body() body: CancelOrderDto,
    @CurrentCaller() caller: Caller,
  ): Promise<OrderDto> {
    await this.commands.execute(new CancelOrder({ orderNumber, buyer: ownUnlessAdmin(caller), actor: actorOf(caller), ...body }));
    return showTo(caller, await this.queries.execute(new GetOrder({ orderNumber, buyer: ownUnlessAdmin(caller) })));
  }

  @Post(':orderNumber/returns')
  @Allow('guest', 'user', 'admin')
  @Operation({
    summary: 'Ask to send goods back',
    description:
      'All that was sent, or some of it, within the days that the shop gives after the delivery. The shop approves or declines it. Buyers ask for their own orders, admins for ' +
      'whoever asked them to.',
    status: 201,
    answers: OrderDto,
    refuses: [OrderNotFound, IllegalTransition, ReturnWindowClosed, NothingToReturn, UnknownOrderItem, MoreThanThere, StaleVersion],
    tagged: true,
  })
  async requestReturn(
    @Param('orderNumber') orderNumber: string,
    @Body() body: RequestReturnDto,
    @CurrentCaller() caller: Caller,
  ): Promise<OrderDto> {
    await this.commands.execute(new RequestReturn({ orderNumber, buyer: ownUnlessAdmin(caller), actor: actorOf(caller), ...body }));
    return showTo(caller, await this.queries.execute(new GetOrder({ orderNumber, buyer: ownUnlessAdmin(caller) })));
  }
}

export function buyerOf(caller: Caller): Buyer {
  return { kind: caller.kind, id: caller.id };
}

export function actorOf(caller: Caller): Actor {
  return { by: isAdmin(caller) ? 'admin' : 'buyer', actorId: caller.id };
}

/** An order as its buyer sees it. */
function show(row: OrderWithPayment, fields?: readonly string[]): OrderDto {
  return tagged(sparse(OrderDto.of(row), fields), row.order.version, row.payment?.version);
}

/** An order as admins see it. That it joins an account is no new version, so the tag says whether it has one. */
export function showToStaff(row: OrderWithPayment, fields?: readonly string[]): OrderDto {
  const order = orderForStaff(row);
  return tagged(sparse(order, fields), row.order.version, `${row.payment?.version ?? 0}-${order.customer?.kind ?? 'nobody'}`);
}

function showTo(caller: Caller, row: OrderWithPayment, fields?: readonly string[]): OrderDto {
  return isAdmin(caller) ? showToStaff(row, fields) : show(row, fields);
}

function ownUnlessAdmin(caller: Caller): Buyer | undefined {
  return isAdmin(caller) ? undefined : buyerOf(caller);
}

function isAdmin(caller: Caller): boolean {
  return caller.roles.includes('admin');
}

function oneAddress(): Error {
  return new InvalidInput({
    errors: [{ path: 'shippingAddress', code: 'required', message: 'Give shippingAddress or shippingAddressId, one of them.' }],
  });
}

function onlySavedMethod(): Error {
  const message = 'A saved method needs neither a token nor a provider, and is saved already.';
  return new InvalidInput({ errors: [{ path: 'payment.savedMethodId', code: 'alone', message }] });
}
