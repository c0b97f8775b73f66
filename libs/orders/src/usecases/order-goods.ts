import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CancelFulfilment, WithdrawItems } from '@cartwright/fulfilment';
import { ReclaimItems, RestockItems } from '@cartwright/inventory';
import type { Change } from '@cartwright/kernel';
import { cancelItems, cancelsAll } from '../model/cancellation';
import { cancel, type Actor, type Order } from '../model/order';
import type { RefundWish } from '../model/order-refund';
import { bookBack } from '../model/order-return';
import { restockable, rowsOf, unsentPieces, type ItemQuantity } from '../model/quantities';
import { fulfilmentOf } from './ship-order';

/** Pieces that are not sent after all, with what their money is worth and under which key it goes back. */
interface TakenOut {
  readonly change: Change<Order>;
  readonly key: string;
  readonly parts: Omit<RefundWish, 'amount'>;
}

/** The goods of an order: what of them is not sent after all, or came back. All in the caller's transaction. */
@Injectable()
export class OrderGoods {
  constructor(private readonly commands: CommandBus) {}

  /** Takes pieces that have not been sent out of the warehouse's work and puts them back on the shelf: some, or (without any named) the whole order. */
  async takeOut(order: Order, asked: readonly ItemQuantity[] | undefined, reason: string, actor: Actor): Promise<TakenOut> {
    if (!asked || cancelsAll(order, asked)) return this.takeOutAll(order, reason, actor);
    const { change, cancellation } = cancelItems(order, asked, reason, actor, new Date());
    const { id, items } = cancellation;
    await this.commands.execute(fulfilmentOf(order)); // the paid order's event may still be on its way there
    await this.commands.execute(new WithdrawItems({ orderId: order.id, items }));
    await this.reclaim(order, `cancel-${id}`, items);
    return { change, key: `cancel-${id}`, parts: { items } };
  }

  /** Puts pieces back on the shelf: those that were not sent are not sent any more, of those that were so many came back. */
  async restock(order: Order, asked: readonly ItemQuantity[], reason: string, actor: Actor): Promise<Change<Order>> {
    const { unsent, sent } = restockable(order, asked);
    const left = unsent.length > 0 ? (await this.takeOut(order, unsent, reason, actor)).change : { next: order, events: [] };
    if (sent.length === 0) return left;
    const { change, returnId } = bookBack(left.next, sent, reason, actor, new Date());
    await this.commands.execute(new RestockItems({ orderId: order.id, key: `return-${returnId}`, lines: linesOf(order, sent) }));
    return { next: change.next, events: [...left.events, ...change.events] };
  }

  private async takeOutAll(order: Order, reason: string, actor: Actor): Promise<TakenOut> {
    const change = cancel(order, reason, actor, new Date());
    await this.commands.execute(new CancelFulfilment({ orderId: order.id }));
    await this.reclaim(order, 'cancel', rowsOf(unsentPieces(order)));
    return { change, key: 'cancel', parts: {} };
  }

  private async reclaim(order: Order, key: string, items: readonly ItemQuantity[]): Promise<void> {
    await this.commands.execute(new ReclaimItems({ orderId: order.id, key, lines: linesOf(order, items) }));
  }
}

/** Pieces of items as inventory knows them. */
export function linesOf<Row extends ItemQuantity>(order: Order, rows: readonly Row[]): (Omit<Row, 'item'> & { readonly sku: string })[] {
  return rows.map(({ item, ...row }) => ({ ...row, sku: order.items.find(({ id }) => id === item)?.sku ?? '' }));
}
