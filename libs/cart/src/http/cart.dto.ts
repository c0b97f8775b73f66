import { createHash } from 'node:crypto';
import { Amount, CurrencyCode, Id, Instant, ListOf, OneOf, tagged, Text, TextMap, Whole } from '@cartwright/platform';
import type { CartView, CartViewItem, CartWarning } from '../usecases/get-cart';

class CartItemDto {
  @Id()
  id!: string;
  @Id({ description: "The product's id." })
  product!: string;
  @Id({ description: "The variant's id." })
  variant!: string;
  @Text({ example: 'MH01-XS-Black' })
  sku!: string;
  @Text({ example: 'Canvas Tool Roll' })
  name!: string;
  @Text({ example: 'Cartwright & Daughters' })
  brand!: string;
  @Text({ optional: true })
  image?: string;
  @TextMap()
  options!: Readonly<Record<string, string>>;
  @Whole({ min: 1, example: 2 })
  quantity!: number;
  @Amount({ description: 'Of one piece when it was put into the cart, in minor units.' })
  price!: number;
  @Amount({ example: 3998 })
  lineTotal!: number;
  @Whole({ description: 'How many can be bought now, back-orders included.', example: 12 })
  available!: number;
  @Whole({ optional: true, description: 'How many of the quantity are not in stock, and would be sent when they are.', example: 1 })
  backordered?: number;

  static of(item: CartViewItem): CartItemDto {
    const { id, product, variant, sku, name, brand, image, options, quantity, price, lineTotal, available, backordered } = item;
    const waits = backordered > 0 ? { backordered } : {};
    return { id, product, variant, sku, name, brand, image, options, quantity, price, lineTotal, available, ...waits };
  }
}

class CartWarningDto {
  @OneOf(['price_changed', 'out_of_stock', 'low_stock', 'unavailable'])
  code!: string;
  @Id()
  itemId!: string;
  @Amount({ optional: true, description: 'price_changed: the price in the cart.' })
  price?: number;
  @Amount({ optional: true, description: 'price_changed: the price that an order would have now.', example: 2199 })
  currentPrice?: number;
  @Whole({ optional: true, description: 'out_of_stock, low_stock: how many the cart has.', example: 4 })
  asked?: number;
  @Whole({ optional: true, description: 'out_of_stock, low_stock: how many can be bought now.', example: 3 })
  available?: number;

  static of(warning: CartWarning): CartWarningDto {
    return { ...warning };
  }
}

/** A cart, as its owner sees it. */
export class CartDto {
  @Id({ nullable: true, description: 'null while there is no cart yet.' })
  id!: string | null;
  @ListOf(() => CartItemDto)
  items!: CartItemDto[];
  @Amount({ description: 'Of all items, at the prices shown.', example: 3998 })
  subtotal!: number;
  @CurrencyCode()
  currency!: string;
  @Instant({ nullable: true, description: 'When the cart is forgotten, unless it is touched.' })
  expiresAt!: Date | null;
  @ListOf(() => CartWarningDto, { description: 'What changed since the items were added, and what is running out.' })
  warnings!: CartWarningDto[];

  /** The tag names the cart's version, and whatever else is shown with it. */
  static of({ id, version, items, subtotal, currency, expiresAt, warnings }: CartView): CartDto {
    const dto = { id, items: items.map(CartItemDto.of), subtotal, currency, expiresAt, warnings: warnings.map(CartWarningDto.of) };
    return tagged(dto, version, createHash('sha1').update(JSON.stringify(dto)).digest('base64url').slice(0, 12));
  }
}

const quantity = { min: 1, max: 999, example: 2 };

export class AddCartItemDto {
  @Id()
  productId!: string;
  @Id({ optional: true, description: 'May be left out when the product has one variant only.' })
  variantId?: string;
  @Whole(quantity)
  quantity!: number;
}

export class ChangeCartItemDto {
  @Whole(quantity)
  quantity!: number;
}
