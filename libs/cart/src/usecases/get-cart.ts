import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Config } from '@cartwright/platform';
import type { CartOwner } from '../contract/cart-owner';
import { emptyView, viewOf, type CartView, type CartViewItem, type CartWarning } from '../model/cart-view';
import { CartStore } from '../store/cart.store';
import { CartMarket } from './cart-market';

export type { CartView, CartViewItem, CartWarning };

/** The owner's open cart with its warnings; an empty one when there is none. */
export class GetCart extends Query<CartView> {
  constructor(readonly input: { readonly owner: CartOwner }) {
    super();
  }
}

@QueryHandler(GetCart)
export class GetCartHandler implements IQueryHandler<GetCart> {
  constructor(
    private readonly carts: CartStore,
    private readonly market: CartMarket,
    private readonly config: Config,
  ) {}

  async execute({ input: { owner } }: GetCart): Promise<CartView> {
    const cart = await this.carts.openOf(owner);
    if (!cart) return emptyView(this.config.CURRENCY);
    const { market } = await this.market.ask(cart.items);
    return viewOf(cart, market);
  }
}
