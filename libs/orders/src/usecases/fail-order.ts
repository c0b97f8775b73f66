import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReleaseReservation } from '@cartwright/inventory';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { markFailed } from '../model/order';
import { OrderStore } from '../store/order.store';

/** The payment will not come: the order is Failed and its stock is free. An order that does not wait for payment stays as it is. */
export class FailOrder extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly reason: string }) {
    super();
  }
}

@CommandHandler(FailOrder)
export class FailOrderHandler implements ICommandHandler<FailOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { orderId, reason } }: FailOrder): Promise<void> {
    await retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.get(orderId);
        if (order.status !== 'PaymentPending') return;
        await this.orders.save(markFailed(order, reason, { by: 'payment' }, new Date()));
        await this.commands.execute(new ReleaseReservation({ orderId }));
      }),
    );
  }
}
