import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { MoreThanLeft, NothingToShip, ShipmentNotFound, UnknownItem } from '@cartwright/fulfilment';
import { IllegalTransition } from '@cartwright/kernel';
import {
  Allow,
  CurrentCaller,
  Operation,
  PathParameters,
  pageFrom,
  pageOf,
  sliceOf,
  sparse,
  type Caller,
  type Page,
  StaleVersion,
} from '@cartwright/platform';
import { CaptureTooLarge, NotSupportedByProvider } from '@cartwright/payments';
import { OrderNotFound, PaymentLapsed, StillOnBackorder } from '../contract/refusals';
import { CaptureOrder } from '../usecases/capture-order';
import { DeliverOrder } from '../usecases/deliver-order';
import { GetOrder, SearchOrders } from '../usecases/order-queries';
import { ShipOrder } from '../usecases/ship-order';
import { CaptureOrderDto, DeliverOrderDto, OrderDto, orderForStaff, ShipOrderDto } from './order.dto';
import { OrderSearchQuery } from './order-search.dto';
import { actorOf, showToStaff } from './orders.controller';

@ApiTags('Ship orders')
@Allow('admin')
@PathParameters({ orderNumber: { description: 'Number of the order.', example: 'CW-7K3MQ-9XD2F' } })
@Controller()
export class BackOfficeController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('admin/orders')
  @Operation({
    summary: 'All orders, newest first',
    description:
      'The orders of all buyers. With `status`, for example, those that wait to be sent (`Processing`); with `email`, `customer` or the beginning of `orderNumber`, those of ' +
      'somebody who asks; with `sort=updatedAt` and `updatedAt[gt]`, what has changed since it was last asked for.',
    answers: pageOf(OrderDto),
  })
  async listAllOrders(@Query() query: OrderSearchQuery): Promise<Page<OrderDto>> {
    const slice = sliceOf(query);
    const orders = await this.queries.execute(new SearchOrders({ search: query.search(), wish: query.wish(), slice }));
    return pageFrom(orders, slice, (row) => sparse(orderForStaff(row), query.fields));
  }

  @Post('orders/:orderNumber/shipments')
  @Operation({
    summary: 'Send a parcel of a paid order',
    description:
      'Without items, everything that is left. With the last parcel the order is Shipped. The same carrier and tracking number again is the same parcel.',
    status: 201,
    answers: OrderDto,
    refuses: [OrderNotFound, IllegalTransition, NothingToShip, MoreThanLeft, UnknownItem, PaymentLapsed, StillOnBackorder, StaleVersion],
    tagged: true,
  })
  async shipOrder(
    @Param('orderNumber') orderNumber: string,
    @Body() body: ShipOrderDto,
    @CurrentCaller() caller: Caller,
  ): Promise<OrderDto> {
    await this.commands.execute(new ShipOrder({ orderNumber, ...body, actor: actorOf(caller) }));
    return showToStaff(await this.queries.execute(new GetOrder({ orderNumber })));
  }

  @Post('orders/:orderNumber/captures')
  @Operation({
    summary: 'Take the money that is held for an order',
    description:
      'Only where money is held first (PAYMENT_CAPTURE=manual). All of it, or a part, once; what is not taken is given up, and makes up first for what is ' +
      'cancelled or comes back: cancel what cannot be sent before or afterwards, as much is kept. It is taken by itself when the first parcel leaves. The answer says what has been taken so far: the provider is asked afterwards.',
    status: 201,
    answers: OrderDto,
    refuses: [OrderNotFound, CaptureTooLarge, NotSupportedByProvider, StaleVersion],
    tagged: true,
  })
  async captureOrder(@Param('orderNumber') orderNumber: string, @Body() { amount }: CaptureOrderDto): Promise<OrderDto> {
    await this.commands.execute(new CaptureOrder({ orderNumber, amount }));
    return showToStaff(await this.queries.execute(new GetOrder({ orderNumber })));
  }

  @Post('orders/:orderNumber/deliveries')
  @Operation({
    summary: 'Record that the carrier delivered',
    description: 'One parcel or all of them. With the last one the order is Delivered, and the days for sending goods back begin.',
    status: 201,
    answers: OrderDto,
    refuses: [OrderNotFound, IllegalTransition, ShipmentNotFound, StaleVersion],
    tagged: true,
  })
  async deliverOrder(
    @Param('orderNumber') orderNumber: string,
    @Body() body: DeliverOrderDto,
    @CurrentCaller() caller: Caller,
  ): Promise<OrderDto> {
    await this.commands.execute(new DeliverOrder({ orderNumber, shipmentId: body.shipmentId, actor: actorOf(caller) }));
    return showToStaff(await this.queries.execute(new GetOrder({ orderNumber })));
  }
}
