import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale } from '@cartwright/platform';
import { WithdrawItems } from '../contract/fulfilment-commands';
import { NotStarted } from '../contract/refusals';
import { withdraw } from '../model/fulfilment';
import { FulfilmentStore } from '../store/fulfilment.store';

@CommandHandler(WithdrawItems)
export class WithdrawItemsHandler implements ICommandHandler<WithdrawItems> {
  constructor(private readonly fulfilments: FulfilmentStore) {}

  async execute({ input: { orderId, items } }: WithdrawItems): Promise<void> {
    await retryWhenStale(async () => {
      const fulfilment = await this.fulfilments.ofOrder(orderId);
      if (!fulfilment) throw new NotStarted({ orderId });
      await this.fulfilments.save(withdraw(fulfilment, items));
    });
  }
}
