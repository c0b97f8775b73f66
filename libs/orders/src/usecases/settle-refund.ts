import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Change, MinorUnits } from '@cartwright/kernel';
import { retryWhenStale } from '@cartwright/platform';
import type { Order } from '../model/order';
import { markRefundedIfBack, settleRefund } from '../model/order-refund';
import { OrderStore } from '../store/order.store';
import { OrderMoney } from './order-money';

/**
 * The gateway has sent money back, or would not. A cancelled or returned order is Refunded when nothing of its money is under way any more: when the last of it is back, or would not
 * go because all of it is back already. Other orders only note it.
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
  constructor(
    private readonly orders: OrderStore,
    private readonly money: OrderMoney,
  ) {}

  async execute({ input: { orderId, key, amount, status } }: SettleRefund): Promise<void> {
    await retryWhenStale(async () => {
      const order = await this.orders.get(orderId);
      const settled = (key === undefined ? null : settleRefund(order, key, status)) ?? { next: order, events: [] };
      const refunded = await this.refundedIfBack(settled.next, status === 'succeeded' ? amount : 0);
      const change = refunded ? { next: refunded.next, events: [...settled.events, ...refunded.events] } : settled;
      if (change.events.length > 0) await this.orders.save(change);
    });
  }

  private async refundedIfBack(order: Order, told: MinorUnits): Promise<Change<Order> | null> {
    return markRefundedIfBack(order, new Date(), await this.money.refundable(order), told);
  }
}
