import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CartOwner } from '../contract/cart-owner';
import { removeItem, setQuantity } from '../model/cart';
import { viewOf, type CartView } from '../model/cart-view';
import { CartEdits } from './cart-edits';
import { CartMarket } from './cart-market';

/** Changes how many are wanted of an item; without a quantity the item goes. Refuses `item_not_found`, `out_of_stock`, `not_for_sale`. */
export class ChangeCartItem extends Command<CartView> {
  constructor(
    readonly input: { readonly owner: CartOwner; readonly itemId: string; readonly quantity?: number; readonly expectedVersion?: number },
  ) {
    super();
  }
}

@CommandHandler(ChangeCartItem)
export class ChangeCartItemHandler implements ICommandHandler<ChangeCartItem> {
  constructor(
    private readonly edits: CartEdits,
    private readonly market: CartMarket,
  ) {}

  async execute({ input: { owner, itemId, quantity, expectedVersion } }: ChangeCartItem): Promise<CartView> {
    return this.edits.edit(owner, expectedVersion, async (cart) => {
      const { market } = await this.market.ask(cart.items);
      const next = quantity === undefined ? removeItem(cart, itemId) : setQuantity(cart, itemId, quantity, market);
      return { next, answer: (saved) => viewOf(saved, market) };
    });
  }
}
