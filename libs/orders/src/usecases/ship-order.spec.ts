import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { newId } from '@cartwright/kernel';
import type { Transactions } from '@cartwright/platform';
import { PaymentLapsed } from '../contract/refusals';
import { markPaid, placeOrder } from '../model/order';
import type { OrderStore } from '../store/order.store';
import { ShipOrder, ShipOrderHandler } from './ship-order';

const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const product = { productId: newId(), variantId: newId(), sku: 'S1', name: 'Mug', brand: 'Own', options: {} };
const line = { ...product, quantity: 1, unitPrice: 500, snapshotPrice: 500, purchasable: true };
const checkout = {
  ...{ buyer: { kind: 'guest' as const, id: newId() }, email: 'a@b.example', shippingAddress: address },
  ...{ provider: 'stripe', payBy: new Date() },
};
const order = markPaid(placeOrder({ cartId: newId(), currency: 'EUR', lines: [line] }, checkout, new Date()).next, 'pi_1', new Date()).next;

/** Sends a paid order whose payment pays for it by now, or does not, if there is one, and of which so much has gone back; `sent` is what the warehouse was told. */
async function send(pays?: boolean, refundedAmount = 0): Promise<number> {
  let sent = 0;
  const commands = {
    execute: () => {
      sent += 1;
      throw new Error('the warehouse');
    },
  } as unknown as CommandBus;
  const queries = {
    execute: async () => (pays === undefined ? {} : { [order.id]: { pays, refundedAmount, amount: 1000 } }),
  } as unknown as QueryBus;
  const transactions = { run: (work: () => unknown) => work() } as unknown as Transactions;
  const handler = new ShipOrderHandler({ byNumber: async () => order } as unknown as OrderStore, transactions, commands, queries);
  const input = { orderNumber: order.orderNumber, carrier: 'DHL', trackingNumber: '1', actor: { by: 'admin' as const } };
  const error: unknown = await handler.execute(new ShipOrder(input)).catch((thrown: unknown) => thrown);
  expect(error instanceof PaymentLapsed).toBe(sent === 0);
  return sent;
}

test.each([false, undefined])('goods stay here when their payment does not pay for them: %s', async (pays) => {
  expect(await send(pays)).toBe(0);
});

test('goods leave as a present when all of their held money was given up by a refund, and stay when that was a part and the rest lapsed', async () => {
  expect([await send(false, 1000), await send(false, 999)]).toEqual([1, 0]);
});

test('goods leave when their payment pays for them', async () => {
  expect(await send(true)).toBe(1);
});
