import { newId } from '@cartwright/kernel';
import { MoreThanThere, UnknownOrderItem } from '../contract/refusals';
import { cancelItems } from './cancellation';
import { cancel, markPaid, placeOrder, recordShipment, type Actor, type Order } from './order';
import { bookBack, decideReturn, receiveReturn, requestReturn } from './order-return';
import { restockable, soldPieces } from './quantities';

const now = new Date('2026-03-01T12:00:00Z');
const admin: Actor = { by: 'admin' };
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };

/** A paid order of so many lamps and mugs. */
function anOrder(lamps: number, mugs: number): Order {
  const id = newId();
  const line = (sku: string, quantity: number) => ({
    ...{ productId: id, variantId: id, sku, name: sku, brand: 'Own', options: {}, quantity },
    ...{ unitPrice: 500, snapshotPrice: 500, purchasable: true },
  });
  const basket = { cartId: id, currency: 'EUR', lines: [line('LAMP', lamps), line('MUG', mugs)] };
  const checkout = { buyer: { kind: 'guest' as const, id: 'g' }, email: 'a@b.example', shippingAddress: address, provider: 'stripe' };
  return markPaid(placeOrder(basket, { ...checkout, payBy: now }, now).next, 'pi', now).next;
}
const lamps = (order: Order, quantity: number) => [{ item: order.items[0]!.id, quantity }];
const mugs = (order: Order, quantity: number) => [{ item: order.items[1]!.id, quantity }];
const sent = (order: Order, items: { item: string; quantity: number }[], complete = false): Order =>
  recordShipment(
    order,
    { id: newId(), carrier: 'DHL', trackingNumber: '1', status: 'dispatched', items, dispatchedAt: now },
    complete,
    admin,
  )!.next;

describe('what is put back on the shelf', () => {
  it('is first what was not sent, then what was, and never more than both', () => {
    const order = anOrder(3, 1);
    const parted = sent(order, lamps(order, 1));
    expect(restockable(order, lamps(order, 2))).toEqual({ unsent: lamps(order, 2), sent: [] });
    expect(restockable(parted, [...lamps(order, 1), ...lamps(order, 2)])).toEqual({ unsent: lamps(order, 2), sent: lamps(order, 1) });
    expect(() => restockable(parted, lamps(order, 4))).toThrow(MoreThanThere);
    expect(() => restockable(parted, [{ item: newId(), quantity: 1 }])).toThrow(UnknownOrderItem);
  });

  it('is nothing that is back, or in a return that may still come to something', () => {
    const order = anOrder(3, 1);
    const shipped = sent(order, [...lamps(order, 3), ...mugs(order, 1)], true);
    const { change } = bookBack(shipped, lamps(order, 1), 'r', admin, now);
    const asked = requestReturn(change.next, { items: lamps(order, 1), days: 30 }, admin, now).next;
    expect(restockable(asked, lamps(order, 1))).toEqual({ unsent: [], sent: lamps(order, 1) });
    expect(() => restockable(asked, lamps(order, 2))).toThrow(MoreThanThere);
    const declined = decideReturn(asked, asked.returns[1]!.id, { status: 'declined' }, now)!.next;
    expect(restockable(declined, lamps(order, 2)).sent).toEqual(lamps(order, 2));
  });

  it('is nothing of a cancelled order', () => {
    const order = cancel(anOrder(1, 1), 'r', admin, now).next;
    expect(() => restockable(order, lamps(order, 1))).toThrow(MoreThanThere);
  });
});

describe('an order', () => {
  const sold = (order: Order): number[] => order.items.map(({ id }) => soldPieces(order).get(id) ?? 0);

  it('is sold what was neither cancelled nor came back', () => {
    const order = anOrder(3, 1);
    const fewer = cancelItems(order, lamps(order, 1), 'r', admin, now).change.next;
    const shipped = sent(fewer, [...lamps(order, 2), ...mugs(order, 1)], true);
    const asked = requestReturn(shipped, { items: lamps(order, 2), days: 30 }, admin, now).next;
    const arrived = [{ ...lamps(order, 1)[0]!, condition: 'damaged' as const }];
    const back = receiveReturn(asked, asked.returns[0]!.id, arrived, admin, now)!.next;
    expect([order, fewer, shipped, asked, back].map(sold)).toEqual([
      [3, 1],
      [2, 1],
      [2, 1],
      [2, 1],
      [1, 1],
    ]);
    expect(sold(cancel(fewer, 'r', admin, now).next)).toEqual([0, 0]);
  });

  it('is Returned when all that was sent is back and the rest cancelled, whichever comes first', () => {
    const order = anOrder(2, 1);
    const parted = sent(order, lamps(order, 2));
    const back = bookBack(parted, lamps(order, 2), 'r', admin, now).change;
    expect(back.next.status).toBe('Processing');
    const rest = cancelItems(back.next, mugs(order, 1), 'r', admin, now).change;
    expect(rest.next.history.map(({ to }) => to).slice(2)).toEqual(['Shipped', 'Returned']);
    const cancelled = cancelItems(parted, mugs(order, 1), 'r', admin, now).change.next;
    expect([cancelled.status, bookBack(cancelled, lamps(order, 2), 'r', admin, now).change.next.status]).toEqual(['Shipped', 'Returned']);
  });
});
