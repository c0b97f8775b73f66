import { newId } from '@cartwright/kernel';
import { LevelsChanged, ReservationExpired } from '../contract/stock-events';
import { aLevel, heldLine, levelsOf } from '../testing/levels';
import { demandOf, shortagesOf } from './level';
import { record, type Movement } from './movement';
import { commit, expire, hold, release, reservationLifecycle } from './reservation';

const now = new Date('2026-01-31T12:00:00Z');
const later = new Date('2026-01-31T12:30:00Z');
const orderId = newId();
const lines = [
  { sku: 'SAW', quantity: 2 },
  { sku: 'AXE', quantity: 1 },
  { sku: 'SAW', quantity: 3 },
];

const plenty = levelsOf(aLevel('AXE', { onHand: 9, reserved: 0 }), aLevel('SAW', { onHand: 9, reserved: 0 }));
/** The levels of both SKUs after these movements, from nine pieces each. */
const after = (...movements: Movement[]) => record(movements, plenty).next.map(({ sku, onHand, reserved }) => ({ sku, onHand, reserved }));

describe('demand', () => {
  it('counts lines of one SKU together, in the order of the SKUs', () => {
    expect(demandOf(lines)).toEqual([
      { sku: 'AXE', quantity: 1 },
      { sku: 'SAW', quantity: 5 },
    ]);
  });

  it('names every SKU that is short, and takes one without a level as empty', () => {
    const demand = demandOf([...lines, { sku: 'ADZE', quantity: 1 }]);
    expect(shortagesOf(demand, levelsOf(aLevel('SAW', { onHand: 6, reserved: 2 }), aLevel('AXE', { onHand: 1, reserved: 0 })))).toEqual([
      { sku: 'ADZE', asked: 1, available: 0 },
      { sku: 'SAW', asked: 5, available: 4 },
    ]);
  });
});

describe('a reservation', () => {
  const taken = [heldLine('AXE', 1), heldLine('SAW', 5)];
  const held = hold({ orderId, lines: taken, expiresAt: later }, null, now);

  it('puts what an order asks for aside, and tells that less can be bought', () => {
    expect(held.next).toMatchObject({ orderId, status: 'open', takes: 1, expiresAt: later });
    expect(after(...held.change.movements)).toEqual([
      { sku: 'AXE', onHand: 9, reserved: 1 },
      { sku: 'SAW', onHand: 9, reserved: 5 },
    ]);
    expect(held.change.events).toEqual([new LevelsChanged({ skus: ['AXE', 'SAW'] })]);
  });

  it('takes what was held off the shelf when it is sold, which changes nothing for other buyers', () => {
    const sold = commit(held.next, later);
    expect(sold.next.status).toBe('committed');
    expect(after(...held.change.movements, ...sold.change.movements)).toContainEqual({ sku: 'SAW', onHand: 4, reserved: 0 });
    expect(sold.change.events).toEqual([]);
  });

  it('gives back exactly what was held', () => {
    const released = release(held.next, later);
    expect(after(...held.change.movements, ...released.change.movements)).toEqual([
      { sku: 'AXE', onHand: 9, reserved: 0 },
      { sku: 'SAW', onHand: 9, reserved: 0 },
    ]);
    expect(released.change.events).toEqual([new LevelsChanged({ skus: ['AXE', 'SAW'] })]);
  });

  it('can be taken again after it was given up, as a movement of its own', () => {
    const again = hold({ orderId, lines: taken, expiresAt: later }, release(held.next, now).next, later);
    expect(again.next).toMatchObject({ status: 'open', takes: 2, createdAt: now });
    const ids = [...held.change.movements, ...again.change.movements].map((movement) => movement.id);
    expect(new Set(ids).size).toBe(4);
  });

  it('is announced as expired, together with all others that ran out', () => {
    const other = hold({ orderId: newId(), lines: [heldLine('SAW', 1)], expiresAt: later }, null, now);
    const change = expire([held.next, other.next], later);
    expect(after(...held.change.movements, ...other.change.movements, ...change.movements)).toContainEqual({
      sku: 'SAW',
      onHand: 9,
      reserved: 0,
    });
    expect(change.events.slice(1)).toEqual([new ReservationExpired({ orderId }), new ReservationExpired({ orderId: other.next.orderId })]);
  });

  it.each(['committed', 'released'] as const)('is not sold, given up or expired once it is %s', (status) => {
    const done = { ...held.next, status };
    expect(() => commit(done, later)).toThrow(/cannot become committed/);
    expect(() => release(done, later)).toThrow(/cannot become released/);
    expect(() => expire([done], later)).toThrow(/cannot become released/);
  });

  it('reaches every state from its first', () => {
    expect([...reservationLifecycle.reachableFrom('open')].sort()).toEqual([...reservationLifecycle.states].sort());
    expect(reservationLifecycle.isTerminal('committed')).toBe(true);
  });
});
