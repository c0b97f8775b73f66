import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CancelFulfilment } from '@cartwright/fulfilment';
import { RestockItems } from '@cartwright/inventory';
import { RequestRefund } from '@cartwright/payments';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { cancel, type Actor, type Buyer, type Order } from '../model/order';
import { OrderStore } from '../store/order.store';

/** Cancels a paid order before it is shipped: its stock is back and its money on the way at the same instant. By its buyer, or (without one) by an admin. */
export class CancelOrder extends Command<Order> {
  constructor(readonly input: { readonly orderNumber: string; readonly buyer?: Buyer; readonly actor: Actor; readonly reason?: string }) {
    super();
  }
}

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { orderNumber, buyer, actor, reason = 'cancelled' } }: CancelOrder): Promise<Order> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.byNumber(orderNumber, buyer);
        const cancelled = await this.orders.save(cancel(order, reason, actor, new Date()));
        const orderId = order.id;
        await this.commands.execute(new CancelFulfilment({ orderId }));
        const lines = order.items.map(({ sku, quantity }) => ({ sku, quantity }));
        await this.commands.execute(new RestockItems({ orderId, key: 'cancel', lines }));
        await this.commands.execute(new RequestRefund({ orderId, key: 'cancel', reason }));
        return cancelled;
      }),
    );
  }
}
