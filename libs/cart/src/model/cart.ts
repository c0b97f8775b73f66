import { Lifecycle, newDocument, newId, sum, times, type Currency, type MinorUnits, type Stored } from '@cartwright/kernel';
import { OutOfStock, type Availability } from '@cartwright/inventory';
import type { SellableVariant } from '@cartwright/catalog';
import type { CartOwner } from '../contract/cart-owner';
import { CartFull, CurrencyMismatch, ItemNotFound, NotForSale, QuantityTooLarge } from '../contract/refusals';

export type CartStatus = 'open' | 'ordered' | 'merged';

export const cartLifecycle = new Lifecycle<CartStatus>('cart', { open: ['ordered', 'merged'], ordered: [], merged: [] });

/** One variant in a cart, with what the shop said of it when it was put there. */
export interface CartItem {
  readonly id: string;
  readonly product: string;
  readonly variant: string;
  readonly sku: string;
  readonly name: string;
  readonly brand: string;
  readonly image?: string;
  readonly options: Readonly<Record<string, string>>;
  readonly quantity: number;
  /** Of one piece, when it was put there. */
  readonly price: MinorUnits;
}

/** What somebody intends to buy. An owner has one open cart at most. */
export interface Cart extends Stored {
  /** Whose it is: one of the two. */
  readonly user?: string;
  readonly guestId?: string;
  readonly status: CartStatus;
  readonly currency: Currency;
  readonly items: readonly CartItem[];
  /** When it is forgotten unless touched; carts that became orders are kept. */
  readonly expiresAt?: Date;
  readonly orderId?: string;
  readonly closedAt?: Date;
  /** When the items of its order, which failed, went back into a cart. */
  readonly refilledAt?: Date;
}

/** What the rest of the shop says of a cart's items now: by variant, and by SKU. */
export interface Market {
  readonly variants: ReadonlyMap<string, SellableVariant>;
  readonly stock: Readonly<Record<string, Availability>>;
}

export const mostPieces = 999;
export const mostLines = 500;
/** Merging never throws lines away below this; only what is absurd is cut, so that no cart grows without end. */
const mostMergedLines = 2 * mostLines;

export function newCart(owner: CartOwner, currency: Currency, now: Date): Cart {
  return { ...newDocument(newId(), now), ...ownedBy(owner), status: 'open', currency, items: [] };
}

export function ownedBy({ kind, id }: CartOwner): { user: string } | { guestId: string } {
  return kind === 'user' ? { user: id } : { guestId: id };
}

/** Puts pieces of a variant into the cart; one that is there already becomes more of the same line, at the price it has there. */
export function addItem(cart: Cart, variant: SellableVariant, quantity: number, market: Market): Cart {
  const { price, currency, sku, name } = variant;
  if (price === null) throw new NotForSale({ sku, name });
  if (cart.items.length > 0 && currency !== cart.currency) throw new CurrencyMismatch({ currency, cartCurrency: cart.currency });
  const line = cart.items.find((item) => item.variant === variant.variantId);
  if (!line && cart.items.length >= mostLines) throw new CartFull({ limit: mostLines });
  const asked = (line?.quantity ?? 0) + quantity;
  checkQuantity(sku, asked, market);
  if (line) return withQuantity(cart, line.id, asked);
  return { ...cart, currency, items: [...cart.items, itemOf(variant, price, asked)] };
}

/** Changes how many are wanted of an item. */
export function setQuantity(cart: Cart, itemId: string, quantity: number, market: Market): Cart {
  const item = itemIn(cart, itemId);
  if (!isForSale(market.variants.get(item.variant), cart.currency)) throw new NotForSale({ sku: item.sku, name: item.name });
  checkQuantity(skuOf(item, market.variants), quantity, market);
  return withQuantity(cart, itemId, quantity);
}

export function removeItem(cart: Cart, itemId: string): Cart {
  const { id } = itemIn(cart, itemId);
  return { ...cart, items: cart.items.filter((item) => item.id !== id) };
}

export function clear(cart: Cart): Cart {
  return { ...cart, items: [] };
}

/** Puts items into a cart as they are: quantities of one variant add up, to what a line may have. Of one variant the cart's own price stays. */
export function mergeItems(cart: Cart, items: readonly CartItem[], currency: Currency): Cart {
  if (items.length === 0) return cart;
  if (cart.items.length > 0 && currency !== cart.currency) throw new CurrencyMismatch({ currency, cartCurrency: cart.currency });
  const merged = new Map(cart.items.map((item) => [item.variant, item]));
  for (const item of items) {
    const there = merged.get(item.variant);
    const quantity = Math.min((there?.quantity ?? 0) + item.quantity, mostPieces);
    merged.set(item.variant, { ...(there ?? { ...item, id: newId() }), quantity });
  }
  return { ...cart, currency, items: [...merged.values()].slice(0, mostMergedLines) };
}

/** The cart of a guest whose items are in the account's cart now. */
export function closeMerged(cart: Cart, now: Date): Cart {
  return { ...cartLifecycle.move(cart, 'merged'), closedAt: now };
}

/** Whether a variant can be bought in a cart of that currency, stock aside. */
export function isForSale(
  variant: SellableVariant | undefined,
  currency: Currency,
): variant is SellableVariant & { readonly price: MinorUnits } {
  return variant !== undefined && variant.isActive && variant.price !== null && variant.currency === currency;
}

/** The SKU that a variant has today, which may be another one than when it was put there: its pieces are what is sold. */
export function skuOf({ variant, sku }: CartItem, variants: Market['variants']): string {
  return variants.get(variant)?.sku ?? sku;
}

/** What the items cost at their snapshots. */
export function subtotalOf({ items }: Cart): MinorUnits {
  return sum(items.map((item) => times(item.price, item.quantity)));
}

/** How many pieces an order can have: what is there, and what may be ordered on back-order. */
export function obtainable(stock: Availability | undefined): number {
  return stock ? stock.available + stock.backorderable : 0;
}

function checkQuantity(sku: string, asked: number, { stock }: Market): void {
  if (asked > mostPieces) throw new QuantityTooLarge({ asked, limit: mostPieces });
  const available = obtainable(stock[sku]);
  if (asked > available) throw new OutOfStock({ items: [{ sku, asked, available }] });
}

function withQuantity(cart: Cart, itemId: string, quantity: number): Cart {
  return { ...cart, items: cart.items.map((item) => (item.id === itemId ? { ...item, quantity } : item)) };
}

function itemIn(cart: Cart, itemId: string): CartItem {
  const item = cart.items.find((candidate) => candidate.id === itemId);
  if (!item) throw new ItemNotFound({ itemId });
  return item;
}

function itemOf(variant: SellableVariant, price: MinorUnits, quantity: number): CartItem {
  const { productId: product, variantId, sku, name, brand, image, options } = variant;
  return { id: newId(), product, variant: variantId, sku, name, brand, image, options, quantity, price };
}
