import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CancelFulfilment, WithdrawItems } from '@cartwright/fulfilment';
import { ReclaimItems } from '@cartwright/inventory';
import type { Change } from '@cartwright/kernel';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { cancelItems, cancelsAll } from '../model/cancellation';
import { cancel, type Actor, type Buyer, type Order } from '../model/order';
import type { RefundWish } from '../model/order-refund';
import { rowsOf, unsentPieces, type ItemQuantity } from '../model/quantities';
import { OrderStore } from '../store/order.store';
import { OrderMoney } from './order-money';
import { skuOf } from './refund-order';
import { fulfilmentOf } from './ship-order';

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
    private readonly money: OrderMoney,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { orderNumber, buyer, actor, reason = 'cancelled', items } }: CancelOrder): Promise<Order> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.byNumber(orderNumber, buyer);
        if (cancelsAll(order, items)) return this.cancelWhole(order, reason, actor);
        return this.cancelSome(order, items ?? [], reason, actor);
      }),
    );
  }

  private async cancelWhole(order: Order, reason: string, actor: Actor): Promise<Order> {
    const change = cancel(order, reason, actor, new Date());
    await this.commands.execute(new CancelFulfilment({ orderId: order.id }));
    return this.takeBack(order, change, { key: 'cancel', items: rowsOf(unsentPieces(order)), parts: {} }, reason, actor);
  }

  private async cancelSome(order: Order, asked: readonly ItemQuantity[], reason: string, actor: Actor): Promise<Order> {
    const { change, cancellation } = cancelItems(order, asked, reason, actor, new Date());
    const { id, items } = cancellation;
    await this.commands.execute(fulfilmentOf(order)); // the paid order's event may still be on its way there
    await this.commands.execute(new WithdrawItems({ orderId: order.id, items }));
    return this.takeBack(order, change, { key: `cancel-${id}`, items, parts: { items } }, reason, actor);
  }

  /** Puts the pieces back on the shelf and sends their money back, where there is any. */
  private async takeBack(
    order: Order,
    change: Change<Order>,
    { key, items, parts }: { readonly key: string; readonly items: readonly ItemQuantity[]; readonly parts: RefundWish },
    reason: string,
    actor: Actor,
  ): Promise<Order> {
    const lines = items.map(({ item, quantity }) => ({ sku: skuOf(order, item), quantity }));
    await this.commands.execute(new ReclaimItems({ orderId: order.id, key, lines }));
    return this.orders.save(await this.money.giveBackFor(change, parts, { key, reason, by: actor.by, at: new Date() }));
  }
}
