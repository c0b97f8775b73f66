import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale } from '@cartwright/platform';
import { MarkDelivered } from '../contract/fulfilment-commands';
import { NotStarted } from '../contract/refusals';
import { deliver } from '../model/fulfilment';
import { FulfilmentStore } from '../store/fulfilment.store';

@CommandHandler(MarkDelivered)
export class MarkDeliveredHandler implements ICommandHandler<MarkDelivered> {
  constructor(private readonly fulfilments: FulfilmentStore) {}

  async execute({ input: { orderId, shipmentId } }: MarkDelivered): Promise<{ complete: boolean }> {
    return retryWhenStale(async () => {
      const fulfilment = await this.fulfilments.ofOrder(orderId);
      if (!fulfilment) throw new NotStarted({ orderId });
      const change = deliver(fulfilment, shipmentId, new Date());
      const { status } = change ? await this.fulfilments.save(change) : fulfilment;
      return { complete: status === 'delivered' };
    });
  }
}
