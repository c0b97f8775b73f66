import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RestockItems } from '../contract/stock-commands';
import { restock } from '../model/restock';
import { KnownLocations } from './known-locations';
import { ReturnedStock } from './returned-stock';

@CommandHandler(RestockItems)
export class RestockItemsHandler implements ICommandHandler<RestockItems> {
  constructor(
    private readonly returned: ReturnedStock,
    private readonly locations: KnownLocations,
  ) {}

  async execute({ input }: RestockItems): Promise<void> {
    await this.locations.check(input.lines.map(({ location }) => location));
    await this.returned.take(input, restock);
  }
}
