import { sum, times, type Currency, type MinorUnits } from '@cartwright/kernel';
import type { Basket, BasketLine } from '../contract/cart-commands';
import { isForSale, obtainable, skuOf, subtotalOf, type Cart, type CartItem, type Market } from './cart';

/** From so few pieces on, the buyer is told to hurry. */
const few = 5;

/** What the buyer should know before going on. */
export type CartWarning = { readonly itemId: string } & (
  | { readonly code: 'price_changed'; readonly price: MinorUnits; readonly currentPrice: MinorUnits }
  | { readonly code: 'out_of_stock' | 'low_stock'; readonly asked: number; readonly available: number }
  | { readonly code: 'unavailable' }
);

export interface CartViewItem extends CartItem {
  readonly lineTotal: MinorUnits;
  /** How many can be bought now, on back-order or not. */
  readonly available: number;
  /** How many of the quantity would be on back-order. */
  readonly backordered: number;
}

/** A cart as its owner sees it. One that does not exist is empty and has no id. */
export interface CartView {
  readonly id: string | null;
  readonly version: number;
  readonly items: readonly CartViewItem[];
  readonly subtotal: MinorUnits;
  readonly currency: Currency;
  readonly expiresAt: Date | null;
  readonly warnings: readonly CartWarning[];
}

export function emptyView(currency: Currency): CartView {
  return { id: null, version: 0, items: [], subtotal: 0, currency, expiresAt: null, warnings: [] };
}

/** The cart with its snapshots, and a warning wherever they are not true any more. */
export function viewOf(cart: Cart, market: Market): CartView {
  const { id, version, currency, expiresAt = null } = cart;
  const items = cart.items.map((item) => ({
    ...item,
    ...wordsOf(item, market),
    lineTotal: times(item.price, item.quantity),
    available: availableOf(item, cart, market),
    backordered: backorderedOf(item, cart, market),
  }));
  const warnings = cart.items.flatMap((item) => warningsOf(item, cart, market));
  return { id, version, items, subtotal: subtotalOf(cart), currency, expiresAt, warnings };
}

/** The cart at today's prices, for a checkout. */
export function basketOf(cart: Cart, market: Market): Basket {
  const lines = cart.items.map((item): BasketLine => {
    const { product: productId, variant: variantId, quantity, price: snapshotPrice } = item;
    const variant = market.variants.get(variantId);
    const purchasable = isForSale(variant, cart.currency);
    const unitPrice = purchasable ? variant.price : snapshotPrice;
    return { productId, variantId, ...wordsOf(item, market), quantity, unitPrice, snapshotPrice, purchasable };
  });
  const subtotal = sum(lines.map((line) => times(line.unitPrice, line.quantity)));
  return { cartId: cart.id, version: cart.version, currency: cart.currency, lines, subtotal };
}

/** What the catalogue calls it today; what it was called when it was added, once the catalogue has forgotten it. */
function wordsOf(item: CartItem, { variants }: Market): Pick<CartItem, 'sku' | 'name' | 'brand' | 'image' | 'options'> {
  const { name, brand, image, options } = variants.get(item.variant) ?? item;
  return { sku: skuOf(item, variants), name, brand, image, options };
}

function availableOf(item: CartItem, cart: Cart, { variants, stock }: Market): number {
  return isForSale(variants.get(item.variant), cart.currency) ? obtainable(stock[skuOf(item, variants)]) : 0;
}

function backorderedOf(item: CartItem, cart: Cart, market: Market): number {
  const there = market.stock[skuOf(item, market.variants)]?.available ?? 0;
  return Math.max(0, Math.min(item.quantity, availableOf(item, cart, market)) - there);
}

function warningsOf(item: CartItem, cart: Cart, market: Market): CartWarning[] {
  const { id: itemId, quantity: asked, price } = item;
  const variant = market.variants.get(item.variant);
  if (!isForSale(variant, cart.currency)) return [{ itemId, code: 'unavailable' }];
  const available = availableOf(item, cart, market);
  const warnings: CartWarning[] = [];
  if (variant.price !== price) warnings.push({ itemId, code: 'price_changed', price, currentPrice: variant.price });
  if (available < asked) warnings.push({ itemId, code: 'out_of_stock', asked, available });
  else if (available <= few) warnings.push({ itemId, code: 'low_stock', asked, available });
  return warnings;
}
