import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { RefillCart } from '../contract/cart-commands';
import { mergeItems, newCart, type CartItem } from '../model/cart';
import { CartStore } from '../store/cart.store';
import { CartEdits } from './cart-edits';

@CommandHandler(RefillCart)
export class RefillCartHandler implements ICommandHandler<RefillCart> {
  constructor(
    private readonly carts: CartStore,
    private readonly edits: CartEdits,
    private readonly transactions: Transactions,
  ) {}

  /** The cart that became the order still has its items, at the prices the buyer saw; what changed since then shows as warnings. */
  async execute({ input: { owner, orderId, lines } }: RefillCart): Promise<void> {
    await this.transactions.run(async () => {
      const ordered = await this.carts.byOrder(orderId);
      if (!ordered || ordered.refilledAt) return;
      const now = new Date();
      const items = lines.flatMap(({ variantId, quantity }): CartItem[] => {
        const item = ordered.items.find((candidate) => candidate.variant === variantId);
        return item ? [{ ...item, quantity }] : [];
      });
      const open = (await this.carts.openOf(owner)) ?? newCart(owner, ordered.currency, now);
      await this.carts.put({ ...ordered, refilledAt: now });
      await this.carts.put(this.edits.touched(mergeItems(open, items, ordered.currency)));
    });
  }
}
