import fc from 'fast-check';
import { newId } from '@cartwright/kernel';
import { MoreThanSold } from '../contract/refusals';
import { aLevel, levelsOf } from '../testing/levels';
import { record } from './movement';
import { commit, hold, type Reservation } from './reservation';
import { restock } from './restock';

const now = new Date('2026-01-31T12:00:00Z');
/** An order that was sold three saws from the east, two from the west, and an axe. */
function sold(): Reservation {
  const saws = [
    { location: 'east', quantity: 3 },
    { location: 'west', quantity: 2 },
  ];
  const lines = [
    { sku: 'AXE', quantity: 1, from: [{ location: 'main', quantity: 1 }] },
    { sku: 'SAW', quantity: 5, from: saws },
  ];
  return commit(hold({ orderId: newId(), lines, expiresAt: now }, null, now).next, now).next;
}
const told = ({ change }: ReturnType<typeof restock>) =>
  change.movements.map(({ kind, sku, location, quantity }) => [kind, sku, location, quantity].join(' '));

describe('what comes back', () => {
  it('goes where it was sold from, and the next of it where the rest was', () => {
    const first = restock(sold(), 'r1', [{ sku: 'SAW', quantity: 2 }], now);
    expect(told(first)).toEqual(['returned SAW east 2']);
    expect(told(restock(first.next, 'r2', [{ sku: 'SAW', quantity: 3 }], now))).toEqual(['returned SAW east 1', 'returned SAW west 2']);
  });

  it('goes where it was sent to instead, when that is named', () => {
    expect(told(restock(sold(), 'r1', [{ sku: 'SAW', quantity: 4, location: 'main' }], now))).toEqual(['returned SAW main 4']);
  });

  it('is written off at once where it is damaged', () => {
    const lines = [
      { sku: 'SAW', quantity: 1, condition: 'damaged' },
      { sku: 'SAW', quantity: 1, condition: 'restock' },
    ] as const;
    expect(told(restock(sold(), 'r1', lines, now))).toEqual(['returned SAW east 2', 'damaged SAW east 1']);
  });

  it('has the same cause for the same key, and another for another', () => {
    const order = sold();
    const idsOf = (key: string) => restock(order, key, [{ sku: 'AXE', quantity: 1 }], now).change.movements.map(({ id }) => id);
    expect(idsOf('cancel')).toEqual(idsOf('cancel'));
    expect(idsOf('cancel')).not.toEqual(idsOf('return'));
    expect(() => idsOf('a:b')).toThrow(/other characters/);
  });

  it.each([
    ['more than was sold', [{ sku: 'AXE', quantity: 2 }]],
    ['more than was sold, over several lines', [1, 3, 2].map((quantity) => ({ sku: 'SAW', quantity }))],
    ['what was never sold', [{ sku: 'ADZE', quantity: 1 }]],
  ])('is not %s', (_, lines) => {
    expect(() => restock(sold(), 'r1', lines, now)).toThrow(MoreThanSold);
  });

  it('is nothing where nothing was sold', () => {
    expect(() => restock({ ...sold(), status: 'released' }, 'r1', [{ sku: 'AXE', quantity: 1 }], now)).toThrow(MoreThanSold);
  });

  it('is never more than was sold, in however many parts, and raises what is on hand by what is not damaged', () => {
    const part = fc.record({
      quantity: fc.integer({ min: 1, max: 4 }),
      condition: fc.constantFrom('restock' as const, 'damaged' as const),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        let order = sold();
        let levels = levelsOf(aLevel('SAW', { main: { onHand: 0, reserved: 0 } }));
        let [back, good] = [0, 0];
        parts.forEach(({ quantity, condition }, index) => {
          const coming = () => restock(order, `r${index}`, [{ sku: 'SAW', quantity, condition }], now);
          if (back + quantity > 5) return expect(coming).toThrow(MoreThanSold);
          const { next, change } = coming();
          order = next;
          levels = levelsOf(...record(change.movements, levels).next);
          back += quantity;
          if (condition === 'restock') good += quantity;
        });
        expect([...levels.values()][0]).toMatchObject({ onHand: good, reserved: 0 });
      }),
    );
  });
});
