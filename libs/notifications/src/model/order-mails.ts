import { formatMoney } from '@cartwright/kernel';
import type { ItemsCancelled, OrderCancelled, OrderPaid, RefundSettled, ReturnDecided, ShipmentSent } from '@cartwright/orders';
import type { Mail } from './mail';

/** The mails that an order's life brings. */
export function orderConfirmation({ orderNumber, email, totalAmount, currency, shippingAddress, items }: OrderPaid['data']): Mail {
  const { name, line1, line2, pincode, city, country } = shippingAddress;
  const lines = items.map((item) => `${item.quantity} x ${item.name} (${item.sku})  ${formatMoney(item.lineTotal, currency)}`);
  const address = [name, line1, line2, `${pincode} ${city}`, country].filter((line): line is string => Boolean(line));
  return {
    key: `${orderNumber}-confirmation`,
    template: 'order_confirmation',
    orderNumber,
    to: email,
    subject: `Your order ${orderNumber}`,
    body: ['Thank you for your order.', { lines }, `Total: ${formatMoney(totalAmount, currency)}`, 'It goes to:', { lines: address }],
  };
}

export function shipmentNotice({ orderNumber, email, shipmentId, carrier, trackingNumber, items, complete }: ShipmentSent['data']): Mail {
  return {
    key: `${orderNumber}-shipment-${shipmentId}`,
    template: 'parcel_sent',
    orderNumber,
    to: email,
    subject: `Your order ${orderNumber} is on its way`,
    body: [
      `A parcel of your order is on its way with ${carrier}, tracking number ${trackingNumber}:`,
      { lines: items.map((item) => `${item.quantity} x ${item.name}`) },
      complete ? 'With it your order is complete.' : 'The rest follows.',
    ],
  };
}

export function cancellationNotice({ orderNumber, email }: OrderCancelled['data']): Mail {
  return {
    key: `${orderNumber}-cancelled`,
    template: 'order_cancelled',
    orderNumber,
    to: email,
    subject: `Your order ${orderNumber} was cancelled`,
    body: ['Your order was cancelled. What you paid is on its way back to you.'],
  };
}

export function itemsCancelledNotice({ orderNumber, email, cancellationId, items }: ItemsCancelled['data']): Mail {
  const pieces = items.reduce((all, { quantity }) => all + quantity, 0);
  return {
    key: `${orderNumber}-cancelled-${cancellationId}`,
    template: 'items_cancelled',
    orderNumber,
    to: email,
    subject: `A part of your order ${orderNumber} was cancelled`,
    body: [
      `${pieces} ${pieces === 1 ? 'piece' : 'pieces'} of your order will not be sent. What you paid for that is on its way back to you.`,
    ],
  };
}

export function returnNotice({ orderNumber, email, returnId, status, reason }: ReturnDecided['data']): Mail {
  const answer =
    status === 'approved'
      ? 'You may send the goods back. Your money follows when they have arrived.'
      : `We cannot take the goods back${reason ? `: ${reason}` : ''}.`;
  return {
    key: `${orderNumber}-return-${returnId}-${status}`,
    template: 'return_decided',
    orderNumber,
    to: email,
    subject: `The return of your order ${orderNumber}`,
    body: [answer],
  };
}

export function refundNotice({ orderNumber, email, key, amount, currency }: RefundSettled['data']): Mail {
  return {
    key: `${orderNumber}-refund-${key}`,
    template: 'refund_sent',
    orderNumber,
    to: email,
    subject: `Refund for your order ${orderNumber}`,
    body: [`${formatMoney(amount, currency)} went back to the means you paid with. It may take some days to arrive.`],
  };
}
