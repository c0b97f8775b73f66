import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Forbidden, InvalidInput } from '@cartwright/platform';
import type { Product, ProductContent } from '../model/product';
import { editProduct } from '../model/product-edits';
import { ProductEditing, type EditTarget } from './product-editing';
import { References } from './references';

/** What is to change; everything left out stays. `sku` and `stock` are for products without options. */
export interface ProductChanges extends Partial<ProductContent> {
  readonly slug?: string;
  readonly category?: string;
  readonly vendor?: string;
  readonly isActive?: boolean;
  readonly sku?: string;
  readonly stock?: number;
}

export class EditProduct extends Command<void> {
  constructor(readonly input: { readonly target: EditTarget; readonly changes: ProductChanges }) {
    super();
  }
}

@CommandHandler(EditProduct)
export class EditProductHandler implements ICommandHandler<EditProduct> {
  constructor(
    private readonly editing: ProductEditing,
    private readonly references: References,
  ) {}

  async execute({ input: { target, changes } }: EditProduct): Promise<void> {
    const { stock, category, vendor, ...said } = changes;
    await this.editing.apply(target, async (product) => {
      refuseToVendor(target, product, changes);
      refuseMisplaced(product, changes);
      const found = {
        ...(category === undefined ? {} : { category: await this.references.category(category, new Date()) }),
        ...(vendor === undefined ? {} : { vendor: await this.references.vendor(vendor) }),
      };
      const next = editProduct(product, { ...said, ...found });
      const [only] = next.variants;
      return { next, counted: stock === undefined || !only ? [] : [{ sku: only.sku, onHand: stock }] };
    });
  }
}

/** Whose a product is, and whether the public sees it again, is for admins to say. */
function refuseToVendor({ editor }: EditTarget, product: Product, { vendor, isActive }: ProductChanges): void {
  if (editor.kind === 'vendor' && (vendor !== undefined || (isActive === true && !product.isActive))) throw new Forbidden({});
}

function refuseMisplaced(product: Product, { sku, stock, options }: ProductChanges): void {
  if ((options ?? product.options).length === 0) return;
  const errors = Object.entries({ sku, stock }).flatMap(([path, value]) =>
    value === undefined ? [] : [{ path, code: 'misplaced', message: `The product has options, so each variant has its own ${path}.` }],
  );
  if (errors.length > 0) throw new InvalidInput({ errors });
}
