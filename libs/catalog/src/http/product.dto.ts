import { Amount, CurrencyCode, Flag, Id, Instant, ListOf, Nested, Text, TextMap, Texts, Whole } from '@cartwright/platform';
import type { Product, Variant } from '../model/product';

/** What a product's DTO is made of. */
type Shown = Pick<
  Product,
  | 'id'
  | 'slug'
  | 'name'
  | 'description'
  | 'brand'
  | 'category'
  | 'images'
  | 'basePrice'
  | 'currency'
  | 'options'
  | 'vendor'
  | 'isActive'
  | 'archivedAt'
  | 'createdAt'
  | 'updatedAt'
> & { readonly variants: readonly Omit<Variant, 'keys'>[] };

export class OptionDto {
  @Text({ max: 100, example: 'Size' })
  name!: string;
  @Texts({ max: 200, example: ['S', 'M', 'L'] })
  values!: string[];
}

export class CategoryLinkDto {
  @Id()
  id!: string;
  @Text({ example: 'Mugs' })
  name!: string;
  @Text({ example: 'mugs' })
  slug!: string;
}

class ProductCategoryDto extends CategoryLinkDto {
  @ListOf(() => CategoryLinkDto, { optional: true, description: 'With `expand=category`: the categories above it, from the root down.' })
  ancestors?: CategoryLinkDto[];
}

class VendorDto {
  @Id()
  id!: string;
  @Text({ example: 'North Pottery' })
  name!: string;
}

export class VariantDto {
  @Id()
  id!: string;
  @Text({ example: 'MUG-BLUE' })
  sku!: string;
  @TextMap({ description: 'One value for each option that the variant has.' })
  options!: Record<string, string>;
  @Amount({ nullable: true, description: 'In minor units; null: cannot be bought now.' })
  price!: number | null;
  @Whole({ description: 'How many are in stock and can be bought now.' })
  stock!: number;
  @Flag({ optional: true, description: 'true: more can be ordered than are in stock, to be sent when they are.', example: true })
  backorder?: boolean;
  @Texts({ example: ['/images/mug-blue.jpg'] })
  images!: string[];

  static of({ id, sku, options, price, stock, backorder, images }: Omit<Variant, 'keys'>): VariantDto {
    const chosen = Object.fromEntries(options.map(({ name, value }) => [name, value]));
    return { id, sku, options: chosen, price, stock, ...(backorder ? { backorder } : {}), images: [...images] };
  }
}

export class ProductDto {
  @Id()
  id!: string;
  @Text({ example: 'stoneware-mug' })
  slug!: string;
  @Text({ example: 'Stoneware mug' })
  name!: string;
  @Text({ max: 20_000, min: 0, description: 'May hold HTML where it was imported so: show it as text, or sanitize it.' })
  description!: string;
  @Text({ example: 'North Pottery' })
  brand!: string;
  @Nested(() => ProductCategoryDto)
  category!: ProductCategoryDto;
  @Texts({ example: ['/images/mug.jpg'] })
  images!: string[];
  @Amount({ nullable: true, description: 'In minor units; with variants, where the prices start; null: not known.' })
  basePrice!: number | null;
  @CurrencyCode()
  currency!: string;
  @ListOf(() => OptionDto)
  options!: OptionDto[];
  @ListOf(() => VariantDto, { description: 'What can be bought; exactly one when there are no options.' })
  variants!: VariantDto[];
  @Nested(() => VendorDto)
  vendor!: VendorDto;
  @Flag({ description: 'false: invisible to the public.' })
  isActive!: boolean;
  @Instant({ optional: true, description: 'When it was archived: only admins see what is.' })
  archivedAt?: Date;
  @Instant()
  createdAt!: Date;
  @Instant()
  updatedAt!: Date;

  static of(product: Shown): ProductDto {
    const {
      id,
      slug,
      name,
      description = '',
      brand,
      category,
      images,
      basePrice,
      currency,
      vendor,
      isActive,
      archivedAt,
      createdAt,
      updatedAt,
    } = product;
    return {
      id,
      slug,
      name,
      description,
      brand,
      category: { id: category.id, name: category.name, slug: category.slug },
      images: [...images],
      basePrice: basePrice ?? null,
      currency,
      options: product.options.map((option) => ({ name: option.name, values: [...option.values] })),
      variants: product.variants.map(VariantDto.of),
      vendor: { id: vendor.id, name: vendor.name },
      isActive,
      archivedAt,
      createdAt,
      updatedAt,
    };
  }
}
