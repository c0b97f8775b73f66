import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { CommitReservation, ReservationGone } from '@cartwright/inventory';
import { GetPayments } from '@cartwright/payments';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { markFailed, markPaid, receiveLatePayment, type Order } from '../model/order';
import { OrderStore } from '../store/order.store';

/**
 * The gateway has the money, or holds it (`held`): the order is Processing and its stock sold. Money that comes too late is announced, and goes back; money that was held and
 * is not any more, because it was withdrawn meanwhile, pays for nothing.
 */
export class MarkOrderPaid extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly transactionId: string; readonly held?: boolean }) {
    super();
  }
}

@CommandHandler(MarkOrderPaid)
export class MarkOrderPaidHandler implements ICommandHandler<MarkOrderPaid> {
  constructor(
    private readonly orders: OrderStore,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input: { orderId, transactionId, held = false } }: MarkOrderPaid): Promise<void> {
    await retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.get(orderId);
        if (held && order.status === 'PaymentPending' && !(await this.isHeld(order))) return;
        await this.apply(order, transactionId);
      }),
    );
  }

  /** Whether it is certain to be held still. Of an order that is being given up whoever does that finds out: its payment may be withdrawn at this moment. */
  private async isHeld({ id, giveUpAt }: Order): Promise<boolean> {
    if (giveUpAt) return false;
    return (await this.queries.execute(new GetPayments({ orderIds: [id] })))[id]?.pays ?? false;
  }

  private async apply(order: Order, transactionId: string): Promise<void> {
    if (order.status !== 'PaymentPending') return this.tooLate(order, transactionId);
    try {
      await this.commands.execute(new CommitReservation({ orderId: order.id }));
    } catch (error) {
      if (!(error instanceof ReservationGone)) throw error;
      // The hold ran out and others bought the stock: the order fails, and what was paid for it goes back.
      const failed = await this.orders.save(markFailed(order, 'out_of_stock', { by: 'system' }, new Date()));
      return this.tooLate(failed, transactionId);
    }
    await this.orders.save(markPaid(order, transactionId, new Date()));
  }

  private async tooLate(order: Order, transactionId: string): Promise<void> {
    const change = receiveLatePayment(order, transactionId);
    if (change) await this.orders.save(change);
  }
}
