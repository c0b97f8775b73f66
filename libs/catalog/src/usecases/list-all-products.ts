import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Forbidden, type Listed, type Slice } from '@cartwright/platform';
import type { BackOfficeFilter, ProductQuestion } from '../model/product-query';
import type { ShownProduct } from '../model/product';
import { ListProducts } from './list-products';
import type { EditTarget } from './product-editing';

/** A page of all products, on sale or not, as an admin sees them; a vendor sees those of its own that are not archived. `category` may be an id or a slug. */
export class ListAllProducts extends Query<Listed<ShownProduct>> {
  constructor(
    readonly input: ProductQuestion & {
      readonly backOffice: BackOfficeFilter;
      readonly slice: Slice;
      readonly viewer: EditTarget['editor'];
    },
  ) {
    super();
  }
}

@QueryHandler(ListAllProducts)
export class ListAllProductsHandler implements IQueryHandler<ListAllProducts> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ input: { viewer, ...question } }: ListAllProducts): Promise<Listed<ShownProduct>> {
    if (viewer.kind === 'admin') return this.queries.execute(new ListProducts(question));
    // Whoever asks for what is not shown is told so: an empty list would say that there is none.
    if (question.backOffice.archived || (question.vendor ?? viewer.id) !== viewer.id) throw new Forbidden({});
    return this.queries.execute(new ListProducts({ ...question, vendor: viewer.id }));
  }
}
