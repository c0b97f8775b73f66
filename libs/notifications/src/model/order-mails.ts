import { formatMoney } from '@cartwright/kernel';
import type { ItemsCancelled, OrderCancelled, OrderPaid, RefundSettled, ReturnDecided, ShipmentSent } from '@cartwright/orders';
import type { Mail } from './mail';

/** The mails that an order's life brings, as plain text. */
export function orderConfirmation({ orderNumber, email, totalAmount, currency, shippingAddress, items }: OrderPaid['data']): Mail {
  const { name, line1, line2, pincode, city, country } = shippingAddress;
  const lines = items.map((item) => `  ${item.quantity} x ${item.name} (${item.sku})  ${formatMoney(item.lineTotal, currency)}`);
  const address = [name, line1, line2, `${pincode} ${city}`, country].filter(Boolean).map((line) => `  ${line}`);
  const text = [
    'Thank you for your order.',
    '',
    ...lines,
    '',
    `Total: ${formatMoney(totalAmount, currency)}`,
    '',
    'It goes to:',
    ...address,
  ];
  return { key: `${orderNumber}-confirmation`, to: email, subject: `Your order ${orderNumber}`, text: text.join('\n') };
}

export function shipmentNotice({ orderNumber, email, shipmentId, carrier, trackingNumber, items, complete }: ShipmentSent['data']): Mail {
  const lines = items.map((item) => `  ${item.quantity} x ${item.name}`);
  const rest = complete ? 'With it your order is complete.' : 'The rest follows.';
  const text = [`A parcel of your order is on its way with ${carrier}, tracking number ${trackingNumber}:`, '', ...lines, '', rest];
  return {
    key: `${orderNumber}-shipment-${shipmentId}`,
    to: email,
    subject: `Your order ${orderNumber} is on its way`,
    text: text.join('\n'),
  };
}

export function cancellationNotice({ orderNumber, email }: OrderCancelled['data']): Mail {
  const text = 'Your order was cancelled. What you paid is on its way back to you.';
  return { key: `${orderNumber}-cancelled`, to: email, subject: `Your order ${orderNumber} was cancelled`, text };
}

export function itemsCancelledNotice({ orderNumber, email, cancellationId, items }: ItemsCancelled['data']): Mail {
  const pieces = items.reduce((all, { quantity }) => all + quantity, 0);
  const text = `${pieces} ${pieces === 1 ? 'piece' : 'pieces'} of your order will not be sent. What you paid for that is on its way back to you.`;
  return {
    key: `${orderNumber}-cancelled-${cancellationId}`,
    to: email,
    subject: `A part of your order ${orderNumber} was cancelled`,
    text,
  };
}

export function returnNotice({ orderNumber, email, returnId, status, reason }: ReturnDecided['data']): Mail {
  const text =
    status === 'approved'
      ? 'You may send the goods back. Your money follows when they have arrived.'
      : `We cannot take the goods back${reason ? `: ${reason}` : ''}.`;
  return { key: `${orderNumber}-return-${returnId}-${status}`, to: email, subject: `The return of your order ${orderNumber}`, text };
}

export function refundNotice({ orderNumber, email, key, amount, currency }: RefundSettled['data']): Mail {
  const text = `${formatMoney(amount, currency)} went back to the means you paid with. It may take some days to arrive.`;
  return { key: `${orderNumber}-refund-${key}`, to: email, subject: `Refund for your order ${orderNumber}`, text };
}
