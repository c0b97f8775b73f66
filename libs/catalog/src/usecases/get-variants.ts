import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import { GetVariants, type SellableVariant } from '../contract/sellable-variant';
import type { ShownProduct, Variant } from '../model/product';
import { ProductStore } from '../store/product.store';

@QueryHandler(GetVariants)
export class GetVariantsHandler implements IQueryHandler<GetVariants> {
  constructor(private readonly products: ProductStore) {}

  async execute({ input: { items } }: GetVariants): Promise<(SellableVariant | null)[]> {
    const ids = [...new Set(items.map(({ productId }) => productId).filter(isId))];
    const products = ids.length === 0 ? [] : await this.products.shownByIds(ids);
    const byId = new Map(products.map((product) => [product.id, product]));
    return items.map(({ productId, variantId }) => {
      const product = byId.get(productId);
      const variant = product && chosen(product, variantId);
      return product && variant ? sellable(product, variant) : null;
    });
  }
}

function chosen({ variants }: ShownProduct, variantId: string | undefined): Variant | undefined {
  if (variantId === undefined) return variants.length === 1 ? variants[0] : undefined;
  return variants.find(({ id }) => id === variantId);
}

function sellable(product: ShownProduct, variant: Variant): SellableVariant {
  const { id: productId, name, brand, currency, isActive } = product;
  const { id: variantId, sku, price } = variant;
  const image = variant.images[0] ?? product.images[0];
  const options = Object.fromEntries(variant.options.map((choice) => [choice.name, choice.value]));
  return { productId, variantId, sku, name, brand, image, options, price, currency, isActive };
}
