import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isDuplicate } from '@cartwright/platform';
import { StartFulfilment } from '../contract/fulfilment-commands';
import { start } from '../model/fulfilment';
import { FulfilmentStore } from '../store/fulfilment.store';

@CommandHandler(StartFulfilment)
export class StartFulfilmentHandler implements ICommandHandler<StartFulfilment> {
  constructor(private readonly fulfilments: FulfilmentStore) {}

  async execute({ input }: StartFulfilment): Promise<void> {
    if (await this.fulfilments.ofOrder(input.orderId)) return;
    try {
      await this.fulfilments.save(start(input, new Date()));
    } catch (error) {
      if (!isDuplicate(error, 'orderId')) throw error; // somebody else was told at the same time, and was faster
    }
  }
}
