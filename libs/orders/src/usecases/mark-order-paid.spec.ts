import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { CommitReservation, ReservationGone } from '@cartwright/inventory';
import type { Change } from '@cartwright/kernel';
import { Transactions } from '@cartwright/platform';
import { LatePaymentReceived, OrderFailed, OrderPaid } from '../contract/order-events';
import { markFailed, markPaid, placeOrder, type Order } from '../model/order';
import { OrderStore } from '../store/order.store';
import { MarkOrderPaid, MarkOrderPaidHandler } from './mark-order-paid';

const now = new Date('2026-03-01T12:00:00Z');
const id = 'a'.repeat(24);
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const product = { productId: id, variantId: id, sku: 'S1', name: 'Mug', brand: 'Own', options: {} };
const line = { ...product, quantity: 1, unitPrice: 500, snapshotPrice: 500, purchasable: true };
const checkout = {
  buyer: { kind: 'guest' as const, id: 'g1' },
  email: 'a@b.example',
  shippingAddress: address,
  provider: 'stripe',
  payBy: now,
};

function anOrder(): Order {
  return placeOrder({ cartId: id, currency: 'EUR', lines: [line] }, checkout, now).next;
}

/** The handler with one order, and an inventory that holds its stock or does not. */
async function withOrder(order: Order, inventory: 'holds' | 'lost the hold' = 'holds', pays = true) {
  const shop = { order, said: [] as unknown[], committed: 0 };
  const save = (change: Change<Order>): Promise<Order> => {
    shop.order = change.next;
    shop.said.push(...change.events);
    return Promise.resolve(change.next);
  };
  const execute = (command: unknown): Promise<void> => {
    if (!(command instanceof CommitReservation)) throw new Error('only the reservation is touched');
    if (inventory === 'lost the hold') throw new ReservationGone({ orderId: order.id, items: [] });
    shop.committed += 1;
    return Promise.resolve();
  };
  const module = await Test.createTestingModule({
    providers: [
      MarkOrderPaidHandler,
      { provide: OrderStore, useValue: { get: () => Promise.resolve(shop.order), save } },
      { provide: Transactions, useValue: { run: (work: () => Promise<unknown>) => work() } },
      { provide: CommandBus, useValue: { execute } },
      { provide: QueryBus, useValue: { execute: () => Promise.resolve({ [order.id]: { pays } }) } },
    ],
  }).compile();
  const pay = (held = false): Promise<void> =>
    module.get(MarkOrderPaidHandler).execute(new MarkOrderPaid({ orderId: order.id, transactionId: 'pi_1', held }));
  return { shop, pay };
}

test('an order that waits for its payment is Processing, and what was held for it is sold', async () => {
  const { shop, pay } = await withOrder(anOrder());
  await pay();
  expect(shop.order).toMatchObject({ status: 'Processing', paymentDetails: { transactionId: 'pi_1' } });
  expect(shop.committed).toBe(1);
  expect(shop.said).toEqual([expect.any(OrderPaid)]);
});

test.each([
  [true, 'Processing'],
  [false, 'PaymentPending'],
])('an order is paid by money that is held only while it is: its payment pays is %s, the order then %s', async (pays, status) => {
  const { shop, pay } = await withOrder(anOrder(), 'holds', pays);
  await pay(true);
  expect(shop.order.status).toBe(status);
});

test('an order that is being given up is not paid by money that is held, until whoever has it in hand says so', async () => {
  const { shop, pay } = await withOrder({ ...anOrder(), giveUpAt: now });
  await pay(true);
  expect(shop.order.status).toBe('PaymentPending');
  await pay();
  expect(shop.order.status).toBe('Processing');
});

test('the same news again changes nothing', async () => {
  const { shop, pay } = await withOrder(markPaid(anOrder(), 'pi_1', now).next);
  await pay();
  expect(shop).toMatchObject({ said: [], committed: 0 });
});

test('money for an order that has failed is announced, so that it goes back, and the order stays Failed', async () => {
  const { shop, pay } = await withOrder(markFailed(anOrder(), 'expired', { by: 'system' }, now).next);
  await pay();
  await pay();
  expect(shop.order.status).toBe('Failed');
  expect(shop.said).toEqual([expect.any(LatePaymentReceived)]);
});

test('money for an order whose hold ran out and was bought by others fails the order and goes back', async () => {
  const { shop, pay } = await withOrder(anOrder(), 'lost the hold');
  await pay();
  expect(shop.order).toMatchObject({ status: 'Failed', paymentDetails: { failureCode: 'out_of_stock' } });
  expect(shop.said).toEqual([expect.any(OrderFailed), expect.any(LatePaymentReceived)]);
});
