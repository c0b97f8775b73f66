import { setTimeout as sleep } from 'node:timers/promises';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { LevelsChanged } from '@cartwright/inventory';
import { OutsideTransaction } from '@cartwright/platform';
import { ProductStore } from '../store/product.store';
import { StockOfProducts } from './stock-of-products';

/** Changes that come within this time of each other are followed together: a hot SKU's product is written so often at most. */
const togetherMs = 25;

/** Keeps the copy of the stock that lists show. It asks for the levels of now, so events that come late or twice change nothing. */
@OutsideTransaction('a level that is not newer than the copy changes nothing')
@EventsHandler(LevelsChanged)
export class FollowStock implements IEventHandler<LevelsChanged> {
  private changed = new Set<string>();
  private following?: Promise<void>;

  constructor(
    private readonly products: ProductStore,
    private readonly stock: StockOfProducts,
  ) {}

  async handle({ data }: LevelsChanged): Promise<void> {
    for (const sku of data.skus) this.changed.add(sku);
    await (this.following ??= this.follow());
  }

  private async follow(): Promise<void> {
    await sleep(togetherMs);
    const skus = [...this.changed];
    this.changed = new Set();
    this.following = undefined;
    await this.products.followStock(await this.stock.of(skus));
  }
}
