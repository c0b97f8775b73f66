import { createHash } from 'node:crypto';
import { Body, Controller, Headers, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { MoreThanSold } from '@cartwright/inventory';
import { IllegalTransition } from '@cartwright/kernel';
import { RefundTooLarge } from '@cartwright/payments';
import {
  Allow,
  CurrentCaller,
  InvalidInput,
  Operation,
  PathParameters,
  OutsideTransaction,
  type Caller,
  StaleVersion,
} from '@cartwright/platform';
import { MoreThanThere, NothingToRefund, NothingToReturn, OrderNotFound, ReturnNotFound, UnknownOrderItem } from '../contract/refusals';
import { GetOrder } from '../usecases/order-queries';
import { QuoteRefund, RefundOrder } from '../usecases/refund-order';
import { DecideReturn, ReceiveReturn } from '../usecases/return-order';
import { DeclineReturnDto, ItemQuantityDto, ReceiveReturnDto, RefundOrderDto, RefundQuoteDto, RefundWishDto } from './coming-back.dto';
import { OrderDto } from './order.dto';
import { actorOf, showToStaff } from './orders.controller';

/** Money and goods on their way back, as the back office handles them. */
@ApiTags('Returns and refunds')
@Allow('admin')
@PathParameters({
  orderNumber: { description: 'Number of the order.', example: 'CW-7K3MQ-9XD2F' },
  id: { description: 'Id of the return.', example: '6565f0c2a1b2c3d4e5f60718' },
})
@Controller('orders/:orderNumber')
export class ComingBackController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('refunds/quote')
  @Operation({
    summary: 'What a refund would come to',
    description: 'The same body as the refund itself. Nothing is changed.',
    answers: RefundQuoteDto,
    refuses: [OrderNotFound, NothingToRefund, UnknownOrderItem, MoreThanThere],
    example: { amount: 500 },
  })
  async quoteRefund(@Param('orderNumber') orderNumber: string, @Body() body: RefundWishDto): Promise<RefundQuoteDto> {
    return RefundQuoteDto.of(await this.queries.execute(new QuoteRefund({ orderNumber, wish: wishOf(body), restock: restockOf(body) })));
  }

  @Post('refunds')
  @OutsideTransaction('the same key is the same refund; refunds of an order take turns before their transactions begin')
  @Operation({
    summary: 'Send money of an order back',
    description:
      'An amount, or items (each worth its share of its line) and the shipping, or all that is left. The provider sends it afterwards: `refunds` of the order says how ' +
      'far it is. Where less was taken than was held, what was never charged makes up for items first, and their refund may come to nothing: then give an amount. Items with `restock` go back on the shelf: those that have not been sent, which come first, are cancelled and not sent any more (the whole order, when ' +
      'they are all of it); of those that were sent so many are booked as come back, and cannot come back again. What is in a return that was asked for is booked by receiving ' +
      'that. Items without `restock` are paid back and otherwise stay as they are: what has not been sent still is. The same Idempotency-Key is the same refund.',
    status: 201,
    answers: OrderDto,
    refuses: [OrderNotFound, NothingToRefund, RefundTooLarge, UnknownOrderItem, MoreThanThere, MoreThanSold, StaleVersion],
    tagged: true,
    example: { amount: 500, reason: 'Arrived scratched' },
  })
  async refundOrder(
    @Param('orderNumber') orderNumber: string,
    @Body() body: RefundOrderDto,
    @CurrentCaller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<OrderDto> {
    const { reason = 'refund' } = body;
    const wish = { wish: wishOf(body), restock: restockOf(body) };
    await this.commands.execute(new RefundOrder({ orderNumber, ...wish, reason, key: keyOf(caller, key), actor: actorOf(caller) }));
    return this.shown(orderNumber);
  }

  @Post('returns/:id/approve')
  @Operation({
    summary: 'Say yes to a return',
    description: 'The money goes back when the goods are here.',
    answers: OrderDto,
    refuses: [OrderNotFound, ReturnNotFound, IllegalTransition, StaleVersion],
    tagged: true,
  })
  async approveReturn(@Param('orderNumber') orderNumber: string, @Param('id') returnId: string): Promise<OrderDto> {
    await this.commands.execute(new DecideReturn({ orderNumber, returnId, status: 'approved' }));
    return this.shown(orderNumber);
  }

  @Post('returns/:id/decline')
  @Operation({
    summary: 'Say no to a return, and why',
    description: 'With the reason, which the return then shows. The order stays as it is.',
    answers: OrderDto,
    refuses: [OrderNotFound, ReturnNotFound, IllegalTransition, StaleVersion],
    tagged: true,
  })
  async declineReturn(
    @Param('orderNumber') orderNumber: string,
    @Param('id') returnId: string,
    @Body() { reason }: DeclineReturnDto,
  ): Promise<OrderDto> {
    await this.commands.execute(new DecideReturn({ orderNumber, returnId, status: 'declined', reason }));
    return this.shown(orderNumber);
  }

  @Post('returns/:id/receive')
  @Operation({
    summary: 'Record goods that came back',
    description:
      'Item by item: `restock` puts it back on the shelf, `damaged` does not. Their money goes back, unless `refund` is false. When everything is back, the order is ' +
      'Returned, and Refunded as soon as the provider has sent the money. The same return again changes nothing.',
    answers: OrderDto,
    refuses: [OrderNotFound, ReturnNotFound, IllegalTransition, NothingToReturn, UnknownOrderItem, MoreThanThere, StaleVersion],
    tagged: true,
  })
  async receiveReturn(
    @Param('orderNumber') orderNumber: string,
    @Param('id') returnId: string,
    @Body() { items, refund = true }: ReceiveReturnDto,
    @CurrentCaller() caller: Caller,
  ): Promise<OrderDto> {
    await this.commands.execute(new ReceiveReturn({ orderNumber, returnId, items, refund, actor: actorOf(caller) }));
    return this.shown(orderNumber);
  }

  private async shown(orderNumber: string): Promise<OrderDto> {
    return showToStaff(await this.queries.execute(new GetOrder({ orderNumber })));
  }
}

function wishOf({ amount, items, shipping }: RefundWishDto): RefundWishDto {
  if (amount !== undefined && (items || shipping)) {
    throw new InvalidInput({ errors: [{ path: 'amount', code: 'conflicting', message: 'Give amount, or items and shipping, not both.' }] });
  }
  return { amount, items: items?.map(({ item, quantity }) => ({ item, quantity })), shipping };
}

/** What of it goes back on the shelf. */
function restockOf({ items = [] }: RefundWishDto): ItemQuantityDto[] {
  return items.filter(({ restock }) => restock).map(({ item, quantity }) => ({ item, quantity }));
}

/** The refund's own key, from the caller's: whoever sends the request again after a crash finds the refund that the first one made. */
function keyOf(caller: Caller, key: string | undefined): string | undefined {
  return key && createHash('sha256').update(`${caller.id}:${key}`).digest('hex').slice(0, 32);
}
