import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RestockItems } from '@cartwright/inventory';
import type { Change } from '@cartwright/kernel';
import { Config, retryWhenStale, Transactions } from '@cartwright/platform';
import type { Actor, Buyer, Order } from '../model/order';
import { decideReturn, receiveReturn, requestReturn, type ReceivedItem } from '../model/order-return';
import type { ItemQuantity } from '../model/quantities';
import { OrderStore } from '../store/order.store';
import { linesOf } from './order-goods';
import { OrderMoney } from './order-money';

/** The buyer wants to send goods back: all that was sent, or some of it, within RETURN_DAYS after the delivery. */
export class RequestReturn extends Command<Order> {
  constructor(
    readonly input: {
      readonly orderNumber: string;
      readonly buyer?: Buyer;
      readonly items?: readonly ItemQuantity[];
      readonly reason?: string;
      readonly actor: Actor;
    },
  ) {
    super();
  }
}

/** The shop says yes to a return, or no and why. */
export class DecideReturn extends Command<Order> {
  constructor(
    readonly input: {
      readonly orderNumber: string;
      readonly returnId: string;
      readonly status: 'approved' | 'declined';
      readonly reason?: string;
    },
  ) {
    super();
  }
}

/** The goods are here: back to the shelf or damaged, item by item, and (unless told otherwise) their money goes back at the same instant. */
export class ReceiveReturn extends Command<Order> {
  constructor(
    readonly input: {
      readonly orderNumber: string;
      readonly returnId: string;
      /** All that was announced, to be sold again, when not given. */
      readonly items?: readonly ReceivedItem[];
      readonly refund: boolean;
      readonly actor: Actor;
    },
  ) {
    super();
  }
}

@CommandHandler(RequestReturn)
export class RequestReturnHandler implements ICommandHandler<RequestReturn> {
  constructor(
    private readonly orders: OrderStore,
    private readonly config: Config,
  ) {}

  async execute({ input: { orderNumber, buyer, items, reason, actor } }: RequestReturn): Promise<Order> {
    return retryWhenStale(async () => {
      const order = await this.orders.byNumber(orderNumber, buyer);
      return this.orders.save(requestReturn(order, { items, reason, days: this.config.RETURN_DAYS }, actor, new Date()));
    });
  }
}

@CommandHandler(DecideReturn)
export class DecideReturnHandler implements ICommandHandler<DecideReturn> {
  constructor(private readonly orders: OrderStore) {}

  async execute({ input: { orderNumber, returnId, status, reason } }: DecideReturn): Promise<Order> {
    return retryWhenStale(async () => {
      const order = await this.orders.byNumber(orderNumber);
      const change = decideReturn(order, returnId, { status, reason }, new Date());
      return change ? this.orders.save(change) : order;
    });
  }
}

@CommandHandler(ReceiveReturn)
export class ReceiveReturnHandler implements ICommandHandler<ReceiveReturn> {
  constructor(
    private readonly orders: OrderStore,
    private readonly money: OrderMoney,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { orderNumber, returnId, items, refund, actor } }: ReceiveReturn): Promise<Order> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const order = await this.orders.byNumber(orderNumber);
        const change = receiveReturn(order, returnId, items, actor, new Date());
        if (!change) return order;
        const received = change.next.returns.find(({ id }) => id === returnId)?.received ?? [];
        await this.commands.execute(new RestockItems({ orderId: order.id, key: `return-${returnId}`, lines: linesOf(order, received) }));
        return this.orders.save(refund ? await this.withMoney(change, returnId, received, actor) : change);
      }),
    );
  }

  private withMoney(change: Change<Order>, returnId: string, received: readonly ReceivedItem[], actor: Actor): Promise<Change<Order>> {
    // With the last goods the shipping goes back, too; not what an earlier return was received without.
    const items = received.map(({ item, quantity }) => ({ item, quantity }));
    const parts = { items, shipping: change.next.status === 'Returned' };
    return this.money.giveBackFor(change, parts, { key: `return-${returnId}`, reason: 'returned', by: actor.by, at: new Date() });
  }
}
