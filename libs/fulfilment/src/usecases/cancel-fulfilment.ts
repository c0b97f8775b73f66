import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isDuplicate, retryWhenStale } from '@cartwright/platform';
import { CancelFulfilment } from '../contract/fulfilment-commands';
import { cancel, cancelledBeforeStart } from '../model/fulfilment';
import { FulfilmentStore } from '../store/fulfilment.store';

@CommandHandler(CancelFulfilment)
export class CancelFulfilmentHandler implements ICommandHandler<CancelFulfilment> {
  constructor(private readonly fulfilments: FulfilmentStore) {}

  async execute({ input: { orderId } }: CancelFulfilment): Promise<void> {
    try {
      await this.cancel(orderId);
    } catch (error) {
      if (!isDuplicate(error, 'orderId')) throw error; // it was started in this very moment
      await this.cancel(orderId);
    }
  }

  private async cancel(orderId: string): Promise<void> {
    await retryWhenStale(async () => {
      const fulfilment = await this.fulfilments.ofOrder(orderId);
      const change = fulfilment ? cancel(fulfilment) : cancelledBeforeStart(orderId, new Date());
      if (change) await this.fulfilments.save(change);
    });
  }
}
