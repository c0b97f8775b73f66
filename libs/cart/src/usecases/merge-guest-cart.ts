import { Logger } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { GuestJoined } from '@cartwright/identity';
import { Transactions } from '@cartwright/platform';
import { CurrencyMismatch } from '../contract/refusals';
import { closeMerged, mergeItems, newCart, type Cart } from '../model/cart';
import { CartStore } from '../store/cart.store';
import { CartEdits } from './cart-edits';

/** What a guest put into the cart is in the account's cart once the guest has registered or logged in. */
@EventsHandler(GuestJoined)
export class MergeGuestCart implements IEventHandler<GuestJoined> {
  private readonly logger = new Logger(MergeGuestCart.name);

  constructor(
    private readonly carts: CartStore,
    private readonly edits: CartEdits,
    private readonly transactions: Transactions,
  ) {}

  async handle({ data: { guestId, userId } }: GuestJoined): Promise<void> {
    await this.transactions.run(async () => {
      const guests = await this.carts.openOf({ kind: 'guest', id: guestId });
      if (!guests || guests.items.length === 0) return;
      const now = new Date();
      const owner = { kind: 'user', id: userId } as const;
      const merged = this.merged((await this.carts.openOf(owner)) ?? newCart(owner, guests.currency, now), guests);
      if (!merged) return;
      await this.carts.put(closeMerged(guests, now));
      await this.carts.put(this.edits.touched(merged));
    });
  }

  /** Two currencies cannot be one cart: the guest's then stays what it is, rather than being thrown away. */
  private merged(own: Cart, guests: Cart): Cart | null {
    try {
      return mergeItems(own, guests.items, guests.currency);
    } catch (error) {
      if (!(error instanceof CurrencyMismatch)) throw error;
      this.logger.warn(`Cart ${guests.id} (${guests.currency}) stays apart from cart ${own.id} (${own.currency}).`);
      return null;
    }
  }
}
