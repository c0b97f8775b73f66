import { Injectable } from '@nestjs/common';
import { ErasesPersonalData, PersonalData, type ErasedPerson, type Person } from '@cartwright/platform';
import { CartStore } from '../store/cart.store';

/** What cart keeps about somebody: the open cart. Those that became orders say nothing that the orders do not. */
@Injectable()
export class CartData {
  constructor(private readonly carts: CartStore) {}

  @PersonalData('cart')
  async *openCart({ userId }: Person): AsyncGenerator<object> {
    const cart = await this.carts.openOf({ kind: 'user', id: userId });
    if (!cart) return;
    const { id, currency, items, createdAt, updatedAt, expiresAt } = cart;
    yield { id, currency, items, createdAt, updatedAt, expiresAt };
  }

  /** Those that became orders go, too: the orders have copied whatever they need. */
  @ErasesPersonalData('cart')
  async eraseCarts({ userId }: ErasedPerson): Promise<null> {
    await this.carts.removeAllOf({ kind: 'user', id: userId });
    return null;
  }
}
