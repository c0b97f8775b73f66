import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ForgetRecipient } from '@cartwright/fulfilment';
import { ForgetPayer, type PaymentView } from '@cartwright/payments';
import {
  Config,
  ErasesPersonalData,
  Outbox,
  PersonalData,
  retryWhenStale,
  Transactions,
  type ErasedPerson,
  type Person,
  type Place,
} from '@cartwright/platform';
import { eraseBuyer, restsAt, withoutBuyer } from '../model/erasing';
import { joinAccount } from '../model/joining';
import type { Order } from '../model/order';
import { OrderStore } from '../store/order.store';
import { ListOrders, type OrderWithPayment } from './order-queries';

const batch = 100;
const dayMs = 24 * 3_600_000;
const soonMs = 15_000;

/** What orders keeps about somebody: their orders, each with its payment, shipments, returns and refunds. */
@Injectable()
export class OrderData {
  constructor(
    private readonly orders: OrderStore,
    private readonly queries: QueryBus,
    private readonly commands: CommandBus,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly config: Config,
  ) {}

  /** An order that has forgotten its buyer is about nobody any more. */
  @PersonalData('orders')
  async *ownOrders({ userId }: Person): AsyncGenerator<object> {
    for await (const { order, payment } of this.ordersOf(userId)) if (!order.buyerErasedAt) yield recordOf(order, payment);
  }

  /** Orders at rest forget their buyer. The others keep what it takes to ship and refund them; they are looked at each day. */
  @ErasesPersonalData('orders')
  async eraseBuyer(person: ErasedPerson): Promise<Date | null> {
    await this.joinGuests(person);
    let again: Date | null = null;
    for await (const { order } of this.ordersOf(person.userId)) {
      const later = await this.eraseAtRest(order);
      if (later && (!again || later < again)) again = later;
    }
    return again;
  }

  /** What the person ordered as a guest, and has not joined yet. Here by the version, so that none is missed: there is no next login. */
  private async joinGuests({ userId, verifiedEmail }: ErasedPerson): Promise<void> {
    if (verifiedEmail === undefined) return;
    for (;;) {
      const found = await this.orders.awaitingAccount(verifiedEmail, batch);
      for (const { id } of found) await this.join(id, userId);
      if (found.length < batch) return;
    }
  }

  private async join(orderId: string, userId: string): Promise<void> {
    await retryWhenStale(async () => {
      const change = joinAccount(await this.orders.get(orderId), userId);
      if (change) await this.orders.save(change);
    });
  }

  /** The order, its payment, its parcels and what was told of it, at one instant; or else when to look again. */
  private async eraseAtRest({ id: orderId, buyerErasedAt }: Order): Promise<Date | null> {
    if (buyerErasedAt) return null;
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const now = new Date();
        const order = await this.orders.get(orderId);
        const rest = restsAt(order, this.config.RETURN_DAYS, now);
        if (rest > now) return new Date(Math.min(rest.getTime(), now.getTime() + dayMs));
        // A mail about it, say, is still to be written, and would find nobody to go to.
        if (await this.outbox.awaits(`order:${orderId}`)) return new Date(now.getTime() + soonMs);
        const change = eraseBuyer(order, now);
        if (change) await this.orders.save(change);
        await this.commands.execute(new ForgetPayer({ orderId }));
        await this.commands.execute(new ForgetRecipient({ orderId }));
        await this.outbox.rewrite(`order:${orderId}`, withoutBuyer);
        return null;
      }),
    );
  }

  private async *ordersOf(userId: string): AsyncGenerator<OrderWithPayment> {
    const buyer = { kind: 'user', id: userId } as const;
    for (let after: Place | undefined; ;) {
      const { rows, next } = await this.queries.execute(new ListOrders({ buyer, wish: {}, slice: { limit: batch, skip: 0, after } }));
      yield* rows;
      if (!next) return;
      after = next;
    }
  }
}

function recordOf(order: Order, payment: PaymentView | undefined): object {
  const { orderNumber, status, email, items, currency, shippingAddress, billingAddress, createdAt, updatedAt } = order;
  const { subtotal, discountTotal, shippingTotal, taxTotal, totalAmount } = order;
  const { shipments, cancellations, returns, refunds } = order;
  const history = order.history.map(({ from, to, at, by, reason }) => ({ from, to, at, by, reason }));
  return {
    ...{ orderNumber, status, email, items, subtotal, discountTotal, shippingTotal, taxTotal, totalAmount, currency },
    ...{ shippingAddress, billingAddress, shipments, cancellations, returns, refunds, history, createdAt, updatedAt },
    payment: payment && paymentOf(payment),
  };
}

/** Without what lets a client go on with the payment. */
function paymentOf({
  provider,
  status,
  amount,
  currency,
  capturedAmount,
  refundedAmount,
  transactionId,
  failureCode,
}: PaymentView): object {
  return { provider, status, amount, currency, capturedAmount, refundedAmount, transactionId, failureCode };
}
