import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetStartedOrders } from '@cartwright/fulfilment';
import { GetPayments, type PaymentView } from '@cartwright/payments';
import { Invariant, Outbox, Transactions, type Finding } from '@cartwright/platform';
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
    private readonly outbox: Outbox,
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
    yield* this.inBatches(async (orders) => {
      const payments = await this.queries.execute(new GetPayments({ orderIds: orders.map(({ id }) => id) }));
      const findings: Finding[] = [];
      for (const order of orders) {
        const payment = payments[order.id];
        findings.push(...moneyProblems(order, payment));
        const kept = payment ? keptOf(order, payment) : 0;
        if (kept > 0 && !(await this.awaits(order))) findings.push(found(order, `is Failed and keeps ${kept}`));
      }
      return findings;
    });
  }

  @Invariant('orders.paid_is_fulfilled', 'Every paid order has reached the warehouse, or the news of it is on the way there.')
  async *paidIsFulfilled(): AsyncGenerator<Finding> {
    yield* this.inBatches(async (orders) => {
      const paid = orders.filter(({ status }) => sold.has(status));
      const started = await this.queries.execute(new GetStartedOrders({ orderIds: paid.map(({ id }) => id) }));
      const findings: Finding[] = [];
      for (const order of paid)
        if (!started.has(order.id) && !(await this.awaits(order)))
          findings.push(found(order, `is ${order.status}, and the warehouse has not heard of it`));
      return findings;
    });
  }

  /** Looks at all orders, some at a time, each time at one instant. */
  private async *inBatches(look: (orders: readonly Order[]) => Promise<Finding[]>): AsyncGenerator<Finding> {
    for (let last: string | undefined; ;) {
      const { orders, findings } = await this.transactions.run(async () => {
        const page = await this.orders.after(last, batch);
        return { orders: page, findings: await look(page) };
      });
      yield* findings;
      if (orders.length < batch) return;
      last = orders.at(-1)?.id;
    }
  }

  /** Whether something is still to come of what the order has announced. */
  private async awaits({ id }: Order): Promise<boolean> {
    for (let after = 0; ;) {
      const events = await this.outbox.eventsOf(`order:${id}`, { after, limit: batch });
      if (events.some(({ waiting }) => waiting.length > 0)) return true;
      if (events.length < batch) return false;
      after = events.at(-1)?.sequence ?? after;
    }
  }
}

const sold = new Set(['Processing', 'Shipped', 'Delivered', 'Returned']);

function moneyProblems(order: Order, payment: PaymentView | undefined): Finding[] {
  const { status, totalAmount } = order;
  if (!payment) return [found(order, 'has no payment')];
  if (payment.amount !== totalAmount) return [found(order, `comes to ${totalAmount}, its payment to ${payment.amount}`)];
  // What was only held may have lapsed: then the payment says so, and nothing more is sent.
  if (sold.has(status) && (payment.status === 'requested' || payment.status === 'action_required'))
    return [found(order, `is ${status}, its payment ${payment.status}`)];
  return [];
}

/** What a failed order that has heard of its late money has not given back yet. */
function keptOf({ status, paymentDetails }: Order, payment: PaymentView): number {
  const heard = paymentDetails.transactionId !== undefined || payment.refundedAmount > 0;
  return status === 'Failed' && payment.status === 'captured' && heard ? payment.capturedAmount - payment.refundedAmount : 0;
}

function found({ orderNumber }: Order, problem: string): Finding {
  return { record: `order ${orderNumber}`, problem };
}
