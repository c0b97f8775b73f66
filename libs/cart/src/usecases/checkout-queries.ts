import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetBasket, GetLastClosedCart, type Basket, type ClosedCart } from '../contract/cart-commands';
import { basketOf } from '../model/cart-view';
import { CartStore } from '../store/cart.store';
import { CartMarket } from './cart-market';

@QueryHandler(GetBasket)
export class GetBasketHandler implements IQueryHandler<GetBasket> {
  constructor(
    private readonly carts: CartStore,
    private readonly market: CartMarket,
  ) {}

  async execute({ input: { owner } }: GetBasket): Promise<Basket | null> {
    const cart = await this.carts.openOf(owner);
    return cart && basketOf(cart, await this.market.prices(cart.items));
  }
}

@QueryHandler(GetLastClosedCart)
export class GetLastClosedCartHandler implements IQueryHandler<GetLastClosedCart> {
  constructor(private readonly carts: CartStore) {}

  async execute({ input: { owner } }: GetLastClosedCart): Promise<ClosedCart | null> {
    const cart = await this.carts.lastOrderedOf(owner);
    return cart?.orderId && cart.closedAt ? { cartId: cart.id, orderId: cart.orderId, closedAt: cart.closedAt } : null;
  }
}
