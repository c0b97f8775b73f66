import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import type { Actor, Buyer, Order } from '../model/order';
import type { ItemQuantity } from '../model/quantities';
import { OrderStore } from '../store/order.store';
import { OrderGoods } from './order-goods';
import { OrderMoney } from './order-money';

/**
 * Cancels a paid order before it is shipped, or some of its items that have not been sent: stock is back and money on the way at the same instant. By its buyer, or
 * (without one) by an admin.
 */
export class CancelOrder extends Command<Order> {
  constructor(
    readonly input: {
      readonly orderNumber: string;
      readonly buyer?: Buyer;
      readonly actor: Actor;
      readonly reason?: string;
      /** The whole order, when not given. */
      readonly items?: readonly ItemQuantity[];
    },
  ) {
    super();
  }
}

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly goods: OrderGoods,
    private readonly money: OrderMoney,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderNumber, buyer, actor, reason = 'cancelled', items } }: CancelOrder): Promise<Order> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.byNumber(orderNumber, buyer);
        const { change, key, parts } = await this.goods.takeOut(order, items, reason, actor);
        return this.orders.save(await this.money.giveBackFor(change, parts, { key, reason, by: actor.by, at: new Date() }));
      }),
    );
  }
}
