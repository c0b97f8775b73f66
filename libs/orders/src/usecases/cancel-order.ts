import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { CancelFulfilment } from '@cartwright/fulfilment';
import { RestockItems } from '@cartwright/inventory';
import { GetPayments, RequestRefund } from '@cartwright/payments';
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
    private readonly queries: QueryBus,
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
        if (await this.hasMoney(orderId)) await this.commands.execute(new RequestRefund({ orderId, key: 'cancel', reason }));
        return cancelled;
      }),
    );
  }

  /** Money that was only held may have lapsed meanwhile: then there is none to give back. */
  private async hasMoney(orderId: string): Promise<boolean> {
    const payment = (await this.queries.execute(new GetPayments({ orderIds: [orderId] })))[orderId];
    return payment?.status === 'captured' || payment?.status === 'authorized';
  }
}
