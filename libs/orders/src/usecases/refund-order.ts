import { Command, CommandBus, CommandHandler, Query, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RestockItems } from '@cartwright/inventory';
import { newId } from '@cartwright/kernel';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import type { Actor, Order } from '../model/order';
import { quoteRefund, type RefundQuote, type RefundWish } from '../model/order-refund';
import { OrderStore } from '../store/order.store';
import { OrderMoney } from './order-money';

/** What a refund would come to. Changes nothing. */
export class QuoteRefund extends Query<RefundQuote & { readonly currency: string }> {
  constructor(readonly input: { readonly orderNumber: string; readonly wish: RefundWish }) {
    super();
  }
}

/**
 * Sends money of an order back: an amount, some items, the shipping, or all that is left. Items may be put back on the shelf with it. The same `key` again is the
 * same refund.
 */
export class RefundOrder extends Command<Order> {
  constructor(
    readonly input: {
      readonly orderNumber: string;
      readonly wish: RefundWish;
      /** Items that are here again and can be sold. */
      readonly restock: readonly { readonly item: string; readonly quantity: number }[];
      readonly reason: string;
      readonly key?: string;
      readonly actor: Actor;
    },
  ) {
    super();
  }
}

@QueryHandler(QuoteRefund)
export class QuoteRefundHandler implements IQueryHandler<QuoteRefund> {
  constructor(
    private readonly orders: OrderStore,
    private readonly money: OrderMoney,
  ) {}

  async execute({ input: { orderNumber, wish } }: QuoteRefund): Promise<RefundQuote & { readonly currency: string }> {
    const order = await this.orders.byNumber(orderNumber);
    return { ...quoteRefund(order, wish, await this.money.refundable(order)), currency: order.currency };
  }
}

@CommandHandler(RefundOrder)
export class RefundOrderHandler implements ICommandHandler<RefundOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly money: OrderMoney,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
  ) {}

  /** Refunds of one order take turns: of hundreds at once all that can be paid are made, instead of most of them giving up after some lost races. */
  async execute({ input }: RefundOrder): Promise<Order> {
    const turn = [`refunds:${input.orderNumber}`];
    return this.transactions.inTurn(turn, () => retryWhenStale(() => this.transactions.run(() => this.refund(input))));
  }

  private async refund({ orderNumber, wish, restock, reason, key = newId(), actor }: RefundOrder['input']): Promise<Order> {
    const order = await this.orders.byNumber(orderNumber);
    if (order.refunds.some((known) => known.key === key)) return order;
    const record = { key, reason, by: actor.by, at: new Date() };
    const quote = quoteRefund(order, wish, await this.money.refundable(order));
    const change = await this.money.giveBack({ next: order, events: [] }, quote, record);
    const refunded = await this.orders.save(change);
    const lines = restock.map(({ item, quantity }) => ({ sku: skuOf(order, item), quantity }));
    if (lines.length > 0) await this.commands.execute(new RestockItems({ orderId: order.id, key: `refund-${key}`, lines }));
    return refunded;
  }
}

export function skuOf(order: Order, item: string): string {
  return order.items.find(({ id }) => id === item)?.sku ?? '';
}
