import type { Change } from '@cartwright/kernel';
import type { Order } from '../model/order';
import type { OrderStore } from '../store/order.store';
import type { OrderMoney } from './order-money';
import { SettleRefund, SettleRefundHandler } from './settle-refund';

const orderId = '64f0aa000000000000000001';

/** A cancelled order of 100 of which two refunds of all of it were asked for, here and at the provider; `left` is what can still go back. */
function cancelled(left: number): { hear: (key: string, status: 'succeeded' | 'failed') => Promise<void>; order: () => Order } {
  const refund = { amount: 100, reason: 'r', by: 'admin', at: new Date(), items: [], status: 'requested' };
  let order = {
    ...{ id: orderId, version: 1, orderNumber: 'CW-1', email: 'a@b.example', currency: 'EUR', totalAmount: 100, status: 'Cancelled' },
    ...{
      refunds: [
        { ...refund, key: 'ours' },
        { ...refund, key: 'provider-re_1' },
      ],
      history: [],
      shipments: [],
    },
  } as unknown as Order;
  const orders = { get: async () => order, save: async ({ next }: Change<Order>) => void (order = next) } as unknown as OrderStore;
  const settle = new SettleRefundHandler(orders, { refundable: async () => left } as unknown as OrderMoney);
  return { hear: (key, status) => settle.execute(new SettleRefund({ orderId, key, amount: 100, status })), order: () => order };
}

test.each([
  ['first', ['ours', 'provider-re_1']],
  ['last', ['provider-re_1', 'ours']],
])('a cancelled order is Refunded when all of its money is back, though a refund beside it failed: heard %s', async (_when, keys) => {
  const shop = cancelled(0);
  for (const key of keys) await shop.hear(key, key === 'ours' ? 'failed' : 'succeeded');
  expect(shop.order().status).toBe('Refunded');
});

test('it stays Cancelled while something is left that could go back, or nothing has', async () => {
  const some = cancelled(30);
  await some.hear('provider-re_1', 'succeeded');
  await some.hear('ours', 'failed');
  const none = cancelled(0);
  await none.hear('provider-re_1', 'failed');
  await none.hear('ours', 'failed');
  expect([some.order().status, none.order().status]).toEqual(['Cancelled', 'Cancelled']);
});
