import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale } from '@cartwright/platform';
import { markRefundedIfBack, settleRefund } from '../model/order-refund';
import { OrderStore } from '../store/order.store';

/**
 * The gateway has sent money back, or would not. A cancelled or returned order is Refunded when nothing of its money is under way any more. Other orders
 * only note it.
 */
export class SettleRefund extends Command<void> {
  constructor(
    readonly input: { readonly orderId: string; readonly key?: string; readonly amount: number; readonly status: 'succeeded' | 'failed' },
  ) {
    super();
  }
}

@CommandHandler(SettleRefund)
export class SettleRefundHandler implements ICommandHandler<SettleRefund> {
  constructor(private readonly orders: OrderStore) {}

  async execute({ input: { orderId, key, amount, status } }: SettleRefund): Promise<void> {
    await retryWhenStale(async () => {
      const order = await this.orders.get(orderId);
      const settled = (key === undefined ? null : settleRefund(order, key, status)) ?? { next: order, events: [] };
      const refunded = status === 'succeeded' ? markRefundedIfBack(settled.next, new Date(), amount) : null;
      const change = refunded ? { next: refunded.next, events: [...settled.events, ...refunded.events] } : settled;
      if (change.events.length > 0) await this.orders.save(change);
    });
  }
}
