import { Injectable } from '@nestjs/common';
import { isId } from '@cartwright/kernel';
import { checkVersion, InvalidInput, retryWhenStale, Transactions } from '@cartwright/platform';
import { ProductNotFound } from '../contract/refusals';
import type { Product } from '../model/product';
import { shapeProblems } from '../model/product-rules';
import { ProductStore } from '../store/product.store';
import { StockOfProducts, type CountedSku } from './stock-of-products';

/** Which product is edited, by whom, and as of which edit. */
export interface EditTarget {
  readonly productId: string;
  /** Who edits: an admin edits all products, a vendor only those of its own that are not archived. */
  readonly editor: { readonly kind: 'admin' } | { readonly kind: 'vendor'; readonly id: string };
  /** The edit that the caller saw last; a later one refuses this one. */
  readonly expected?: number;
}

/** What has become of a product, and what was counted of its stock. */
export interface Decision {
  readonly next: Product;
  readonly counted?: readonly CountedSku[];
}

/** What every edit of a product does around its decision: load, check, decide, settle the stock, save, all in one transaction. */
@Injectable()
export class ProductEditing {
  constructor(
    private readonly products: ProductStore,
    private readonly stock: StockOfProducts,
    private readonly transactions: Transactions,
  ) {}

  /** Stock copies arrive all the time and make the version stale, so an edit is repeated on what has become of the product. */
  async apply(target: EditTarget, decide: (product: Product) => Promise<Decision> | Decision): Promise<Product> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const product = await this.load(target);
        const { next, counted = [] } = await decide(product);
        refuseProblems(next);
        const [settled = next] = await this.stock.settle([next], counted, 'edited in the catalogue');
        return this.products.save({ next: settled, events: [] });
      }),
    );
  }

  private async load({ productId, editor, expected }: EditTarget): Promise<Product> {
    const product = isId(productId) ? await this.products.find(productId) : null;
    const hidden = editor.kind === 'vendor' && (product?.vendor.id !== editor.id || product.archivedAt !== undefined);
    if (!product || hidden) throw new ProductNotFound({ product: productId });
    checkVersion({ version: product.revision }, expected);
    return product;
  }
}

/** Refuses a product that breaks the rules of options and variants, naming each place. */
export function refuseProblems(product: Pick<Product, 'options' | 'variants'>): void {
  const errors = shapeProblems(product);
  if (errors.length > 0) throw new InvalidInput({ errors });
}
