import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RefillCart } from '@cartwright/cart';
import { IllegalTransition } from '@cartwright/kernel';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { AlreadyRetried } from '../contract/refusals';
import type { Buyer, Order } from '../model/order';
import { OrderStore } from '../store/order.store';

/** Puts the items of a Failed order back into its buyer's cart, once. The order stays Failed. */
export class RetryOrder extends Command<Order> {
  constructor(readonly input: { readonly orderNumber: string; readonly buyer: Buyer }) {
    super();
  }
}

@CommandHandler(RetryOrder)
export class RetryOrderHandler implements ICommandHandler<RetryOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { orderNumber, buyer } }: RetryOrder): Promise<Order> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.byNumber(orderNumber, buyer);
        if (order.status !== 'Failed') throw new IllegalTransition({ subject: 'order', from: order.status, to: 'Cart' });
        if (order.retriedAt) throw new AlreadyRetried({ orderNumber });
        const retried = await this.orders.save({ next: { ...order, retriedAt: new Date() }, events: [] });
        const lines = order.items.map(({ product, variant, quantity }) => ({ productId: product, variantId: variant, quantity }));
        await this.commands.execute(new RefillCart({ owner: buyer, orderId: order.id, lines }));
        return retried;
      }),
    );
  }
}
