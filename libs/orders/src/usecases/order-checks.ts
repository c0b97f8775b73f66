import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Invariant, type Finding } from '@cartwright/platform';
import { ReplayOrder } from '../contract/replay-order';
import { foldHistory } from '../model/order';
import { OrderStore } from '../store/order.store';

const batch = 100;

/** What must be true of orders at every instant. */
@Injectable()
export class OrderChecks {
  constructor(
    private readonly orders: OrderStore,
    private readonly queries: QueryBus,
  ) {}

  @Invariant('orders.status_is_history', 'The status of an order is what its history adds up to.')
  async *statusIsHistory(): AsyncGenerator<Finding> {
    for await (const { orderNumber, status, history } of this.orders.all(batch)) {
      const folded = foldHistory(history);
      if (folded !== status) yield { record: `order ${orderNumber}`, problem: `is ${status}, its history says ${String(folded)}` };
    }
  }

  @Invariant('orders.state_is_events', 'An order is what its events add up to, and they have no gaps.')
  async *stateIsEvents(): AsyncGenerator<Finding> {
    for await (const { orderNumber } of this.orders.all(batch)) {
      const { differences } = await this.queries.execute(new ReplayOrder({ orderNumber }));
      for (const problem of differences) yield { record: `order ${orderNumber}`, problem };
    }
  }
}
