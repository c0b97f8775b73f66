import { LastVariant, VariantNotFound } from '../contract/refusals';
import type { Category } from './category';
import {
  edited,
  editedVariant,
  inCategory,
  type Product,
  type ProductContent,
  type Variant,
  type VariantContent,
  type Vendor,
} from './product';

/** What an edit may say; what it leaves out stays as it is. `sku` is for products without options, whose only variant it is. */
export interface ProductEdit extends Partial<ProductContent> {
  readonly slug?: string;
  readonly category?: Category;
  readonly vendor?: Vendor;
  readonly isActive?: boolean;
  readonly sku?: string;
}

export function editProduct(product: Product, edit: ProductEdit): Product {
  const { category, sku, ...rest } = edit;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Partial<Product>;
  const options = said.options ?? product.options;
  const variants = options.length === 0 ? withBasePrice(product.variants, edit.basePrice, sku) : product.variants;
  const archivedAt = said.isActive ? undefined : product.archivedAt;
  return edited(product, { ...said, ...(category ? inCategory(category) : {}), variants, archivedAt });
}

/** A product is never deleted, because orders and links point at it: it becomes invisible. */
export function archiveProduct(product: Product, now: Date): Product {
  if (product.archivedAt) return product;
  return edited(product, { isActive: false, archivedAt: now });
}

export function addVariant(product: Product, variant: Variant): Product {
  return edited(product, { variants: [...product.variants, variant] });
}

export function editVariant(product: Product, variantId: string, edit: Partial<VariantContent>): Product {
  const variant = variantOf(product, variantId);
  const said = Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
  const next = editedVariant(variant, { ...variant, ...said });
  const variants = product.variants.map((other) => (other.id === variantId ? next : other));
  // Without options the only variant's price and the base price are one thing.
  const basePrice = product.options.length === 0 ? { basePrice: next.price } : {};
  return edited(product, { variants, ...basePrice });
}

export function removeVariant(product: Product, variantId: string): Product {
  variantOf(product, variantId);
  if (product.options.length === 0) throw new LastVariant({});
  return edited(product, { variants: product.variants.filter(({ id }) => id !== variantId) });
}

export function variantOf(product: Product, variantId: string): Variant {
  const found = product.variants.find(({ id }) => id === variantId);
  if (!found) throw new VariantNotFound({ variant: variantId });
  return found;
}

function withBasePrice(variants: readonly Variant[], basePrice: number | null | undefined, sku: string | undefined): readonly Variant[] {
  const [only, ...others] = variants;
  if (!only || others.length > 0 || (basePrice === undefined && sku === undefined)) return variants;
  return [editedVariant(only, { ...only, price: basePrice === undefined ? only.price : basePrice, sku: sku ?? only.sku })];
}
