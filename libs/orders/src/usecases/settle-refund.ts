import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale } from '@cartwright/platform';
import { sum } from '@cartwright/kernel';
import { markRefunded, orderLifecycle, type Order } from '../model/order';
import { hasOpenRefund, settleRefund } from '../model/order-refund';
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
      const settled = key === undefined ? null : settleRefund(order, key, status);
      const { next, events } = settled ?? { next: order, events: [] };
      if (status === 'failed' || hasOpenRefund(next) || !orderLifecycle.allows(next.status, 'Refunded')) {
        if (settled) await this.orders.save(settled);
        return;
      }
      const refunded = markRefunded(next, refundedOf(next) || amount, new Date());
      await this.orders.save({ next: refunded.next, events: [...events, ...refunded.events] });
    });
  }
}

function refundedOf(order: Order): number {
  return sum(order.refunds.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount));
}
