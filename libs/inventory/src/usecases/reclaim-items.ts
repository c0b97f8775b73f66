import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReclaimItems } from '../contract/stock-commands';
import { reclaim } from '../model/restock';
import { ReturnedStock } from './returned-stock';

@CommandHandler(ReclaimItems)
export class ReclaimItemsHandler implements ICommandHandler<ReclaimItems> {
  constructor(private readonly returned: ReturnedStock) {}

  async execute({ input }: ReclaimItems): Promise<void> {
    await this.returned.take(input, reclaim);
  }
}
