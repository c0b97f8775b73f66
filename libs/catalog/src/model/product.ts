import { newDocument, newId, type Stored } from '@cartwright/kernel';
import { pathOf, type Category, type CategoryReference } from './category';
import { searchWordsOf } from './search-words';
import { folded } from './slug';

export interface Option {
  readonly name: string;
  readonly values: readonly string[];
}

/** One choice of a variant. Kept as a pair, not as a key, so that names with dots or dollars survive any database. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** What somebody says of a variant. */
export interface VariantContent {
  readonly sku: string;
  readonly options: readonly Choice[];
  /** In minor units; `null`: kept, but cannot be bought. */
  readonly price: number | null;
  readonly images: readonly string[];
}

export interface Variant extends VariantContent {
  readonly id: string;
  /** The choices as they are looked for: folded `name=value`. */
  readonly keys: readonly string[];
  /** What inventory said was available, as of its revision. A copy for lists; inventory decides. */
  readonly stock: number;
  /** Whether more may be ordered than that, on back-order. Missing: no. */
  readonly backorder?: boolean;
  readonly stockRevision: number;
}

/** What inventory says of a SKU. */
export interface SkuStock {
  readonly available: number;
  readonly backorderable: number;
  readonly revision: number;
}

/** What somebody says of a product; everything else follows from it. */
export interface ProductContent {
  readonly name: string;
  readonly description?: string;
  readonly brand: string;
  readonly images: readonly string[];
  /** The price of the only variant; with options, where the prices start. `null`: not known. */
  readonly basePrice: number | null;
  readonly currency: string;
  readonly options: readonly Option[];
}

export interface Vendor {
  readonly id: string;
  readonly name: string;
}

export interface Product extends Stored, ProductContent {
  readonly slug: string;
  readonly category: CategoryReference;
  /** The category and all its ancestors: a product is found under each. */
  readonly categoryIds: readonly string[];
  readonly variants: readonly Variant[];
  readonly vendor: Vendor;
  readonly isActive: boolean;
  readonly archivedAt?: Date;
  /** What the catalogue that it was imported from calls it. */
  readonly externalId?: string;
  /** Whatever else that catalogue said, as JSON text, to be given back on export. */
  readonly imported?: string;
  /** Counts edits; `version` counts these and the copies of stock too, so that only edits make a caller's `If-Match` stale. */
  readonly revision: number;
  readonly nameKey: string;
  readonly brandKey: string;
  readonly searchWords: readonly string[];
  /** The lowest price, made so that products without one come last in either direction. */
  readonly priceAsc: number;
  readonly priceDesc: number;
}

/** What a list or a detail shows of a product: all but what only searching and exporting need. */
export type ShownProduct = Omit<Product, Derived | 'imported' | 'categoryIds'>;

export interface NewProduct extends ProductContent {
  readonly id: string;
  readonly slug: string;
  readonly category: Category;
  readonly vendor: Vendor;
  readonly variants: readonly Variant[];
  readonly isActive: boolean;
  readonly externalId?: string;
  readonly imported?: string;
}

type Derived = 'nameKey' | 'brandKey' | 'searchWords' | 'priceAsc' | 'priceDesc';

export function newProduct({ id, category, ...content }: NewProduct, now: Date): Product {
  return withDerived({ ...newDocument(id, now), ...content, ...inCategory(category), revision: 1 });
}

/** The same product with other content: one edit more, and everything that follows from it made anew. */
export function edited(product: Product, changes: Partial<Product>): Product {
  return withDerived({ ...product, ...changes, revision: product.revision + 1 });
}

export function inCategory(category: Category): Pick<Product, 'category' | 'categoryIds'> {
  return { category: { id: category.id, name: category.name, slug: category.slug }, categoryIds: pathOf(category) };
}

export function newVariant(content: VariantContent): Variant {
  return { ...variantContent(content), id: newId(), stock: 0, stockRevision: 0 };
}

/** The variant with other content. A new SKU has its own stock, which nobody has told yet. */
export function editedVariant(variant: Variant, content: VariantContent): Variant {
  const stock = content.sku === variant.sku ? {} : { stock: 0, backorder: false, stockRevision: 0 };
  return { ...variant, ...variantContent(content), ...stock };
}

/** How a choice is looked for, whatever its case and accents. */
export function choiceKey({ name, value }: Choice): string {
  return `${folded(name)}=${folded(value)}`;
}

export function brandKeyOf(brand: string): string {
  return folded(brand);
}

/** The lowest price of a variant, `null` when none has one. */
export function lowestPrice(variants: readonly { readonly price: number | null }[]): number | null {
  const prices = variants.flatMap(({ price }) => (price === null ? [] : [price]));
  return prices.length === 0 ? null : Math.min(...prices);
}

/** The product as inventory knows its stock now; `version` and `revision` are left alone. */
export function withStock(product: Product, levels: Readonly<Record<string, SkuStock>>): Product {
  const variants = product.variants.map((variant) => {
    const level = Object.hasOwn(levels, variant.sku) ? levels[variant.sku] : undefined;
    return level ? { ...variant, ...stockOf(level) } : variant;
  });
  return { ...product, variants };
}

/** A variant's copy of what inventory says. */
export function stockOf({ available, backorderable, revision }: SkuStock): Pick<Variant, 'stock' | 'backorder' | 'stockRevision'> {
  return { stock: available, backorder: backorderable > 0, stockRevision: revision };
}

function variantContent(content: VariantContent): VariantContent & Pick<Variant, 'keys'> {
  const { sku, options, price, images } = content;
  return { sku, options, price, images, keys: options.map(choiceKey) };
}

function withDerived(product: Omit<Product, Derived>): Product {
  const { name, brand, category, variants } = product;
  const price = lowestPrice(variants);
  return {
    ...product,
    nameKey: folded(name),
    brandKey: brandKeyOf(brand),
    searchWords: searchWordsOf({ name, brand, categoryName: category.name, skus: variants.map(({ sku }) => sku) }),
    priceAsc: price ?? Number.MAX_SAFE_INTEGER,
    priceDesc: price ?? -1,
  };
}
