import { AlreadyDispatched } from '@cartwright/fulfilment';
import fc from 'fast-check';
import { IllegalTransition } from '@cartwright/kernel';
import { CartChanged, CartEmpty, ItemsNotForSale } from '../contract/refusals';
import { LatePaymentReceived } from '../contract/order-events';
import {
  cancel,
  foldHistory,
  markFailed,
  markPaid,
  markRefunded,
  orderLifecycle,
  placeOrder,
  receiveLatePayment,
  recordDelivery,
  recordShipment,
  type Basket,
  type Checkout,
  type Order,
} from './order';

const now = new Date('2026-03-01T12:00:00Z');
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const checkout: Checkout = {
  buyer: { kind: 'guest', id: 'g1' },
  email: 'ada@example.com',
  shippingAddress: address,
  provider: 'stripe',
  payBy: now,
};

function line(change: Partial<Basket['lines'][number]> = {}): Basket['lines'][number] {
  const id = 'a'.repeat(24);
  const product = { productId: id, variantId: id, sku: 'S1', name: 'Mug', brand: 'Own', options: {} };
  return { ...product, quantity: 2, unitPrice: 500, snapshotPrice: 500, purchasable: true, ...change };
}

function basket(...lines: Basket['lines'][number][]): Basket {
  return { cartId: 'c'.repeat(24), currency: 'EUR', lines };
}

function anOrder(): Order {
  return placeOrder(basket(line()), checkout, now).next;
}

const parcel = { id: 'p1', carrier: 'DHL', trackingNumber: 'T', status: 'dispatched' as const, items: [], dispatchedAt: now };

test('the order copies lines and address, adds up, and waits for its payment', () => {
  const { next, events } = placeOrder(basket(line(), line({ sku: 'S2', quantity: 1, unitPrice: 999, snapshotPrice: 999 })), checkout, now);
  expect(next).toMatchObject({
    status: 'PaymentPending',
    subtotal: 1999,
    totalAmount: 1999,
    currency: 'EUR',
    guestId: 'g1',
    shippingAddress: address,
  });
  expect(next.items.map((item) => item.lineTotal)).toEqual([1000, 999]);
  expect(next.orderNumber).toMatch(/^CW-[0-9A-Z]{5}-[0-9A-Z]{5}$/);
  expect(events).toHaveLength(1);
});

test('a basket that is empty, not for sale, or not at the price the buyer saw is refused', () => {
  expect(() => placeOrder(basket(), checkout, now)).toThrow(CartEmpty);
  expect(() => placeOrder(basket(line({ purchasable: false })), checkout, now)).toThrow(ItemsNotForSale);
  expect(() => placeOrder(basket(line({ unitPrice: 600 })), checkout, now)).toThrow(CartChanged);
  expect(() => placeOrder(basket(line()), { ...checkout, expectedTotal: 999 }, now)).toThrow(CartChanged);
  expect(placeOrder(basket(line({ unitPrice: 600 })), { ...checkout, expectedTotal: 1200 }, now).next.totalAmount).toBe(1200);
});

test('the lifecycle is the one of the seed, with the return of delivered orders; every status can be reached', () => {
  const moves = orderLifecycle.states.flatMap((from) =>
    orderLifecycle.states.filter((to) => orderLifecycle.allows(from, to)).map((to) => `${from} ${to}`),
  );
  expect(moves.sort()).toEqual(
    [
      'PaymentPending Processing',
      'PaymentPending Failed',
      'Processing Shipped',
      'Processing Cancelled',
      'Shipped Delivered',
      'Shipped Returned',
      'Delivered Returned',
      'Cancelled Refunded',
      'Returned Refunded',
    ].sort(),
  );
  expect([...orderLifecycle.reachableFrom('PaymentPending')].sort()).toEqual([...orderLifecycle.states].sort());
});

const steps: Record<string, (order: Order) => Order> = {
  pay: (order) => markPaid(order, 'pi_1', now).next,
  fail: (order) => markFailed(order, 'declined', { by: 'payment' }, now).next,
  ship: (order) => recordShipment(order, { ...parcel, id: `p${order.shipments.length}` }, true, { by: 'admin' })?.next ?? order,
  deliver: (order) => recordDelivery(order, order.shipments, true, { by: 'admin' }, now).next,
  cancel: (order) => cancel(order, 'changed my mind', { by: 'buyer' }, now).next,
  refund: (order) => markRefunded(order, order.totalAmount, now).next,
};

test('whatever is tried in whatever order, the status is the fold of the history, and a refused step changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(steps)), { maxLength: 12 }), (tried) => {
      let order = anOrder();
      for (const step of tried) {
        try {
          order = steps[step]?.(order) ?? order;
        } catch (error) {
          if (!(error instanceof IllegalTransition)) throw error;
        }
        if (foldHistory(order.history) !== order.status) return false;
      }
      return order.totalAmount === 1000;
    }),
  );
});

test('money for a failed order is announced once, and money for an order in a paid state is its own', () => {
  const failed = markFailed(anOrder(), 'expired', { by: 'system' }, now).next;
  const change = receiveLatePayment(failed, 'pi_9');
  expect(change?.events).toEqual([new LatePaymentReceived({ orderId: failed.id, transactionId: 'pi_9' })]);
  expect(change && receiveLatePayment(change.next, 'pi_9')).toBeNull();
  expect(receiveLatePayment(markPaid(anOrder(), 'pi_1', now).next, 'pi_1')).toBeNull();
});

test('an order with a parcel on its way cannot be cancelled, and the same parcel is recorded once', () => {
  const paid = markPaid(anOrder(), 'pi_1', now).next;
  const partly = recordShipment(paid, parcel, false, { by: 'admin' })?.next as Order;
  expect(partly.status).toBe('Processing');
  expect(() => cancel(partly, 'x', { by: 'buyer' }, now)).toThrow(AlreadyDispatched);
  const shipped = recordShipment(paid, parcel, true, { by: 'admin' })?.next as Order;
  expect(() => cancel(shipped, 'x', { by: 'buyer' }, now)).toThrow(
    new IllegalTransition({ subject: 'order', from: 'Shipped', to: 'Cancelled' }),
  );
  expect(recordShipment(partly, parcel, false, { by: 'admin' })).toBeNull();
});
