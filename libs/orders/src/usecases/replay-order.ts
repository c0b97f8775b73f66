import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Outbox, Transactions, type OutboxRow } from '@cartwright/platform';
import { ReplayOrder, type Replayed } from '../contract/replay-order';
import { differences, replay } from '../model/replay';
import type { Order } from '../model/order';
import { OrderStore } from '../store/order.store';

const batch = 500;

@QueryHandler(ReplayOrder)
export class ReplayOrderHandler implements IQueryHandler<ReplayOrder> {
  constructor(
    private readonly orders: OrderStore,
    private readonly outbox: Outbox,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderNumber } }: ReplayOrder): Promise<Replayed> {
    // One transaction, so that the order and its events are of the same instant.
    return this.transactions.run(async () => {
      const order = await this.orders.byNumber(orderNumber);
      const rows = await this.eventsOf(order);
      const events = rows.map(({ sequence, name, at }) => ({ sequence, name, at }));
      return { orderNumber, events, state: { ...replay(rows) }, differences: differences(order, rows) };
    });
  }

  private async eventsOf({ id }: Order): Promise<OutboxRow[]> {
    const all: OutboxRow[] = [];
    for (;;) {
      const rows = await this.outbox.eventsOf(`order:${id}`, { after: all.at(-1)?.sequence ?? 0, limit: batch });
      all.push(...rows);
      if (rows.length < batch) return all;
    }
  }
}
