import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import { Forbidden, InvalidInput, Transactions } from '@cartwright/platform';
import { newProduct, newVariant, type Option, type Product, type Variant, type VariantContent } from '../model/product';
import { ProductStore } from '../store/product.store';
import { refuseProblems, type EditTarget } from './product-editing';
import { References } from './references';
import { StockOfProducts, type CountedSku } from './stock-of-products';

export interface NewVariantInput extends VariantContent {
  /** Pieces on hand. */
  readonly stock: number;
}

export interface NewProductInput {
  readonly name: string;
  readonly description?: string;
  readonly brand: string;
  readonly category: string;
  readonly images: readonly string[];
  readonly basePrice: number | null;
  readonly currency: string;
  readonly options: readonly Option[];
  readonly variants: readonly NewVariantInput[];
  /** Said by admins; a vendor's product is its own. */
  readonly vendor?: string;
  /** On sale at once, unless told otherwise; what a vendor proposes is not. */
  readonly isActive?: boolean;
  readonly slug?: string;
  /** Without options: of the only variant. */
  readonly sku?: string;
  readonly stock?: number;
}

/**
 * Makes a product with its variants and their stock, all or nothing; answers its id. What a vendor makes is a proposal: its own, and not on sale until an admin has it so.
 * Errors: forbidden, when a vendor says otherwise.
 */
export class CreateProduct extends Command<string> {
  constructor(readonly input: NewProductInput & { readonly creator: EditTarget['editor'] }) {
    super();
  }
}

@CommandHandler(CreateProduct)
export class CreateProductHandler implements ICommandHandler<CreateProduct> {
  constructor(
    private readonly products: ProductStore,
    private readonly references: References,
    private readonly stock: StockOfProducts,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { creator, ...input } }: CreateProduct): Promise<string> {
    const standing = standingOf(input, creator);
    return this.transactions.run(async () => {
      const said = variantsOf(input);
      const variants = said.map(newVariant);
      const product = await this.compose({ ...input, ...standing }, variants);
      refuseProblems(product);
      const counted: CountedSku[] = said.map(({ sku, stock }) => ({ sku, onHand: stock }));
      const [settled = product] = await this.stock.settle([product], counted, 'product created');
      const { id } = await this.products.save({ next: settled, events: [] });
      return id;
    });
  }

  private async compose(input: NewProductInput & Standing, variants: Variant[]): Promise<Product> {
    const now = new Date();
    const id = newId();
    const { name, description, brand, images, basePrice, currency, options, isActive } = input;
    const vendor = await this.references.vendor(input.vendor);
    const category = await this.references.category(input.category, now);
    const slug = input.slug ?? (await this.references.freeSlug(name, id));
    return newProduct(
      { id, name, description, brand, images, basePrice, currency, options, variants, vendor, category, slug, isActive },
      now,
    );
  }
}

/** Whose a product is, and whether the public sees it. */
type Standing = Required<Pick<NewProductInput, 'vendor' | 'isActive'>>;

function standingOf({ vendor, isActive }: NewProductInput, creator: EditTarget['editor']): Standing {
  if (creator.kind === 'admin') {
    if (vendor === undefined) throw wrong('vendor', 'required', 'vendor is required: an admin says whose the product is.');
    return { vendor, isActive: isActive ?? true };
  }
  if ((vendor ?? creator.id) !== creator.id || isActive === true) throw new Forbidden({});
  return { vendor: creator.id, isActive: false };
}

/** The variants as they were said; for a product without options, the one that stands at the top level. */
function variantsOf(input: NewProductInput): readonly NewVariantInput[] {
  const { options, variants, sku, stock, basePrice } = input;
  const alone = options.length === 0 && variants.length === 0;
  if (!alone && sku !== undefined) throw wrong('sku', 'misplaced', 'With options, or with variants given, each variant has its own sku.');
  if (!alone && stock !== undefined)
    throw wrong('stock', 'misplaced', 'With options, or with variants given, each variant has its own stock.');
  if (!alone) return variants;
  if (sku === undefined) throw wrong('sku', 'required', 'sku is required for a product without options.');
  return [{ sku, options: [], price: basePrice, images: [], stock: stock ?? 0 }];
}

function wrong(path: string, code: string, message: string): Error {
  return new InvalidInput({ errors: [{ path, code, message }] });
}
