import fc from 'fast-check';
import { IllegalTransition } from '@cartwright/kernel';
import { OrderDelivered, RefundSentAgain } from '../contract/order-events';
import {
  MoreThanThere,
  NothingToCancel,
  NothingToRefund,
  NothingToReturn,
  ReturnWindowClosed,
  UnknownOrderItem,
} from '../contract/refusals';
import { cancelItems, cancelsAll } from './cancellation';
import { cancel, markPaid, placeOrder, recordDelivery, recordShipment, type Actor, type Order } from './order';
import {
  markRefundedIfBack as refundedIfBack,
  notRefunded,
  partsOf,
  quoteRefund,
  recordRefund,
  refundAgain,
  refundableAmount,
  settleRefund,
  type Funds,
  type RefundQuote,
  type RefundWish,
} from './order-refund';
import { decideReturn, receiveReturn, requestReturn } from './order-return';

const now = new Date('2026-03-01T12:00:00Z');
const day = 86_400_000;
const buyer: Actor = { by: 'buyer' };
const admin: Actor = { by: 'admin' };
const address = { name: 'Ada', phone: '1', line1: 'Main St 1', city: 'Rome', state: 'RM', pincode: '00100', country: 'IT' };
const id = 'a'.repeat(24);

function anOrder(...lines: [price: number, quantity: number][]): Order {
  const checkout = {
    buyer: { kind: 'guest' as const, id: 'g' },
    email: 'a@b.example',
    shippingAddress: address,
    provider: 'stripe',
    payBy: now,
  };
  const basket = {
    cartId: id,
    currency: 'EUR',
    lines: lines.map(([unitPrice, quantity], index) => ({
      ...{ productId: id, variantId: id, sku: `S${index}`, name: 'Mug', brand: 'Own', options: {}, purchasable: true },
      ...{ quantity, unitPrice, snapshotPrice: unitPrice },
    })),
  };
  return markPaid(placeOrder(basket, checkout, now).next, 'pi', now).next;
}

function sent(order: Order, quantities: readonly number[], complete: boolean): Order {
  const items = order.items
    .map(({ id: item }, index) => ({ item, quantity: quantities[index] ?? 0 }))
    .filter(({ quantity }) => quantity > 0);
  const parcel = {
    id: `p${order.shipments.length}`,
    carrier: 'DHL',
    trackingNumber: '1',
    status: 'dispatched' as const,
    items,
    dispatchedAt: now,
  };
  return recordShipment(order, parcel, complete, admin)!.next;
}

const delivered = (order: Order): Order => recordDelivery(order, order.shipments, true, admin, now).next;
/** Where all that the order comes to was taken, and so much of it is left. */
const left = (refundable: number): Funds => ({ refundable, forgone: 0, step: 1 });
const quote = (order: Order, wish: RefundWish): RefundQuote => quoteRefund(order, wish, left(refundableAmount(order)));
const markRefundedIfBack = (order: Order): Order | undefined => refundedIfBack(order, now, refundableAmount(order))?.next;
const pieces = (order: Order, index: number, quantity: number) => [{ item: order.items[index]!.id, quantity }];

