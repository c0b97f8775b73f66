import { Command, CommandHandler, Query, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import type { Actor, Order } from '../model/order';
import { quoteRefund, type RefundQuote, type RefundWish } from '../model/order-refund';
import { restockable, type ItemQuantity } from '../model/quantities';
import { OrderStore } from '../store/order.store';
import { OrderGoods } from './order-goods';
import { OrderMoney } from './order-money';

/** What a refund would come to; refused for whatever the refund itself would be. Changes nothing. */
export class QuoteRefund extends Query<RefundQuote & { readonly currency: string }> {
  constructor(readonly input: { readonly orderNumber: string; readonly wish: RefundWish; readonly restock: readonly ItemQuantity[] }) {
    super();
  }
}

/**
 * Sends money of an order back: an amount, some items, the shipping, or all that is left. Items may be put back on the shelf with it: they are not sent any more,
 * or have come back; those that are not are sent all the same, or stay with the buyer. The same `key` again is the same refund.
 */
export class RefundOrder extends Command<Order> {
  constructor(
    readonly input: {
      readonly orderNumber: string;
      readonly wish: RefundWish;
      /** Items of it that are put back on the shelf, see `restockable`. */
      readonly restock: readonly ItemQuantity[];
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

  async execute({ input: { orderNumber, wish, restock } }: QuoteRefund): Promise<RefundQuote & { readonly currency: string }> {
    const order = await this.orders.byNumber(orderNumber);
    restockable(order, restock);
    return { ...quoteRefund(order, wish, await this.money.funds(order), restock), currency: order.currency };
  }
}

@CommandHandler(RefundOrder)
export class RefundOrderHandler implements ICommandHandler<RefundOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly money: OrderMoney,
    private readonly goods: OrderGoods,
    private readonly transactions: Transactions,
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
    const quote = quoteRefund(order, wish, await this.money.funds(order), restock);
    const unchanged = { next: order, events: [] };
    const goods = restock.length > 0 ? await this.goods.restock(order, restock, reason, actor) : unchanged;
    return this.orders.save(await this.money.giveBack(goods, quote, record));
  }
}
