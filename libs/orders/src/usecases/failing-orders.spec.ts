import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { ReleaseReservation } from '@cartwright/inventory';
import type { Change } from '@cartwright/kernel';
import { CancelPayment } from '@cartwright/payments';
import { Transactions } from '@cartwright/platform';
import { OrderFailed } from '../contract/order-events';
import { markPaid, placeOrder, type Order } from '../model/order';
import { OrderStore } from '../store/order.store';
import { ExpireOrders } from './expire-orders';
import { FailOrder, FailOrderHandler } from './fail-order';
import { MarkOrderPaid } from './mark-order-paid';

const now = new Date('2026-03-01T12:00:00Z');
const id = 'a'.repeat(24);
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const product = { productId: id, variantId: id, sku: 'S1', name: 'Mug', brand: 'Own', options: {} };
const line = { ...product, quantity: 1, unitPrice: 500, snapshotPrice: 500, purchasable: true };
const buyer = { kind: 'guest' as const, id: 'g1' };

function anOrder(): Order {
  const checkout = { buyer, email: 'a@b.example', shippingAddress: address, provider: 'stripe', payBy: now };
  return placeOrder({ cartId: id, currency: 'EUR', lines: [line] }, checkout, now).next;
}

/** One order, overdue, and the payment that becomes so when it is withdrawn; held money pays for it, unless it does not. */
async function withOrder(order: Order, withdrawn = 'cancelled', pays = withdrawn === 'authorized') {
  const shop = { order, said: [] as unknown[], released: 0, paid: [] as string[] };
  const save = (change: Change<Order>): Promise<Order> => {
    shop.order = change.next;
    shop.said.push(...change.events);
    return Promise.resolve(change.next);
  };
  const execute = async (command: unknown): Promise<unknown> => {
    if (command instanceof CancelPayment) return { status: withdrawn, pays, transactionId: 'pi_1' };
    if (command instanceof MarkOrderPaid) return shop.paid.push(command.input.transactionId);
    if (command instanceof FailOrder) return module.get(FailOrderHandler).execute(command);
    if (!(command instanceof ReleaseReservation)) throw new Error('nothing else is touched');
    shop.released += 1;
    return undefined;
  };
  const overdue = [order];
  const takeOverdue = (): Promise<Order | null> => Promise.resolve(overdue.pop() ?? null);
  const putOff = (): Promise<boolean> => Promise.resolve(true);
  const module = await Test.createTestingModule({
    providers: [
      FailOrderHandler,
      ExpireOrders,
      { provide: OrderStore, useValue: { get: () => Promise.resolve(shop.order), takeOverdue, putOff, save } },
      { provide: Transactions, useValue: { run: (work: () => Promise<unknown>) => work() } },
      { provide: CommandBus, useValue: { execute } },
    ],
  }).compile();
  return { shop, module };
}

describe('an order', () => {
  it('whose payment will not come is Failed, once, and its stock is free', async () => {
    const { shop, module } = await withOrder(anOrder());
    const fail = new FailOrder({ orderId: id, reason: 'card_declined' });
    await module.get(FailOrderHandler).execute(fail);
    await module.get(FailOrderHandler).execute(fail);
    expect(shop).toMatchObject({ order: { status: 'Failed' }, said: [expect.any(OrderFailed)], released: 1 });
  });

  it('that is paid stays so, whatever is said of its payment later', async () => {
    const { shop, module } = await withOrder(markPaid(anOrder(), 'pi_1', now).next);
    await module.get(FailOrderHandler).execute(new FailOrder({ orderId: id, reason: 'expired' }));
    expect(shop).toMatchObject({ order: { status: 'Processing' }, said: [], released: 0 });
  });

  it.each(['cancelled', 'failed'])('that is overdue fails when its payment is %s', async (withdrawn) => {
    const { shop, module } = await withOrder(anOrder(), withdrawn);
    await module.get(ExpireOrders).run();
    expect(shop).toMatchObject({ order: { status: 'Failed' }, released: 1 });
  });

  it.each(['captured', 'authorized', 'confirming', 'requested'])(
    'whose payment went through meanwhile, or may have, is not given up: %s',
    async (found) => {
      const { shop, module } = await withOrder(anOrder(), found);
      await module.get(ExpireOrders).run();
      expect(shop).toMatchObject({ order: { status: 'PaymentPending' }, said: [], released: 0 });
      // What was told of while it was in hand is taken note of now.
      expect(shop.paid).toEqual(found === 'authorized' ? ['pi_1'] : []);
    },
  );

  it('whose money is held and cannot be taken is not paid by that: it waits, and fails when the hold lapses', async () => {
    const { shop, module } = await withOrder(anOrder(), 'authorized', false);
    await module.get(ExpireOrders).run();
    expect(shop).toMatchObject({ order: { status: 'PaymentPending' }, paid: [], released: 0 });
    await module.get(FailOrderHandler).execute(new FailOrder({ orderId: id, reason: 'authorization_lapsed' }));
    expect(shop).toMatchObject({ order: { status: 'Failed' }, released: 1 });
  });
});
