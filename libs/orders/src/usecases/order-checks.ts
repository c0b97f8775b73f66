import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetPayments, type PaymentView } from '@cartwright/payments';
import { Invariant, Transactions, type Finding } from '@cartwright/platform';
import { ReplayOrder } from '../contract/replay-order';
import { foldHistory, type Order } from '../model/order';
import { OrderStore } from '../store/order.store';

const batch = 100;

/** What must be true of orders at every instant. */
@Injectable()
export class OrderChecks {
  constructor(
    private readonly orders: OrderStore,
    private readonly queries: QueryBus,
    private readonly transactions: Transactions,
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

  @Invariant('orders.money_matches', 'An order that is sold has its money, taken or held; one that failed keeps none of it.')
  async *moneyMatches(): AsyncGenerator<Finding> {
    for (let last: string | undefined; ;) {
      const { orders, findings } = await this.transactions.run(async () => {
        const page = await this.orders.after(last, batch);
        const payments = await this.queries.execute(new GetPayments({ orderIds: page.map(({ id }) => id) }));
        return { orders: page, findings: page.flatMap((order) => moneyProblems(order, payments[order.id])) };
      });
      yield* findings;
      if (orders.length < batch) return;
      last = orders.at(-1)?.id;
    }
  }
}

const sold = new Set(['Processing', 'Shipped', 'Delivered', 'Returned']);

function moneyProblems({ orderNumber, status, totalAmount }: Order, payment: PaymentView | undefined): Finding[] {
  const found = (problem: string): Finding[] => [{ record: `order ${orderNumber}`, problem }];
  if (!payment) return found('has no payment');
  if (payment.amount !== totalAmount) return found(`comes to ${totalAmount}, its payment to ${payment.amount}`);
  // What was only held may have lapsed: then the payment says so, and nothing more is sent.
  if (sold.has(status) && (payment.status === 'requested' || payment.status === 'action_required'))
    return found(`is ${status}, its payment ${payment.status}`);
  if (status === 'Failed' && payment.status === 'captured' && payment.refundedAmount < payment.capturedAmount && payment.refundedAmount > 0)
    return found(`is Failed and keeps ${payment.capturedAmount - payment.refundedAmount}`);
  return [];
}
