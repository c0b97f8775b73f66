import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetVariants, type SellableVariant } from '@cartwright/catalog';
import { GetAvailability } from '@cartwright/inventory';
import { skuOf, type CartItem, type Market } from '../model/cart';

interface Wanted {
  readonly productId: string;
  readonly variantId?: string;
}

/** Asks catalog and inventory about a cart's items: once each, however many lines there are. */
@Injectable()
export class CartMarket {
  constructor(private readonly queries: QueryBus) {}

  /** What they say of these items, and of one more variant (`null`: it does not exist). */
  async ask(items: readonly CartItem[], wanted?: Wanted): Promise<{ market: Market; variant: SellableVariant | null }> {
    const asked = [...items.map(({ product, variant }) => ({ productId: product, variantId: variant })), ...(wanted ? [wanted] : [])];
    const found = asked.length > 0 ? await this.queries.execute(new GetVariants({ items: asked })) : [];
    const variants = new Map(found.flatMap((variant) => (variant ? [[variant.variantId, variant]] : [])));
    const variant = wanted ? (found.at(-1) ?? null) : null;
    const skus = [...new Set([...items.map((item) => skuOf(item, variants)), ...(variant ? [variant.sku] : [])])];
    const stock = skus.length > 0 ? await this.queries.execute(new GetAvailability({ skus })) : {};
    return { market: { variants, stock }, variant };
  }

  /** Only what the catalogue says, for whoever looks at the stock later. */
  async prices(items: readonly CartItem[]): Promise<Market> {
    const asked = items.map(({ product, variant }) => ({ productId: product, variantId: variant }));
    const found = asked.length > 0 ? await this.queries.execute(new GetVariants({ items: asked })) : [];
    return { variants: new Map(found.flatMap((variant) => (variant ? [[variant.variantId, variant]] : []))), stock: {} };
  }
}
