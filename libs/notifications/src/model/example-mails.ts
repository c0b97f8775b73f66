import { accountErased, emailVerification, passwordReset } from './account-mails';
import type { Mail, MailTemplate } from './mail';
import { cancellationNotice, itemsCancelledNotice, orderConfirmation, refundNotice, returnNotice, shipmentNotice } from './order-mails';

const order = { orderId: '6565f0c2a1b2c3d4e5f60718', orderNumber: 'CW-EXAMPLE', email: 'ada@example.com' };
const shippingAddress = {
  name: 'Ada',
  phone: '+44 20 1234',
  line1: '1 Analytical Way',
  city: 'London',
  state: 'London',
  pincode: 'W1U 6TY',
  country: 'GB',
};
const items = [
  { name: 'Mug', sku: 'MUG-1', quantity: 2, lineTotal: 3998 },
  { name: 'Tea & biscuits', sku: 'TEA-1', quantity: 1, lineTotal: 1250 },
];
const pieces = [{ item: '6565f0c2a1b2c3d4e5f60719', quantity: 1 }];
const letter = { to: order.email, name: 'Ada', token: 'eyJhbGciOiJIUzI1NiJ9.example' };
const storefront = 'https://shop.example';
const money = { currency: 'GBP' } as const;

/** One mail of each kind, about an order that there is not. */
export const exampleMails: Readonly<Record<MailTemplate, Mail>> = {
  order_confirmation: orderConfirmation({ ...order, ...money, totalAmount: 5248, shippingAddress, items, lines: [] }),
  parcel_sent: shipmentNotice({ ...order, shipmentId: 'example', carrier: 'DHL', trackingNumber: 'T123', items, complete: false }),
  order_cancelled: cancellationNotice({ ...order, reason: 'Asked for by the buyer' }),
  items_cancelled: itemsCancelledNotice({ ...order, cancellationId: 'example', items: pieces, reason: 'Sold out', complete: false }),
  return_decided: returnNotice({ ...order, returnId: 'example', status: 'declined', reason: 'they were worn' }),
  refund_sent: refundNotice({ ...order, ...money, key: 'example', amount: 1999, status: 'succeeded' }),
  password_reset: passwordReset('example', { ...letter, hours: 1 }, storefront),
  email_verification: emailVerification('example', { ...letter, hours: 72 }, storefront),
  account_erased: accountErased('example', letter),
};
