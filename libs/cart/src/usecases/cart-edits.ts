import { Injectable } from '@nestjs/common';
import { checkVersion, Config, retryWhenStale, Transactions } from '@cartwright/platform';
import type { CartOwner } from '../contract/cart-owner';
import { newCart, type Cart } from '../model/cart';
import { CartStore } from '../store/cart.store';

const dayMs = 24 * 3600 * 1000;

/**
 * Edits an owner's open cart so that no edit is lost: edits of one cart take turns in this process, and one that another process was faster than
 * is made again on what is there then.
 */
@Injectable()
export class CartEdits {
  constructor(
    private readonly carts: CartStore,
    private readonly config: Config,
    private readonly transactions: Transactions,
  ) {}

  /** `decide` gets the open cart, or a new one; what it returns is stored, unless it is the same. With `expected` only that version is edited. */
  async edit<T>(
    owner: CartOwner,
    expected: number | undefined,
    decide: (cart: Cart) => Promise<{ next: Cart; answer: (saved: Cart) => T }>,
  ): Promise<T> {
    return this.transactions.inTurn([`cart:${owner.kind}:${owner.id}`], () =>
      retryWhenStale(async () => {
        const cart = (await this.carts.openOf(owner)) ?? newCart(owner, this.config.CURRENCY, new Date());
        checkVersion(cart, expected);
        const { next, answer } = await decide(cart);
        return answer(next === cart ? cart : await this.carts.put(this.touched(next)));
      }),
    );
  }

  /** A cart that somebody cares for lives on. */
  touched(cart: Cart): Cart {
    return { ...cart, expiresAt: new Date(Date.now() + this.config.CART_DAYS * dayMs) };
  }
}
