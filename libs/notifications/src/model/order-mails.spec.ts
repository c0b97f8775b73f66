import { asText } from './layout';
import { orderConfirmation, refundNotice, shipmentNotice } from './order-mails';

const shippingAddress = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const order = { orderId: 'a'.repeat(24), orderNumber: 'CW-1', email: 'ada@example.com', totalAmount: 3998, currency: 'EUR' };

test('the confirmation names every line, the total in the order’s currency, and where it goes', () => {
  const items = [{ name: 'Mug', sku: 'M1', quantity: 2, lineTotal: 3998 }];
  const mail = orderConfirmation({ ...order, shippingAddress, items, lines: [] });
  expect(mail).toMatchObject({ key: 'CW-1-confirmation', to: 'ada@example.com' });
  for (const part of ['2 x Mug (M1)', '€39.98', 'Main St 1', '00100 Rome']) expect(asText(mail)).toContain(part);
});

test('each parcel has its own mail, which says whether more follow', () => {
  const parcel = { ...order, shipmentId: 's1', carrier: 'DHL', trackingNumber: 'T1', items: [{ name: 'Mug', quantity: 1 }] };
  expect(asText(shipmentNotice({ ...parcel, complete: false }))).toContain('The rest follows.');
  expect(asText(shipmentNotice({ ...parcel, complete: true }))).toContain('complete');
  expect(shipmentNotice({ ...parcel, complete: true }).key).not.toBe(shipmentNotice({ ...parcel, shipmentId: 's2', complete: true }).key);
});

test('a refund is worded with the decimals of its currency', () => {
  expect(asText(refundNotice({ ...order, key: 'cancel', status: 'succeeded', currency: 'JPY', amount: 500 }))).toContain('¥500');
});
