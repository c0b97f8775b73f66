import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetAvailability, type Availability } from '../contract/stock-commands';
import { StockStore } from '../store/stock.store';

@QueryHandler(GetAvailability)
export class GetAvailabilityHandler implements IQueryHandler<GetAvailability> {
  constructor(private readonly stock: StockStore) {}

  async execute({ input: { skus } }: GetAvailability): Promise<Readonly<Record<string, Availability>>> {
    if (skus.length === 0) return {};
    const levels = await this.stock.levelsOf(skus);
    return Object.fromEntries([...levels].map(([sku, { available, revision }]) => [sku, { available, revision }]));
  }
}
