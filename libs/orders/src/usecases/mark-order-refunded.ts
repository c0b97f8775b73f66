import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale } from '@cartwright/platform';
import { markRefunded, orderLifecycle } from '../model/order';
import { OrderStore } from '../store/order.store';

/** The gateway has sent money back: a cancelled or returned order is Refunded with it. Other orders stay as they are. */
export class MarkOrderRefunded extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly amount: number }) {
    super();
  }
}

@CommandHandler(MarkOrderRefunded)
export class MarkOrderRefundedHandler implements ICommandHandler<MarkOrderRefunded> {
  constructor(private readonly orders: OrderStore) {}

  async execute({ input }: MarkOrderRefunded): Promise<void> {
    await retryWhenStale(async () => {
      const order = await this.orders.get(input.orderId);
      if (orderLifecycle.allows(order.status, 'Refunded')) await this.orders.save(markRefunded(order, input.amount, new Date()));
    });
  }
}
