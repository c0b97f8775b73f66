import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RefundAgain, RefundedOtherwise } from '@cartwright/payments';
import { StaleVersion } from '@cartwright/platform';
import { refundAgain } from '../model/order-refund';
import { OrderStore } from '../store/order.store';

/** The order's say in it. Money that came for a dead order went back without being on its record; of that it has nothing to say. */
@CommandHandler(RefundAgain)
export class RefundAgainHandler implements ICommandHandler<RefundAgain> {
  constructor(private readonly orders: OrderStore) {}

  async execute({ input: { orderId, key } }: RefundAgain): Promise<void> {
    const order = await this.orders.get(orderId);
    const known = order.refunds.find((refund) => refund.key === key);
    if (!known) return;
    // The news that it failed is still on its way here, and would be taken for the next attempt's.
    if (known.status !== 'failed') throw new StaleVersion({ subject: 'order', id: orderId });
    const change = refundAgain(order, known);
    if (!change) throw new RefundedOtherwise({ orderId, key });
    await this.orders.save(change);
  }
}
