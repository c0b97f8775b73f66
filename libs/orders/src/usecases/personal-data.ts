import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { PaymentView } from '@cartwright/payments';
import { PersonalData, type Person, type Place } from '@cartwright/platform';
import type { Order } from '../model/order';
import { ListOrders } from './order-queries';

const batch = 100;

/** What orders keeps about somebody: their orders, each with its payment, shipments, returns and refunds. */
@Injectable()
export class OrderData {
  constructor(private readonly queries: QueryBus) {}

  @PersonalData('orders')
  async *orders({ userId }: Person): AsyncGenerator<object> {
    const buyer = { kind: 'user', id: userId } as const;
    for (let after: Place | undefined; ;) {
      const { rows, next } = await this.queries.execute(new ListOrders({ buyer, wish: {}, slice: { limit: batch, skip: 0, after } }));
      for (const { order, payment } of rows) yield recordOf(order, payment);
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
