import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale } from '@cartwright/platform';
import { ForgetRecipient } from '../contract/fulfilment-commands';
import { forgetRecipient } from '../model/fulfilment';
import { FulfilmentStore } from '../store/fulfilment.store';

@CommandHandler(ForgetRecipient)
export class ForgetRecipientHandler implements ICommandHandler<ForgetRecipient> {
  constructor(private readonly fulfilments: FulfilmentStore) {}

  async execute({ input: { orderId } }: ForgetRecipient): Promise<void> {
    await retryWhenStale(async () => {
      const fulfilment = await this.fulfilments.ofOrder(orderId);
      const change = fulfilment && forgetRecipient(fulfilment);
      if (change) await this.fulfilments.save(change);
    });
  }
}
