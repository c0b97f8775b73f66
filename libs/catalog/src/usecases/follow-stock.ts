import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { LevelsChanged } from '@cartwright/inventory';
import { OutsideTransaction } from '@cartwright/platform';
import { ProductStore } from '../store/product.store';
import { StockOfProducts } from './stock-of-products';

/** Keeps the copy of the stock that lists show. It asks for the levels of now, so events that come late or twice change nothing. */
@OutsideTransaction('a level that is not newer than the copy changes nothing')
@EventsHandler(LevelsChanged)
export class FollowStock implements IEventHandler<LevelsChanged> {
  constructor(
    private readonly products: ProductStore,
    private readonly stock: StockOfProducts,
  ) {}

  async handle({ data }: LevelsChanged): Promise<void> {
    await this.products.followStock(await this.stock.of(data.skus));
  }
}