describe('a part of an order is cancelled', () => {
  test('only what was not sent, and the order is Shipped when nothing else is left', () => {
    const order = sent(anOrder([500, 3], [200, 1]), [2], false);
    expect(() => cancelItems(order, pieces(order, 0, 2), 'r', buyer, now)).toThrow(MoreThanThere);
    expect(() => cancelItems(order, [{ item: id, quantity: 1 }], 'r', buyer, now)).toThrow(UnknownOrderItem);
    const first = cancelItems(order, pieces(order, 0, 1), 'r', buyer, now).change.next;
    expect(first.status).toBe('Processing');
    const last = cancelItems(first, pieces(order, 1, 1), 'r', buyer, now).change.next;
    expect(last).toMatchObject({ status: 'Shipped', cancellations: [{}, {}] });
    expect(() => cancelItems(last, pieces(order, 0, 1), 'r', buyer, now)).toThrow(IllegalTransition);
    expect(() => cancelItems(order, [], 'r', buyer, now)).toThrow(NothingToCancel);
  });

  test('and Delivered at once when all that was sent has arrived: its days to send it back begin', () => {
    const order = sent(anOrder([500, 2], [200, 1]), [2], false);
    const arrived = { ...order, shipments: order.shipments.map((parcel) => ({ ...parcel, status: 'delivered' as const })) };
    const { next, events } = cancelItems(arrived, pieces(order, 1, 1), 'r', buyer, now).change;
    expect([next.status, ...next.history.map(({ to }) => to).slice(-2)]).toEqual(['Delivered', 'Shipped', 'Delivered']);
    expect(events.at(-1)).toBeInstanceOf(OrderDelivered);
  });

  test('all of an order of which nothing was sent is the order itself', () => {
    const order = anOrder([500, 2], [200, 1]);
    expect(cancelsAll(order, undefined)).toBe(true);
    expect(cancelsAll(order, [...pieces(order, 0, 2), ...pieces(order, 1, 1)])).toBe(true);
    expect(cancelsAll(order, pieces(order, 0, 2))).toBe(false);
    expect(cancelsAll(sent(order, [1], false), pieces(order, 0, 1))).toBe(false);
  });
});

describe('goods come back', () => {
  const order = delivered(sent(anOrder([500, 2], [200, 1]), [2, 1], true));
  const ask = (of: Order, items?: readonly { item: string; quantity: number }[], at = now): Order =>
    requestReturn(of, { items, reason: 'r', days: 30 }, buyer, at).next;

  test('what was sent, once, within the days after the delivery', () => {
    expect(ask(order, undefined, new Date(now.getTime() + 30 * day)).returns[0]?.items).toHaveLength(2);
    expect(() => ask(order, undefined, new Date(now.getTime() + 30 * day + 1))).toThrow(ReturnWindowClosed);
    const asked = ask(order, pieces(order, 0, 1));
    expect(() => ask(asked, pieces(order, 0, 2))).toThrow(MoreThanThere);
    expect(() => ask(ask(asked))).toThrow(NothingToReturn);
    expect(() => ask(anOrder([500, 1]))).toThrow(IllegalTransition);
  });

  test('a declined return can be asked for again, and what is decided is decided once', () => {
    const asked = ask(order);
    const returnId = asked.returns[0]!.id;
    const declined = decideReturn(asked, returnId, { status: 'declined', reason: 'worn' }, now)!.next;
    expect(declined.returns[0]).toMatchObject({ status: 'declined', declineReason: 'worn' });
    expect(decideReturn(declined, returnId, { status: 'declined' }, now)).toBeNull();
    expect(() => decideReturn(declined, returnId, { status: 'approved' }, now)).toThrow(IllegalTransition);
    expect(ask(declined).returns).toHaveLength(2);
  });

  test('the order is Returned when everything is back, and a return is received once', () => {
    const asked = ask(ask(order, pieces(order, 0, 2)));
    const [first, second] = asked.returns;
    const half = receiveReturn(asked, first!.id, undefined, admin, now)!.next;
    expect(half.status).toBe('Delivered');
    expect(receiveReturn(half, first!.id, undefined, admin, now)).toBeNull();
    const damaged = [{ ...pieces(order, 1, 1)[0]!, condition: 'damaged' as const }];
    expect(() => receiveReturn(half, second!.id, [{ ...damaged[0]!, quantity: 2 }], admin, now)).toThrow(MoreThanThere);
    expect(receiveReturn(half, second!.id, damaged, admin, now)!.next).toMatchObject({
      status: 'Returned',
      returns: [{}, { received: damaged }],
    });
  });

  test('what was announced and did not arrive can be announced again', () => {
    const asked = ask(order, pieces(order, 0, 2));
    const one = [{ ...pieces(order, 0, 1)[0]!, condition: 'restock' as const }];
    const arrived = receiveReturn(asked, asked.returns[0]!.id, one, admin, now)!.next;
    expect(ask(arrived, pieces(order, 0, 1)).returns).toHaveLength(2);
  });
});

