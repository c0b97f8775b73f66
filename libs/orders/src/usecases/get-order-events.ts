import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Outbox, type OutboxRow } from '@cartwright/platform';
import type { Buyer } from '../model/order';
import { OrderStore } from '../store/order.store';

/** What an order has announced, in its order, after the `after`-th: the buyer's own, or (without one) any order's. */
export class GetOrderEvents extends Query<{ readonly events: readonly OutboxRow[]; readonly total: number }> {
  constructor(readonly input: { readonly orderNumber: string; readonly buyer?: Buyer; readonly after: number; readonly limit: number }) {
    super();
  }
}

@QueryHandler(GetOrderEvents)
export class GetOrderEventsHandler implements IQueryHandler<GetOrderEvents> {
  constructor(
    private readonly orders: OrderStore,
    private readonly outbox: Outbox,
  ) {}

  async execute({
    input: { orderNumber, buyer, after, limit },
  }: GetOrderEvents): Promise<{ readonly events: readonly OutboxRow[]; readonly total: number }> {
    const order = await this.orders.byNumber(orderNumber, buyer);
    return { events: await this.outbox.eventsOf(`order:${order.id}`, { after, limit }), total: order.eventCount };
  }
}
