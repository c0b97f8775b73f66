import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CloseCart } from '../contract/cart-commands';
import { CartStore } from '../store/cart.store';

@CommandHandler(CloseCart)
export class CloseCartHandler implements ICommandHandler<CloseCart> {
  constructor(private readonly carts: CartStore) {}

  async execute({ input: { cartId, version, orderId } }: CloseCart): Promise<void> {
    await this.carts.close(cartId, version, orderId, new Date());
  }
}
