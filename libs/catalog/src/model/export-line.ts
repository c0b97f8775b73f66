import { fallbackBrand, fallbackCategory } from './import-line';
import type { Choice, Option, Product } from './product';

/** A product as a line of a catalogue says it, which {@link import('./import-line').readLine} reads. What the shop does not know stands there as it was imported. */
export interface CatalogueLine {
  readonly externalId: string;
  readonly name: string;
  readonly description: string | null;
  readonly brand: string | null;
  readonly categoryPath: readonly string[];
  readonly images: readonly string[];
  readonly options: readonly Option[];
  readonly variants: readonly CatalogueVariant[];
  /** Only where it is not on sale. */
  readonly isActive?: false;
  readonly [other: string]: unknown;
}

export interface CatalogueVariant {
  readonly sku: string;
  readonly options: Readonly<Record<string, string>>;
  readonly price: number | null;
  readonly currency: string;
  readonly stock?: number;
  readonly images: readonly string[];
  readonly [other: string]: unknown;
}

/** What a product itself does not know of its line. */
export interface Surroundings {
  /** Names from the root. */
  readonly categoryPath: readonly string[];
  /** By SKU. */
  readonly onHand: ReadonlyMap<string, number>;
}

/** What the catalogue knows of a product besides, as it was kept when it was imported. */
interface Rest {
  readonly type?: unknown;
  readonly attributes?: unknown;
  readonly categoryPaths?: unknown;
  readonly source?: unknown;
  readonly variants?: readonly { readonly sku?: string }[];
}

/** The line that brings a product, or leaves it as it is where it is known: one that was never imported goes by its id. */
export function lineOf(product: Product, { categoryPath, onHand }: Surroundings): CatalogueLine {
  const { id, externalId = id, name, description = null, brand, images, options, currency, isActive } = product;
  const { type, attributes, categoryPaths, source, variants: extras = [] } = JSON.parse(product.imported ?? '{}') as Rest;
  const [root, ...others] = categoryPath;
  return {
    externalId,
    ...(type !== undefined && { type }),
    name,
    description,
    brand: brand === fallbackBrand ? null : brand,
    categoryPath: root === fallbackCategory && others.length === 0 ? [] : categoryPath,
    ...(categoryPaths !== undefined && { categoryPaths }),
    images,
    options: options.map((option) => ({ name: option.name, values: option.values })),
    ...(attributes !== undefined && { attributes }),
    variants: product.variants.map(({ sku, price, ...variant }) => ({
      ...extras.find((extra) => extra.sku === sku),
      ...{ sku, options: chosen(variant.options), price, currency },
      ...(onHand.has(sku) && { stock: onHand.get(sku) }),
      images: variant.images,
    })),
    ...(!isActive && { isActive }),
    ...(source !== undefined && { source }),
  };
}

function chosen(options: readonly Choice[]): Record<string, string> {
  return Object.fromEntries(options.map(({ name, value }) => [name, value]));
}
