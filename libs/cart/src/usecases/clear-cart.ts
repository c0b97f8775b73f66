import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Config } from '@cartwright/platform';
import type { CartOwner } from '../contract/cart-owner';
import { clear } from '../model/cart';
import { emptyView, viewOf, type CartView } from '../model/cart-view';
import { CartEdits } from './cart-edits';

/** Takes everything out of the owner's cart. */
export class ClearCart extends Command<CartView> {
  constructor(readonly input: { readonly owner: CartOwner; readonly expectedVersion?: number }) {
    super();
  }
}

const emptyMarket = { variants: new Map(), stock: {} };

@CommandHandler(ClearCart)
export class ClearCartHandler implements ICommandHandler<ClearCart> {
  constructor(
    private readonly edits: CartEdits,
    private readonly config: Config,
  ) {}

  async execute({ input: { owner, expectedVersion } }: ClearCart): Promise<CartView> {
    return this.edits.edit(owner, expectedVersion, async (cart) =>
      Promise.resolve({
        next: cart.items.length === 0 ? cart : clear(cart),
        answer: (saved) => (saved.version === 0 ? emptyView(this.config.CURRENCY) : viewOf(saved, emptyMarket)),
      }),
    );
  }
}
