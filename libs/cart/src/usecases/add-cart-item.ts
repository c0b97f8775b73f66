import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CartOwner } from '../contract/cart-owner';
import { ProductNotFound } from '../contract/refusals';
import { addItem } from '../model/cart';
import { viewOf, type CartView } from '../model/cart-view';
import { CartEdits } from './cart-edits';
import { CartMarket } from './cart-market';

/** Puts pieces of a variant into the owner's cart. Refuses `product_not_found`, `not_for_sale`, `currency_mismatch`, `out_of_stock`, `cart_full`. */
export class AddCartItem extends Command<CartView> {
  constructor(
    readonly input: {
      readonly owner: CartOwner;
      readonly productId: string;
      /** May be left out where the product has only one. */
      readonly variantId?: string;
      readonly quantity: number;
    },
  ) {
    super();
  }
}

@CommandHandler(AddCartItem)
export class AddCartItemHandler implements ICommandHandler<AddCartItem> {
  constructor(
    private readonly edits: CartEdits,
    private readonly market: CartMarket,
  ) {}

  async execute({ input: { owner, productId, variantId, quantity } }: AddCartItem): Promise<CartView> {
    return this.edits.edit(owner, undefined, async (cart) => {
      const { market, variant } = await this.market.ask(cart.items, { productId, variantId });
      if (!variant?.isActive) throw new ProductNotFound({ productId, variantId });
      return { next: addItem(cart, variant, quantity, market), answer: (saved) => viewOf(saved, market) };
    });
  }
}