describe('money goes back', () => {
  test('for items, an amount, or all that is left, and never more than that', () => {
    const order = anOrder([500, 3], [200, 1]);
    expect(quote(order, { items: pieces(order, 0, 2) })).toMatchObject({ amount: 1000, refundable: 1700 });
    expect(quote(order, {})).toMatchObject({ amount: 1700 });
    expect(() => quote(order, { amount: 1701 })).toThrow(NothingToRefund);
    expect(() => quote(order, { items: pieces(order, 0, 4) })).toThrow(MoreThanThere);
    expect(partsOf({ ...order, shippingTotal: 300, totalAmount: 2000 }, { shipping: true }, left(2000))).toMatchObject({
      amount: 300,
      shipping: 300,
    });
  });

  test('no more than is left, and each part then has its share', () => {
    const order = { ...anOrder([500, 3], [200, 1]), shippingTotal: 300, totalAmount: 2000 };
    const wish = { items: [...pieces(order, 0, 1), ...pieces(order, 1, 1)], shipping: true };
    const halves = { amount: 500, shipping: 150, items: [{ amount: 250 }, { amount: 100 }] };
    expect(quoteRefund(order, wish, left(500))).toMatchObject({ ...halves, refundable: 500 });
    expect(quoteRefund(order, {}, left(500))).toMatchObject({ amount: 500 });
    expect(() => quoteRefund(order, { amount: 501 }, left(500))).toThrow(NothingToRefund);
    expect(() => quoteRefund(order, {}, left(0))).toThrow(NothingToRefund);
  });

  test('for shipping like for goods: what was never taken of the total makes up for what comes first', () => {
    const order = { ...anOrder([500, 1], [200, 1]), shippingTotal: 300, totalAmount: 1000 };
    const refund = (of: Order, wish: RefundWish, refundable: number): Order =>
      recordRefund(of, quoteRefund(of, wish, { refundable, forgone: 100, step: 1 }), {
        key: `${refundable}`,
        reason: 'r',
        by: 'admin',
        at: now,
      })!.next;
    const first = refund(order, { shipping: true }, 900);
    const second = refund(first, { items: pieces(order, 0, 1) }, 700);
    const last = refund(second, { items: pieces(order, 1, 1) }, 200);
    expect(last.refunds).toMatchObject([{ amount: 200, shipping: 200 }, { amount: 500 }, { amount: 200 }]);
  });

  test('pieces that were refunded before are left out where goods are cancelled or come back', () => {
    const order = anOrder([500, 3], [200, 1]);
    const record = { key: 'k', reason: 'r', by: 'admin' as const, at: now };
    const refunded = recordRefund(order, quote(order, { items: [...pieces(order, 0, 2), ...pieces(order, 1, 1)] }), record)!.next;
    expect(notRefunded(refunded, [...pieces(order, 0, 1), ...pieces(order, 0, 2), ...pieces(order, 1, 1)])).toEqual(pieces(order, 0, 1));
    expect(notRefunded(settleRefund(refunded, 'k', 'failed')!.next, pieces(order, 1, 1))).toEqual(pieces(order, 1, 1));
  });

  test('the same key is one refund; a failed one leaves its money to be refunded again, until it succeeds after all', () => {
    const order = anOrder([500, 1]);
    const record = { key: 'k', reason: 'r', by: 'admin' as const, at: now };
    const refunded = recordRefund(order, quote(order, {}), record)!.next;
    expect(recordRefund(refunded, quote(order, {}), record)).toBeNull();
    const failed = settleRefund(refunded, 'k', 'failed')!.next;
    expect([refundableAmount(refunded), refundableAmount(failed)]).toEqual([0, 500]);
    expect(settleRefund(failed, 'k', 'failed')).toBeNull();
    expect(settleRefund(failed, 'k', 'succeeded')!.next.refunds).toMatchObject([{ status: 'succeeded' }]);
  });

  test('a refund that failed is sent again as long as its pieces and its money were not refunded otherwise', () => {
    const record = (key: string) => ({ key, reason: 'r', by: 'admin' as const, at: now });
    const order = anOrder([500, 1], [500, 1]);
    const first = recordRefund(order, quote(order, { items: pieces(order, 0, 1) }), record('a'))!.next;
    const failed = settleRefund(first, 'a', 'failed')!.next;
    const again = refundAgain(failed, failed.refunds[0]!)!;
    expect(again.events).toEqual([new RefundSentAgain({ orderId: order.id, key: 'a' })]);
    expect(() => quote(again.next, { items: pieces(order, 0, 1) })).toThrow(MoreThanThere);
    const replaced = recordRefund(failed, quote(failed, { items: pieces(order, 0, 1) }), record('b'))!.next;
    expect(refundAgain(replaced, replaced.refunds[0]!)).toBeNull();
    const spent = recordRefund(failed, quote(failed, { amount: 501 }), record('c'))!.next;
    expect(refundAgain(spent, spent.refunds[0]!)).toBeNull();
  });

  test('a cancelled order is Refunded when its money is back: not while some is under way, nor when some failed and was not made good', () => {
    const record = (key: string) => ({ key, reason: 'r', by: 'admin' as const, at: now });
    const order = anOrder([500, 2]);
    const halves = recordRefund(
      recordRefund(order, quote(order, { amount: 400 }), record('a'))!.next,
      { ...quote(order, { amount: 600 }) },
      record('b'),
    )!.next;
    const cancelled = cancel(halves, 'r', buyer, now).next;
    const settled = (a: 'succeeded' | 'failed', of = cancelled): Order => settleRefund(of, 'a', a)!.next;
    expect(markRefundedIfBack(settled('succeeded'))).toBeUndefined();
    const both = (a: 'succeeded' | 'failed'): Order => settleRefund(settled(a), 'b', 'succeeded')!.next;
    expect(markRefundedIfBack(both('succeeded'))?.status).toBe('Refunded');
    expect(markRefundedIfBack(both('failed'))).toBeUndefined();
    const again = recordRefund(both('failed'), quote(both('failed'), {}), record('c'))!.next;
    expect(markRefundedIfBack(settleRefund(again, 'c', 'succeeded')!.next)?.status).toBe('Refunded');
    expect(markRefundedIfBack(cancel(order, 'r', buyer, now).next)).toBeUndefined();
    expect(markRefundedIfBack(settleRefund(settleRefund(halves, 'a', 'succeeded')!.next, 'b', 'succeeded')!.next)).toBeUndefined();
  });

  test('whatever is refunded in whatever parts, it never comes to more than was paid; piece by piece it comes to exactly the line', () => {
    const wish = fc.oneof(
      fc.record({ amount: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({ index: fc.nat(1), quantity: fc.integer({ min: 1, max: 7 }) }),
    );
    fc.assert(
      fc.property(fc.nat(999), fc.integer({ min: 1, max: 7 }), fc.array(wish, { maxLength: 12 }), (price, quantity, wishes) => {
        let order = anOrder([price, quantity], [333, 3]);
        // A discount on the line makes its pieces unequal.
        order = { ...order, items: order.items.map((item) => ({ ...item, lineTotal: Math.floor(item.lineTotal * 0.9) })) };
        order = { ...order, totalAmount: order.items.reduce((all, item) => all + item.lineTotal, 0) };
        for (const [step, asked] of wishes.entries()) {
          const parts: RefundWish = 'amount' in asked ? asked : { items: pieces(order, asked.index, asked.quantity) };
          try {
            order = recordRefund(order, quote(order, parts), { key: `k${step}`, reason: 'r', by: 'admin', at: now })!.next;
          } catch (error) {
            if (!(error instanceof NothingToRefund) && !(error instanceof MoreThanThere)) throw error;
          }
        }
        const back = order.refunds.reduce((all, { amount }) => all + amount, 0);
        const add = ({ amount, items, shipping }: Order['refunds'][number]): boolean =>
          items.length === 0 || items.reduce((all, item) => all + item.amount, shipping) === amount;
        return back <= order.totalAmount && refundableAmount(order) === order.totalAmount - back && order.refunds.every(add);
      }),
    );
    let order = anOrder([100, 7]);
    order = { ...order, items: order.items.map((item) => ({ ...item, lineTotal: 695 })), totalAmount: 695 };
    for (let step = 0; step < 7; step += 1)
      order = recordRefund(order, quote(order, { items: pieces(order, 0, 1) }), {
        key: `${step}`,
        reason: 'r',
        by: 'admin',
        at: now,
      })!.next;
    expect(order.refunds.reduce((all, { amount }) => all + amount, 0)).toBe(695);
  });
});
