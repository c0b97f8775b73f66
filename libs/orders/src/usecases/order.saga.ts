import { Injectable } from '@nestjs/common';
import { ofType, Saga, type ICommand } from '@nestjs/cqrs';
import { StartFulfilment } from '@cartwright/fulfilment';
import type { DomainEvent } from '@cartwright/kernel';
import {
  CapturePayment,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentFailed,
  RefundFailed,
  RefundMadeElsewhere,
  RefundSucceeded,
  RequestRefund,
} from '@cartwright/payments';
import { map, merge, type Observable } from 'rxjs';
import { LatePaymentReceived, OrderPaid, ShipmentSent } from '../contract/order-events';
import { FailOrder } from './fail-order';
import { MarkOrderPaid } from './mark-order-paid';
import { NoteRefund } from './note-refund';
import { SettleRefund } from './settle-refund';

/** From payment to fulfilment, and back: which event brings about which command. The table stands in the README. */
@Injectable()
export class OrderSaga {
  @Saga()
  paymentToFulfilment = (events$: Observable<DomainEvent>): Observable<ICommand> =>
    merge(
      events$.pipe(
        ofType(PaymentAuthorized),
        map(({ data: { orderId, transactionId } }) => new MarkOrderPaid({ orderId, transactionId, held: true })),
      ),
      events$.pipe(
        ofType(PaymentCaptured),
        map(({ data: { orderId, transactionId } }) => new MarkOrderPaid({ orderId, transactionId })),
      ),
      events$.pipe(
        ofType(OrderPaid),
        map(
          ({ data: { orderId, orderNumber, lines, shippingAddress: address } }) =>
            new StartFulfilment({ orderId, orderNumber, lines, address }),
        ),
      ),
      events$.pipe(
        ofType(PaymentFailed),
        map(({ data: { orderId, failureCode: reason } }) => new FailOrder({ orderId, reason })),
      ),
      events$.pipe(
        ofType(ShipmentSent),
        map(({ data: { orderId } }) => new CapturePayment({ orderId, ifHeld: true })),
      ),
    );

  @Saga()
  moneyBack = (events$: Observable<DomainEvent>): Observable<ICommand> =>
    merge(
      events$.pipe(
        ofType(LatePaymentReceived),
        // What was only held when it came may have been given up since: then nothing is left to go back.
        map(
          ({ data: { orderId } }) =>
            new RequestRefund({ orderId, key: 'late', ifAny: true, reason: 'The order had failed before the payment came.' }),
        ),
      ),
      events$.pipe(
        ofType(RefundMadeElsewhere),
        map(({ data: { orderId, key, amount } }) => new NoteRefund({ orderId, key, amount })),
      ),
      events$.pipe(
        ofType(RefundSucceeded),
        map(({ data: { orderId, key, amount } }) => new SettleRefund({ orderId, key, amount, status: 'succeeded' })),
      ),
      events$.pipe(
        ofType(RefundFailed),
        map(({ data: { orderId, key, amount } }) => new SettleRefund({ orderId, key, amount, status: 'failed' })),
      ),
    );
}
