import type { Change } from '@cartwright/kernel';
import type { Config } from '@cartwright/platform';
import { ReturnWindowClosed } from '../contract/refusals';
import { markPaid, placeOrder, recordDelivery, recordShipment, type Order } from '../model/order';
import type { OrderStore } from '../store/order.store';
import { RequestReturn, RequestReturnHandler } from './return-order';

const day = 86_400_000;
const id = 'a'.repeat(24);
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };

/** An order of a mug that was delivered so long ago. */
function deliveredBefore(ms: number): Order {
  const at = new Date(Date.now() - ms);
  const mug = { productId: id, variantId: id, sku: 'S1', name: 'Mug', brand: 'Own', options: {}, quantity: 1 };
  const lines = [{ ...mug, unitPrice: 500, snapshotPrice: 500, purchasable: true }];
  const buyer = { kind: 'guest' as const, id: 'g1' };
  const checkout = { buyer, email: 'a@b.example', shippingAddress: address, provider: 'stripe', payBy: at };
  const order = markPaid(placeOrder({ cartId: id, currency: 'EUR', lines }, checkout, at).next, 'pi_1', at).next;
  const items = [{ item: order.items[0]!.id, quantity: 1 }];
  const parcel = { id, carrier: 'DHL', trackingNumber: '1', status: 'dispatched' as const, items, dispatchedAt: at };
  const sent = recordShipment(order, parcel, true, { by: 'admin' })!.next;
  return recordDelivery(sent, sent.shipments, true, { by: 'admin' }, at).next;
}

/** Asks a shop that takes goods back for so many days. */
async function asked(RETURN_DAYS: number, order: Order): Promise<Order> {
  const save = ({ next }: Change<Order>): Promise<Order> => Promise.resolve(next);
  const orders = { byNumber: () => Promise.resolve(order), save } as unknown as OrderStore;
  const handler = new RequestReturnHandler(orders, { RETURN_DAYS } as Config);
  return handler.execute(new RequestReturn({ orderNumber: order.orderNumber, actor: { by: 'buyer' } }));
}

describe('goods can be sent back', () => {
  it.each([2, 30, 45])('within the days that the shop gives after the delivery: %i', async (days) => {
    expect((await asked(days, deliveredBefore(days * day - 60_000))).returns).toMatchObject([{ status: 'requested' }]);
    await expect(asked(days, deliveredBefore(days * day + 1))).rejects.toThrow(ReturnWindowClosed);
  });

  it('not at all, where the shop gives no days', async () => {
    await expect(asked(0, deliveredBefore(1))).rejects.toThrow(ReturnWindowClosed);
  });
});
