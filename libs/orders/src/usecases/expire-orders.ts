import { Injectable, Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CancelPayment } from '@cartwright/payments';
import { Repeats, sweep } from '@cartwright/platform';
import type { Order } from '../model/order';
import { OrderStore } from '../store/order.store';
import { FailOrder } from './fail-order';
import { MarkOrderPaid } from './mark-order-paid';

/** The timer that does it, which may be asked for a round at the moment when an order's time is up. */
export const expireOrders = 'orders.expire';

/** Longer than a provider is waited for. */
const leaseMs = 60_000;
const longestPauseMs = 300_000;

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
    await sweep(
      () => this.orders.takeOverdue(new Date(), leaseMs),
      (order) => this.giveUp(order),
    );
  }

  /** One that cannot be given up yet is tried again later, the more rarely the longer it is overdue, and holds up no other. */
  private async giveUp(order: Order): Promise<void> {
    if (await this.isGivenUp(order)) return;
    const now = Date.now();
    await this.orders.putOff(order, new Date(now + Math.min(now - order.payBy.getTime(), longestPauseMs)));
  }

  private async isGivenUp({ id: orderId, orderNumber }: Order): Promise<boolean> {
    try {
      const { status, pays, transactionId } = await this.commands.execute(new CancelPayment({ orderId }));
      // Money that is held was told of while the order was in hand here, and waits for what became of it. Where holding it is not enough, only its capture is told of.
      if (status === 'authorized' && pays && transactionId) await this.commands.execute(new MarkOrderPaid({ orderId, transactionId }));
      if (status === 'failed' || status === 'cancelled') await this.commands.execute(new FailOrder({ orderId, reason: 'expired' }));
      else this.logger.log(`Order ${orderNumber} is overdue, but its payment is ${status}: it is not given up yet.`);
      return status === 'failed' || status === 'cancelled';
    } catch (error) {
      this.logger.error(`Order ${orderNumber} is overdue and could not be given up; it is tried again.`, error);
      return false;
    }
  }
}
