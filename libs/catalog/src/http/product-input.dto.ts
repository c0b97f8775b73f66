import { Amount, CurrencyCode, Flag, Id, ListOf, ReferenceNumber, Text, TextMap, WebAddress, Whole } from '@cartwright/platform';
import { house } from '../model/house';
import type { Choice } from '../model/product';
import { OptionDto } from './product.dto';

const sku = { max: 100, pattern: /^\S(?:.*\S)?$/, example: 'MUG-BLUE' };
const stock = { max: 1_000_000_000, description: 'Pieces on hand.', example: 25 };
const slug = { max: 100, pattern: /^(?![0-9a-f]{24}$|export$)[a-z0-9]+(?:-[a-z0-9]+)*$/, optional: true, example: 'stoneware-mug' };
const description = { min: 0, max: 20_000, optional: true };
const alone = 'For a product without options.';

export class NewVariantDto {
  @ReferenceNumber(sku)
  sku!: string;
  @TextMap()
  options!: Record<string, string>;
  @Amount({ nullable: true, optional: true, description: 'In minor units; the base price when left out; null: not for sale yet.' })
  price?: number | null;
  @Whole({ ...stock, optional: true, default: 0 })
  stock?: number;
  @WebAddress({ list: true, optional: true })
  images?: string[];
}

export class VariantChangesDto {
  @ReferenceNumber({ ...sku, optional: true })
  sku?: string;
  @TextMap({ optional: true })
  options?: Record<string, string>;
  @Amount({ nullable: true, optional: true })
  price?: number | null;
  @Whole({ ...stock, optional: true })
  stock?: number;
  @WebAddress({ list: true, optional: true })
  images?: string[];
}

export class NewProductDto {
  @Text({ max: 300, example: 'Stoneware mug' })
  name!: string;
  @Text(description)
  description?: string;
  @Text({ max: 200, example: 'North Pottery' })
  brand!: string;
  @Text({ max: 100, description: 'Id or slug of a category.', example: 'kitchen' })
  category!: string;
  @WebAddress({ list: true, optional: true })
  images?: string[];
  @Amount({ description: 'In minor units; the price of variants that name none.' })
  basePrice!: number;
  @CurrencyCode()
  currency!: string;
  @ListOf(() => OptionDto, { max: 10, optional: true })
  options?: OptionDto[];
  @ListOf(() => NewVariantDto, { max: 500, optional: true })
  variants?: NewVariantDto[];
  @Id({
    optional: true,
    description: `Id of a user who is a vendor, or ${house.id}: the house itself. Required of admins; what vendors propose is their own.`,
  })
  vendor?: string;
  @Flag({
    optional: true,
    description: 'true when left out by an admin. What vendors propose is false until an admin sets it.',
    example: true,
  })
  isActive?: boolean;
  @Text({ ...slug, description: 'Made from the name when left out.' })
  slug?: string;
  @ReferenceNumber({ ...sku, optional: true, description: alone })
  sku?: string;
  @Whole({ ...stock, optional: true, description: alone })
  stock?: number;
}

export class ProductChangesDto {
  @Text({ max: 300, optional: true })
  name?: string;
  @Text(description)
  description?: string;
  @Text({ max: 200, optional: true })
  brand?: string;
  @Text({ max: 100, optional: true, description: 'Id or slug of a category.', example: 'kitchen' })
  category?: string;
  @WebAddress({ list: true, optional: true })
  images?: string[];
  @Amount({ optional: true })
  basePrice?: number;
  @CurrencyCode({ optional: true })
  currency?: string;
  @ListOf(() => OptionDto, { max: 10, optional: true })
  options?: OptionDto[];
  @Id({ optional: true, description: 'Admins only.' })
  vendor?: string;
  @Flag({ optional: true, description: 'Vendors may set it to false; true is for admins to say.' })
  isActive?: boolean;
  @Text(slug)
  slug?: string;
  @ReferenceNumber({ ...sku, optional: true, description: alone })
  sku?: string;
  @Whole({ ...stock, optional: true, description: alone })
  stock?: number;
}

/** Options as they are sent, `{ "Size": "M" }`, as pairs. */
export function choicesOf(options: Readonly<Record<string, string>>): Choice[] {
  return Object.entries(options).map(([name, value]) => ({ name, value }));
}
