import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetStartedOrders } from '@cartwright/fulfilment';
import { GetSoldPieces, type SoldPieces } from '@cartwright/inventory';
import { GetPayments, type PaymentView } from '@cartwright/payments';
import { Invariant, Outbox, Transactions, type Finding } from '@cartwright/platform';
import { ReplayOrder } from '../contract/replay-order';
import { foldHistory, type Order } from '../model/order';
import { refundedTwice } from '../model/order-refund';
import { soldPieces } from '../model/quantities';
import { differences } from '../model/replay';
import { OrderStore } from '../store/order.store';
import { isPaidFor } from './order-money';

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

  @Invariant('orders.one_per_cart', 'A cart has become one order at most.')
  async *onePerCart(): AsyncGenerator<Finding> {
    yield* this.inBatches(async (orders) => {
      const ofCarts = grouped(await this.orders.ofCarts(orders.map(({ cartId }) => cartId)), ({ cartId }) => cartId);
      return orders.flatMap((order) => {
        const [first = order] = ofCarts.get(order.cartId) ?? [];
        return first.id === order.id ? [] : [found(order, `has the cart of order ${first.orderNumber}`)];
      });
    });
  }

  @Invariant('orders.status_is_history', 'The status of an order is what its history adds up to.')
  async *statusIsHistory(): AsyncGenerator<Finding> {
    for await (const { orderNumber, status, history } of this.orders.all(batch)) {
      const folded = foldHistory(history);
      if (folded !== status) yield { record: `order ${orderNumber}`, problem: `is ${status}, its history says ${String(folded)}` };
    }
  }

  @Invariant('orders.state_is_events', 'An order is what its events add up to, and they have no gaps.')
  async *stateIsEvents(): AsyncGenerator<Finding> {
    yield* this.inBatches(async (orders) => {
      // One more than there should be: if that is there, too, some order has more events than it knows of.
      const limit = orders.reduce((all, { eventCount }) => all + eventCount, 1);
      const rows = await this.outbox.eventsOfAll(orders.map(eventsNameOf), limit);
      if (rows.length === limit) return this.oneByOne(orders);
      const events = grouped(rows, ({ aggregate }) => aggregate);
      return orders.flatMap((order) => differences(order, events.get(eventsNameOf(order)) ?? []).map((problem) => found(order, problem)));
    });
  }

  @Invariant('orders.pieces_are_sold', 'What stock has sold an order, and owes it, is what the order has out or to send.')
  async *piecesAreSold(): AsyncGenerator<Finding> {
    yield* this.inBatches(async (orders) => {
      const [from, to] = [orders[0]?.id, orders.at(-1)?.id];
      if (!from || !to) return [];
      const sold = grouped(await this.queries.execute(new GetSoldPieces({ from, to })), ({ orderId }) => orderId);
      return orders.flatMap((order) => piecesProblems(order, sold.get(order.id) ?? []));
    });
  }

  @Invariant(
    'orders.money_matches',
    'An order that is sold has its money, taken or held; one that failed or was cancelled keeps none of it; no piece is refunded twice.',
  )
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

  private async oneByOne(orders: readonly Order[]): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const order of orders) {
      const { differences: problems } = await this.queries.execute(new ReplayOrder({ orderNumber: order.orderNumber }));
      findings.push(...problems.map((problem) => found(order, problem)));
    }
    return findings;
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

function piecesProblems(order: Order, sold: readonly SoldPieces[]): Finding[] {
  const own = new Map<string, number>();
  for (const { id, sku } of order.items) own.set(sku, (own.get(sku) ?? 0) + (soldPieces(order).get(id) ?? 0));
  const skus = new Set([...own.keys(), ...sold.map(({ sku }) => sku)]);
  return [...skus].flatMap((sku) => {
    const has = own.get(sku) ?? 0;
    const { out = 0, owed = 0 } = sold.find((row) => row.sku === sku) ?? {};
    return out + owed === has ? [] : [found(order, `has ${has} of ${sku} out or to send, stock has sold it ${out} and owes it ${owed}`)];
  });
}

function moneyProblems(order: Order, payment: PaymentView | undefined): Finding[] {
  const { status, totalAmount } = order;
  if (!payment) return [found(order, 'has no payment')];
  const [twice] = refundedTwice(order);
  if (twice) return [found(order, `has refunded ${twice.quantity} more of item ${twice.item} than it has`)];
  if (payment.amount !== totalAmount) return [found(order, `comes to ${totalAmount}, its payment to ${payment.amount}`)];
  // Money that was held and lapsed before it was taken: the goods are to stay here, or are gone.
  if (sold.has(status) && status !== 'Returned' && !isPaidFor(payment))
    return [found(order, `is ${status}, its payment ${payment.status}`)];
  if (wasCancelled(order) && payment.refundableAmount > 0) return [found(order, `is ${status} and keeps ${payment.refundableAmount}`)];
  return [];
}

/** Goods that come back leave what was paid for shipping here; an order that was cancelled leaves nothing. */
function wasCancelled({ history }: Order): boolean {
  return history.some(({ to }) => to === 'Cancelled');
}

/** What a failed order that has heard of its late money has not given back yet. */
function keptOf({ status, paymentDetails }: Order, payment: PaymentView): number {
  const heard = paymentDetails.transactionId !== undefined || payment.refundedAmount > 0;
  return status === 'Failed' && payment.status === 'captured' && heard ? payment.capturedAmount - payment.refundedAmount : 0;
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function eventsNameOf({ id }: Order): string {
  return `order:${id}`;
}

function found({ orderNumber }: Order, problem: string): Finding {
  return { record: `order ${orderNumber}`, problem };
}
