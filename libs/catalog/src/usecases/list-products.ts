import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import type { Listed, Slice } from '@cartwright/platform';
import type { ProductQuestion } from '../model/product-query';
import { CategoryStore } from '../store/category.store';
import type { ShownProduct } from '../model/product';
import { ProductStore } from '../store/product.store';

/** A page of the products on sale, or of those that staff looks through; `category` may be an id or a slug. What does not exist has no products. */
export class ListProducts extends Query<Listed<ShownProduct>> {
  constructor(readonly input: ProductQuestion & { readonly slice: Slice }) {
    super();
  }
}

@QueryHandler(ListProducts)
export class ListProductsHandler implements IQueryHandler<ListProducts> {
  constructor(
    private readonly products: ProductStore,
    private readonly categories: CategoryStore,
  ) {}

  async execute({ input }: ListProducts): Promise<Listed<ShownProduct>> {
    const { category: asked } = input;
    if (asked === undefined || isId(asked)) return this.products.page(input);
    const category = await this.categories.idOfSlug(asked);
    return category === null ? { rows: [], total: 0 } : this.products.page({ ...input, category });
  }
}
