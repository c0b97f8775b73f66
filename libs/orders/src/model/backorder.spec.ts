import type { OrderStockLine } from '@cartwright/inventory';
import { StillOnBackorder } from '../contract/refusals';
import { sendable, withBackorders } from './backorder';
import { placeOrder, recordShipment, type Order } from './order';

const now = new Date('2026-03-01T12:00:00Z');
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };

/** Two items of mugs (two and three pieces), and a jug. */
function anOrder(): Order {
  const id = 'a'.repeat(24);
  const line = (sku: string, quantity: number) => ({
    ...{ productId: id, variantId: id, sku, name: sku, brand: 'Own', options: {}, quantity },
    ...{ unitPrice: 500, snapshotPrice: 500, purchasable: true },
  });
  const basket = { cartId: id, currency: 'EUR', lines: [line('MUG', 2), line('JUG', 1), line('MUG', 3)] };
  const checkout = { email: 'a@example.com', shippingAddress: address, provider: 'stripe', payBy: now };
  return placeOrder(basket, { ...checkout, buyer: { kind: 'guest', id: 'g1' } }, now).next;
}
const stock = (backordered: number): OrderStockLine[] => [
  { sku: 'MUG', quantity: 5, from: [], backordered },
  { sku: 'JUG', quantity: 1, from: [], backordered: 0 },
];
const quantities = (rows: readonly { quantity: number }[] | undefined) => rows?.map(({ quantity }) => quantity);

describe('an order with pieces that are not in stock', () => {
  it('says at which item they are missing, the later ones first', () => {
    const { next, events } = withBackorders(anOrder(), [{ sku: 'MUG', quantity: 4 }]);
    expect(next.items.map(({ backordered }) => backordered)).toEqual([1, undefined, 3]);
    expect(events).toEqual([]);
  });

  it('sends what is there, when nothing is named', () => {
    const order = anOrder();
    expect(sendable(order, undefined, stock(0))).toBeUndefined();
    expect(quantities(sendable(order, undefined, stock(3)))).toEqual([2, 1]);
    expect(quantities(sendable(order, undefined, stock(2)))).toEqual([2, 1, 1]);
  });

  it('sends nothing that is not there', () => {
    const order = anOrder();
    const [first, jug, second] = order.items.map(({ id }) => id);
    const asked = (...rows: [string | undefined, number][]) => rows.map(([item = '', quantity]) => ({ item, quantity }));
    expect(sendable(order, asked([second, 2], [jug, 1]), stock(3))).toEqual(asked([second, 2], [jug, 1]));
    expect(() => sendable(order, asked([first, 2], [second, 1]), stock(3))).toThrow(StillOnBackorder);
    const shipment = { id: 'p1', carrier: 'DHL', trackingNumber: 'T', status: 'dispatched' as const, dispatchedAt: now };
    const sent = recordShipment(order, { ...shipment, items: asked([first, 2], [jug, 1]) }, false, { by: 'admin' })?.next ?? order;
    expect(() => sendable(sent, undefined, stock(3))).toThrow('3 of MUG are not in stock yet.');
  });
});
