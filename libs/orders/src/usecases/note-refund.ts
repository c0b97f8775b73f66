import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { MinorUnits } from '@cartwright/kernel';
import { retryWhenStale } from '@cartwright/platform';
import { recordRefund } from '../model/order-refund';
import { OrderStore } from '../store/order.store';

/** Money of an order goes back that nobody here has asked back. Which goods it is for nobody knows: they stay as they are. */
export class NoteRefund extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly key: string; readonly amount: MinorUnits }) {
    super();
  }
}

@CommandHandler(NoteRefund)
export class NoteRefundHandler implements ICommandHandler<NoteRefund> {
  constructor(private readonly orders: OrderStore) {}

  async execute({ input: { orderId, key, amount } }: NoteRefund): Promise<void> {
    await retryWhenStale(async () => {
      const record = { key, reason: 'made at the payment provider', by: 'payment' as const, at: new Date() };
      const change = recordRefund(await this.orders.get(orderId), { amount, items: [], shipping: 0 }, record);
      if (change) await this.orders.save(change);
    });
  }
}
