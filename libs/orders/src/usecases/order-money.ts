import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Change } from '@cartwright/kernel';
import { GetPayments, RequestRefund } from '@cartwright/payments';
import type { Order } from '../model/order';
import { partsOf, recordRefund, type OrderRefund, type RefundQuote, type RefundWish } from '../model/order-refund';

type RefundRecord = Pick<OrderRefund, 'key' | 'reason' | 'by' | 'at'>;

/** The money of an order, as far as there is any. */
@Injectable()
export class OrderMoney {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Sets the money aside in payments, in the caller's transaction, and puts the refund on the order's record. */
  async giveBack(
    { next: order, events }: Change<Order>,
    quote: Omit<RefundQuote, 'refundable'>,
    record: RefundRecord,
  ): Promise<Change<Order>> {
    const { key, reason } = record;
    await this.commands.execute(new RequestRefund({ orderId: order.id, key, amount: quote.amount, reason }));
    const recorded = recordRefund(order, quote, record);
    return recorded ? { next: recorded.next, events: [...events, ...recorded.events] } : { next: order, events };
  }

  /** The same for goods that are cancelled or came back: what was refunded before is not refunded again, and it may be nothing. */
  async giveBackFor(change: Change<Order>, parts: Omit<RefundWish, 'amount'>, record: RefundRecord): Promise<Change<Order>> {
    const quote = partsOf(change.next, parts);
    return quote.amount > 0 && (await this.isThere(change.next)) ? this.giveBack(change, quote, record) : change;
  }

  /** Money that was only held may have lapsed meanwhile: then there is none to give back. */
  private async isThere({ id }: Order): Promise<boolean> {
    const payment = (await this.queries.execute(new GetPayments({ orderIds: [id] })))[id];
    return payment?.status === 'captured' || payment?.status === 'authorized';
  }
}
