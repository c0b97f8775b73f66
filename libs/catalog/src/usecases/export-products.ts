import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetOnHand } from '@cartwright/inventory';
import type { Category } from '../model/category';
import { lineOf, type CatalogueLine } from '../model/export-line';
import type { Product } from '../model/product';
import { CategoryStore } from '../store/category.store';
import { ProductStore } from '../store/product.store';

/** So many products are read at a time, and held in memory. */
const atOnce = 100;

/**
 * Every product as a line of a catalogue, some at a time, in the order in which they were made; each as it is when its turn comes. What it answers is read no faster than it is
 * asked for.
 */
export class ExportProducts extends Query<AsyncIterable<readonly CatalogueLine[]>> {}

@QueryHandler(ExportProducts)
export class ExportProductsHandler implements IQueryHandler<ExportProducts> {
  constructor(
    private readonly products: ProductStore,
    private readonly categories: CategoryStore,
    private readonly queries: QueryBus,
  ) {}

  async execute(): Promise<AsyncIterable<readonly CatalogueLine[]>> {
    return Promise.resolve(this.lines());
  }

  private async *lines(): AsyncGenerator<readonly CatalogueLine[], void> {
    let names = await this.names();
    let last: string | undefined;
    for (;;) {
      const products = await this.products.after(last, atOnce);
      if (products.length === 0) return;
      if (products.some(({ categoryIds }) => categoryIds.some((id) => !names.has(id)))) names = await this.names();
      const skus = products.flatMap(({ variants }) => variants.map(({ sku }) => sku));
      const onHand = await this.queries.execute(new GetOnHand({ skus }));
      yield products.map((product) => lineOf(product, { categoryPath: pathOf(product, names), onHand }));
      last = products.at(-1)?.id;
    }
  }

  private async names(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.categories.all()).map(({ id, name }: Category) => [id, name]));
  }
}

function pathOf({ categoryIds, category }: Product, names: ReadonlyMap<string, string>): string[] {
  return categoryIds.map((id) => (id === category.id ? category.name : names.get(id)) ?? category.name);
}
