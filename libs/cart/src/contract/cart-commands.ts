import { Command, Query } from '@nestjs/cqrs';
import type { Currency, MinorUnits } from '@cartwright/kernel';
import type { CartOwner } from './cart-owner';

/** A line of a cart at today's price. */
export interface BasketLine {
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
  readonly name: string;
  readonly brand: string;
  readonly image?: string;
  readonly options: Readonly<Record<string, string>>;
  readonly quantity: number;
  /** What one costs now. */
  readonly unitPrice: MinorUnits;
  /** What one cost when it was put into the cart: the price that the buyer sees there. */
  readonly snapshotPrice: MinorUnits;
  /** Whether it is still sold, in the cart's currency. Whether enough is in stock is not looked at. */
  readonly purchasable: boolean;
}

/** A cart as a checkout needs it. `version` is what {@link CloseCart} closes. */
export interface Basket {
  readonly cartId: string;
  readonly version: number;
  readonly currency: Currency;
  readonly lines: readonly BasketLine[];
  /** Of all lines, at today's prices. */
  readonly subtotal: MinorUnits;
}

/** The owner's open cart, re-priced from the catalogue; `null` when there is none. */
export class GetBasket extends Query<Basket | null> {
  constructor(readonly input: { readonly owner: CartOwner }) {
    super();
  }
}

/**
 * The cart becomes an order, in the caller's transaction; the owner then has no open cart. Refuses `stale_version` when it was edited or closed
 * since it was read.
 */
export class CloseCart extends Command<void> {
  constructor(readonly input: { readonly cartId: string; readonly version: number; readonly orderId: string }) {
    super();
  }
}

/** Puts the items of an order back into the owner's open cart, or a new one; once for each order. Refuses `currency_mismatch`. */
export class RefillCart extends Command<void> {
  constructor(
    readonly input: {
      readonly owner: CartOwner;
      readonly orderId: string;
      readonly lines: readonly { readonly productId: string; readonly variantId: string; readonly quantity: number }[];
    },
  ) {
    super();
  }
}

/** A cart that became an order. */
export interface ClosedCart {
  readonly cartId: string;
  readonly orderId: string;
  readonly closedAt: Date;
}

/** The latest of the owner's carts that became an order; `null` when none did. */
export class GetLastClosedCart extends Query<ClosedCart | null> {
  constructor(readonly input: { readonly owner: CartOwner }) {
    super();
  }
}
