import { newId } from '@cartwright/kernel';
import { BuyerErased, OrderPaid, RefundRecorded, ShipmentSent } from '../contract/order-events';
import { eraseBuyer, restsAt, withoutBuyer } from './erasing';
import { placeOrder, type Order } from './order';
import { replay, type Announced } from './replay';

const now = new Date('2026-03-01T12:00:00Z');
const day = (count: number): Date => new Date(now.getTime() + count * 86_400_000);
const person = {
  name: 'Wilhelmine',
  phone: '+49 30 1',
  line1: 'Gasse 7',
  line2: '3. Hof',
  company: 'W GmbH',
  city: 'Hain',
  pincode: '14467',
};
const address = { ...person, state: 'BB', country: 'DE' };
const email = 'w@example.com';
const product = { productId: newId(), variantId: newId(), sku: 'S1', name: 'Mug', brand: 'Own', options: {} };
const line = { ...product, quantity: 2, unitPrice: 500, snapshotPrice: 500, purchasable: true };
const placed = placeOrder(
  { cartId: newId(), currency: 'EUR', lines: [line] },
  {
    buyer: { kind: 'guest', id: 'g1' },
    email,
    shippingAddress: address,
    billingAddress: address,
    provider: 'stripe',
    payBy: now,
    checkoutKey: 'k',
  },
  now,
).next;

const anOrder = (changes: Partial<Order>): Order => ({ ...placed, ...changes });
const moved = (to: Order['status'], at = now): Pick<Order, 'status' | 'history'> => ({
  status: to,
  history: [...placed.history, { from: 'PaymentPending', to, at, by: 'system' }],
});
const parcel = { id: newId(), carrier: 'DHL', trackingNumber: 'T', status: 'dispatched' as const, items: [], dispatchedAt: now };
const aReturn = { id: newId(), items: [], requestedAt: now, reason: `${person.name} does not like it` };
const aRefund = { key: 'k', amount: 10, items: [], shipping: 0, reason: person.phone, by: 'admin' as const, at: now };

describe('an order is at rest', () => {
  it.each(['PaymentPending', 'Processing'] as const)('not while it is %s, however old it is', (status) => {
    expect(restsAt(anOrder({ status }), 0, day(1_000))).toEqual(day(1_001));
  });

  it.each(['Failed', 'Cancelled', 'Refunded', 'Returned'] as const)('as soon as it is %s', (status) => {
    expect(restsAt(anOrder(moved(status)), 30, day(5))).toEqual(now);
  });

  it('when what was delivered can not be sent back any more', () => {
    expect(restsAt(anOrder(moved('Delivered', day(2))), 30, day(5))).toEqual(day(32));
  });

  it('when nobody waits any more for parcels of which nobody said that they arrived', () => {
    expect(restsAt(anOrder({ ...moved('Shipped'), shipments: [parcel] }), 30, day(5))).toEqual(day(90));
  });

  it.each(['requested', 'approved'] as const)('not while a return is %s, for sixty days', (status) => {
    expect(restsAt(anOrder({ ...moved('Delivered'), returns: [{ ...aReturn, status }] }), 0, day(5))).toEqual(day(60));
    expect(restsAt(anOrder({ ...moved('Delivered'), returns: [{ ...aReturn, status: 'declined' }] }), 0, day(5))).toEqual(now);
  });

  it.each(['requested', 'failed'] as const)('not while a refund is %s, for sixty days', (status) => {
    expect(restsAt(anOrder({ ...moved('Cancelled'), refunds: [{ ...aRefund, status }] }), 0, day(5))).toEqual(day(60));
    expect(restsAt(anOrder({ ...moved('Cancelled'), refunds: [{ ...aRefund, status: 'succeeded' }] }), 0, day(5))).toEqual(now);
  });
});

test('an order forgets its buyer once, and keeps what the books need', () => {
  const before = anOrder({
    ...moved('Refunded'),
    history: [...placed.history, { from: 'PaymentPending', to: 'Refunded', at: now, by: 'buyer', actorId: 'u', reason: person.line1 }],
    returns: [{ ...aReturn, status: 'declined', declineReason: person.company }],
    refunds: [{ ...aRefund, status: 'succeeded' }],
    cancellations: [{ id: newId(), items: [], reason: person.city, by: 'buyer', at: now }],
    shipments: [parcel],
  });
  const { next, events } = eraseBuyer(before, now)!;
  expect(events).toEqual([new BuyerErased({ orderId: placed.id, orderNumber: placed.orderNumber })]);
  for (const trace of [...Object.values(person), email]) expect(JSON.stringify(next)).not.toContain(trace);
  const { items, totalAmount, orderNumber, shipments, status } = next;
  expect({ items, totalAmount, orderNumber, shipments, status }).toEqual({
    ...{ items: before.items, totalAmount: 1000, orderNumber: placed.orderNumber, shipments: [parcel], status: 'Refunded' },
  });
  expect(next.billingAddress).toMatchObject({ state: 'BB', country: 'DE' });
  expect([next.checkoutKey, next.guestEmailKey]).toEqual([undefined, undefined]);
  expect(eraseBuyer(next, now)).toBeNull();
});

test('what the payment and the clock gave as their reasons are codes, and stay', () => {
  const failed = anOrder({ ...moved('Failed'), history: [{ to: 'Failed', at: now, by: 'payment', reason: 'insufficient_funds' }] });
  expect(eraseBuyer(failed, now)?.next.history[0]?.reason).toBe('insufficient_funds');
});

test('events without the buyer add up to the same', () => {
  const { id: orderId, orderNumber, totalAmount, currency } = placed;
  const items = [{ item: placed.items[0]!.id, name: 'Mug', quantity: 2 }];
  const lines = [{ name: 'Mug', sku: 'S1', quantity: 2, lineTotal: 1000 }];
  const events = [
    { name: 'orders.order_placed.v1', data: { orderId, orderNumber } },
    {
      name: 'orders.order_paid.v1',
      data: new OrderPaid({ orderId, orderNumber, email, totalAmount, currency, shippingAddress: address, items: lines, lines: [] }).data,
    },
    {
      name: 'orders.shipment_sent.v1',
      data: new ShipmentSent({ orderId, orderNumber, email, shipmentId: 's', carrier: 'DHL', trackingNumber: 'T', items, complete: true })
        .data,
    },
    {
      name: 'orders.refund_recorded.v1',
      data: new RefundRecorded({ orderId, key: 'k', amount: 1, currency, items: [], shipping: 0, reason: person.phone }).data,
    },
  ].map(({ name, data }, index): Announced => ({ name, data: { ...data }, sequence: index + 1 }));
  const bare = events.map((event) => ({ ...event, data: withoutBuyer(event) ?? event.data }));
  expect(withoutBuyer(events[0]!)).toBeNull();
  for (const trace of [...Object.values(person), email]) expect(JSON.stringify(bare)).not.toContain(trace);
  expect(replay(bare)).toEqual(replay(events));
});
