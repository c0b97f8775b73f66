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
import { lastValueFrom, merge, of, toArray } from 'rxjs';
import { LatePaymentReceived, OrderPaid, OrderPlaced, ShipmentSent } from '../contract/order-events';
import { FailOrder } from './fail-order';
import { MarkOrderPaid } from './mark-order-paid';
import { NoteRefund } from './note-refund';
import { SettleRefund } from './settle-refund';
import { OrderSaga } from './order.saga';

const orderId = 'a'.repeat(24);
const shippingAddress = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const summary = {
  orderId,
  orderNumber: 'CW-1',
  email: 'a@b.example',
  totalAmount: 100,
  currency: 'EUR',
  shippingAddress,
  items: [],
  lines: [],
};

const parcel = {
  ...{ orderId, orderNumber: 'CW-1', email: 'a@b.example', shipmentId: 's', carrier: 'DHL', trackingNumber: '1' },
  items: [],
  complete: false,
};

const table: [string, DomainEvent, unknown[]][] = [
  [
    'money is there',
    new PaymentCaptured({ orderId, transactionId: 'pi', amount: 100, currency: 'EUR' }),
    [new MarkOrderPaid({ orderId, transactionId: 'pi' })],
  ],
  [
    'money is held',
    new PaymentAuthorized({ orderId, transactionId: 'pi', amount: 100, currency: 'EUR' }),
    [new MarkOrderPaid({ orderId, transactionId: 'pi', held: true })],
  ],
  ['a parcel has left', new ShipmentSent(parcel), [new CapturePayment({ orderId, ifHeld: true })]],
  [
    'an order is paid',
    new OrderPaid(summary),
    [new StartFulfilment({ orderId, orderNumber: 'CW-1', lines: [], address: shippingAddress })],
  ],
  ['a payment failed', new PaymentFailed({ orderId, failureCode: 'lost_card' }), [new FailOrder({ orderId, reason: 'lost_card' })]],
  [
    'money came too late',
    new LatePaymentReceived({ orderId, transactionId: 'pi' }),
    [new RequestRefund({ orderId, key: 'late', ifAny: true, reason: 'The order had failed before the payment came.' })],
  ],
  [
    'money went back that nobody had asked back',
    new RefundMadeElsewhere({ orderId, key: 'k', amount: 100, currency: 'EUR' }),
    [new NoteRefund({ orderId, key: 'k', amount: 100 })],
  ],
  [
    'money went back',
    new RefundSucceeded({ orderId, refundId: 'r', key: 'k', amount: 100, currency: 'EUR' }),
    [new SettleRefund({ orderId, key: 'k', amount: 100, status: 'succeeded' })],
  ],
  [
    'money would not go back',
    new RefundFailed({ orderId, refundId: 'r', key: 'k', amount: 100, failureCode: 'expired' }),
    [new SettleRefund({ orderId, key: 'k', amount: 100, status: 'failed' })],
  ],
  ['an order was placed', new OrderPlaced({ orderId, orderNumber: 'CW-1' }), []],
];

test.each(table)('when %s', async (_, event, commands) => {
  const saga = new OrderSaga();
  const sent = await lastValueFrom(merge(saga.paymentToFulfilment(of(event)), saga.moneyBack(of(event))).pipe(toArray()));
  expect(sent).toEqual(commands);
});
