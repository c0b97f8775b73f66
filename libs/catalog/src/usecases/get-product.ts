import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import { ProductNotFound } from '../contract/refusals';
import { stockOf, type ShownProduct } from '../model/product';
import { ProductStore } from '../store/product.store';
import { StockOfProducts } from './stock-of-products';

/** Who looks: the public sees active products, a vendor its own others as well, an admin all. */
export type Viewer = { readonly kind: 'public' } | { readonly kind: 'vendor'; readonly id: string } | { readonly kind: 'admin' };

/** One product with the stock that inventory has at this moment. */
export class GetProduct extends Query<ShownProduct> {
  constructor(readonly input: { readonly idOrSlug: string; readonly viewer: Viewer }) {
    super();
  }
}

@QueryHandler(GetProduct)
export class GetProductHandler implements IQueryHandler<GetProduct> {
  constructor(
    private readonly products: ProductStore,
    private readonly stock: StockOfProducts,
  ) {}

  async execute({ input: { idOrSlug, viewer } }: GetProduct): Promise<ShownProduct> {
    const product = isId(idOrSlug) ? await this.products.shownById(idOrSlug) : await this.products.shownBySlug(idOrSlug);
    if (!product || !maySee(viewer, product)) throw new ProductNotFound({ product: idOrSlug });
    const levels = await this.stock.ofNow(product.variants.map(({ sku }) => sku));
    const unknown = { available: 0, backorderable: 0, revision: 0 };
    const variants = product.variants.map((variant, index) => ({ ...variant, ...stockOf(levels[index] ?? unknown) }));
    return { ...product, variants };
  }
}

function maySee(viewer: Viewer, product: ShownProduct): boolean {
  if (product.isActive || viewer.kind === 'admin') return true;
  return viewer.kind === 'vendor' && product.vendor.id === viewer.id && !product.archivedAt;
}
