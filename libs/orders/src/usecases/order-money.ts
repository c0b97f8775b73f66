import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Change, MinorUnits } from '@cartwright/kernel';
import { GetAmountStep, GetPayments, RequestRefund, type PaymentView } from '@cartwright/payments';
import type { Order } from '../model/order';
import {
  markRefundedIfBack,
  notRefunded,
  partsOf,
  recordRefund,
  refundableAmount,
  type Funds,
  type OrderRefund,
  type RefundQuote,
  type RefundWish,
} from '../model/order-refund';

/** Whether what is sent of an order is paid: by its payment, or by the shop, which has given all of its money up by a refund and sends the goods all the same. */
export function isPaidFor({ pays, refundedAmount, amount }: PaymentView): boolean {
  return pays || refundedAmount >= amount;
}

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

  /**
   * The same for goods that are cancelled or came back: what was refunded before is not refunded again, nor what was never taken (held money may have lapsed, or been
   * taken in part, ADR 20), and it may be nothing. An order whose money had all gone back before is Refunded with it.
   */
  async giveBackFor(change: Change<Order>, parts: Omit<RefundWish, 'amount'>, record: RefundRecord): Promise<Change<Order>> {
    const order = change.next;
    const funds = await this.funds(order);
    const quote = partsOf(order, { ...parts, items: parts.items && notRefunded(order, parts.items) }, funds);
    if (quote.amount > 0) return this.giveBack(change, quote, record);
    const refunded = markRefundedIfBack(order, record.at, funds.refundable);
    return refunded ? { next: refunded.next, events: [...change.events, ...refunded.events] } : change;
  }

  /** What there is of an order's money to go back: no more than its payment has. */
  async refundable(order: Order): Promise<MinorUnits> {
    return (await this.funds(order)).refundable;
  }

  async funds(order: Order): Promise<Funds> {
    const payment = (await this.queries.execute(new GetPayments({ orderIds: [order.id] })))[order.id];
    const { currency, paymentDetails } = order;
    const step = await this.queries.execute(new GetAmountStep({ provider: paymentDetails.provider, currency }));
    return { refundable: Math.min(refundableAmount(order), payment?.refundableAmount ?? 0), forgone: payment?.forgoneAmount ?? 0, step };
  }
}
