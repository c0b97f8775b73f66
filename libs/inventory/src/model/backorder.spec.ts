import { newId } from '@cartwright/kernel';
import fc from 'fast-check';
import { BackorderServed } from '../contract/stock-events';
import { aLevel, levelsOf } from '../testing/levels';
import type { Source } from './allocation';
import { serve, setBackorder } from './backorder';
import { backorderedOf, onBackorder, roomOf, totalsOf } from './level';
import { inServingOrder } from './location';
import { record } from './movement';
import { commit, hold, owedTo, pieceAt, type Reservation } from './reservation';
import { reclaim } from './restock';

const now = new Date('2026-01-31T12:00:00Z');
const shops = inServingOrder([], now);
const occasion = { id: 'b1', now };

/** An order that waits for so many saws, and holds some. */
function waiting(owed: number, held = 0, paid = false): Reservation {
  const from: Source[] = [
    { location: 'main', quantity: held },
    { location: onBackorder, quantity: owed },
  ].filter(({ quantity }) => quantity > 0);
  const open = hold({ orderId: newId(), lines: [{ sku: 'SAW', quantity: owed + held, from }], expiresAt: now }, null, now).next;
  return paid ? commit(open, now).next : open;
}
const saws = (onHand: number, reserved: number, owed: number) =>
  aLevel('SAW', { main: { onHand, reserved }, [onBackorder]: { onHand: 0, reserved: owed } }, { backorder: { limit: null } });

describe('a back-order', () => {
  it('stays promised when it is paid, and only what was there is sold', () => {
    const paid = commit(waiting(3, 2), now);
    expect(paid.change.movements).toMatchObject([{ kind: 'sold', location: 'main', quantity: 2 }]);
    expect(owedTo(paid.next)).toEqual([{ sku: 'SAW', quantity: 3 }]);
    expect(owedTo({ ...waiting(3), status: 'released' })).toEqual([]);
  });

  it('is served in the order of waiting, as far as what is free goes', () => {
    const [first, second, third] = [waiting(2), waiting(3), waiting(1)];
    const { served, change } = serve(saws(4, 0, 6), [first, second, third], shops, occasion);
    expect(served.map(({ next }) => [next.orderId, pieceAt(next.lines[0]?.from ?? [], 'main'), owedTo(next)])).toEqual([
      [first.orderId, 2, []],
      [second.orderId, 2, [{ sku: 'SAW', quantity: 1 }]],
    ]);
    expect(change.events).toEqual([
      new BackorderServed({ orderId: first.orderId, sku: 'SAW', quantity: 2, left: 0 }),
      new BackorderServed({ orderId: second.orderId, sku: 'SAW', quantity: 2, left: 1 }),
    ]);
  });

  it('is sold at once when its order is paid', () => {
    const paid = waiting(2, 0, true);
    const { change } = serve(saws(5, 0, 2), [paid], shops, occasion);
    expect(change.movements.map(({ kind, location, quantity }) => [kind, location, quantity])).toEqual([
      ['released', onBackorder, 2],
      ['reserved', 'main', 2],
      ['sold', 'main', 2],
    ]);
    expect(totalsOf(record(change.movements, levelsOf(saws(5, 0, 2))).next[0]?.shelves ?? {})).toEqual({
      onHand: 3,
      reserved: 0,
      available: 3,
    });
  });

  it('is dropped before anything sold comes back, when pieces of its order are reclaimed', () => {
    const paid = waiting(2, 3, true);
    const { next, change } = reclaim(paid, 'cancel', [{ sku: 'SAW', quantity: 4 }], now);
    expect(change.movements.map(({ kind, location, quantity }) => [kind, location, quantity])).toEqual([
      ['released', onBackorder, 2],
      ['returned', 'main', 2],
    ]);
    expect(owedTo(next)).toEqual([]);
    expect(reclaim(next, 'rest', [{ sku: 'SAW', quantity: 1 }], now).change.movements).toMatchObject([{ kind: 'returned', quantity: 1 }]);
    expect(() => reclaim(next, 'rest', [{ sku: 'SAW', quantity: 2 }], now)).toThrow(/cannot come back/);
  });

  it('stays with an order that is not paid: what is only held is given up as a whole, not reclaimed in parts', () => {
    const from = [{ location: onBackorder, quantity: 3 }];
    const open = hold({ orderId: newId(), lines: [{ sku: 'SAW', quantity: 3, from }], expiresAt: now }, null, now).next;
    expect(() => reclaim(open, 'cancel', [{ sku: 'SAW', quantity: 2 }], now)).toThrow(/cannot come back/);
    expect(reclaim(open, 'cancel', [], now).next.lines).toEqual(open.lines);
  });

  it('is never served beyond what is free or waited for, changes nothing for other buyers, and leaves nothing free to those who wait', () => {
    const orders = fc.array(fc.record({ owed: fc.nat(4), paid: fc.boolean() }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(12), fc.nat(3), orders, (free, reserved, asked) => {
        const queue = asked.map(({ owed, paid }) => waiting(owed, 1, paid));
        const owed = asked.reduce((all, order) => all + order.owed, 0);
        const before = saws(free + reserved, reserved, owed);
        const { served, change } = serve(before, queue, shops, occasion);
        const after = record(change.movements, levelsOf(before)).next[0] ?? before;
        const given = Math.min(free, owed);
        expect(backorderedOf(after)).toBe(owed - given);
        expect(after.available).toBe(before.available);
        expect(served.every(({ next, previous }) => (owedTo(next)[0]?.quantity ?? 0) < (owedTo(previous)[0]?.quantity ?? 0))).toBe(true);
        const left = queue.map((order) => owedTo(served.find(({ previous }) => previous === order)?.next ?? order)[0]?.quantity ?? 0);
        expect(left.reduce((all, pieces) => all + pieces, 0)).toBe(owed - given);
        // Whoever waits behind somebody that still waits has got nothing.
        const firstLeft = left.findIndex((pieces) => pieces > 0);
        if (firstLeft >= 0) expect(left.slice(firstLeft + 1)).toEqual(asked.slice(firstLeft + 1).map((order) => order.owed));
      }),
    );
  });
});

describe('leave to order more than there is', () => {
  it('has a limit or none, and is noted in the ledger', () => {
    const allowed = setBackorder(aLevel('SAW', { onHand: 1, reserved: 0 }), { limit: 5 }, { ...occasion, by: 'admin' });
    expect(roomOf(allowed.level)).toBe(5);
    expect(allowed.change).toMatchObject({
      movements: [{ kind: 'adjusted', quantity: 0, reason: 'Back-orders allowed up to 5', by: 'admin' }],
      events: [{ data: { skus: ['SAW'] } }],
    });
    expect(roomOf(saws(0, 0, 7))).toBe(1_000_000_000 - 7);
  });

  it('can be taken back while some wait: no more are promised, and those stay promised', () => {
    const { level } = setBackorder(saws(0, 0, 7), undefined, occasion);
    expect([roomOf(level), backorderedOf(level), level.backorder]).toEqual([0, 7, undefined]);
  });
});
