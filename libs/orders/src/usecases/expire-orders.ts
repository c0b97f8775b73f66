import { Injectable, Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CancelPayment } from '@cartwright/payments';
import { Repeats } from '@cartwright/platform';
import { OrderStore } from '../store/order.store';
import { FailOrder } from './fail-order';

/** The timer that does it, which may be asked for a round at the moment when an order's time is up. */
export const expireOrders = 'orders.expire';

const mostPerRound = 100;

/** Fails the orders that were not paid in time. The payment is withdrawn first: one that went through meanwhile makes the order paid instead. */
@Injectable()
export class ExpireOrders {
  private readonly logger = new Logger(ExpireOrders.name);

  constructor(
    private readonly orders: OrderStore,
    private readonly commands: CommandBus,
  ) {}

  @Repeats(expireOrders, 5_000)
  async run(): Promise<void> {
    for (const { id: orderId, orderNumber } of await this.orders.overdue(new Date(), mostPerRound)) {
      const { status } = await this.commands.execute(new CancelPayment({ orderId }));
      if (status === 'failed' || status === 'cancelled') await this.commands.execute(new FailOrder({ orderId, reason: 'expired' }));
      else this.logger.log(`Order ${orderNumber} is overdue, but its payment is ${status}: it is not given up yet.`);
    }
  }
}
