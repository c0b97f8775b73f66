import fc from 'fast-check';
import { aLevel, levelsOf } from '../testing/levels';
import { totalsOf } from './level';
import { fold, moved, movementKinds, record, type Movement } from './movement';

const now = new Date('2026-01-31T12:00:00Z');
let serial = 0;
function aMovement(changes: Partial<Movement> = {}): Movement {
  return { id: `spec:${(serial += 1)}`, sku: 'SAW', location: 'main', kind: 'received', quantity: 1, at: now, ...changes };
}

const anyMovement = fc
  .record({
    sku: fc.constantFrom('SAW', 'AXE'),
    location: fc.constantFrom('main', 'east', undefined),
    kind: fc.constantFrom(...movementKinds),
    quantity: fc.integer({ min: 0, max: 4 }),
    at: fc.integer({ min: 0, max: 50 }).map((ms) => new Date(now.getTime() + ms)),
  })
  .map(aMovement);

/** The movements of a list that can be written down, beginning with nothing. */
function possible(movements: readonly Movement[]): Movement[] {
  const kept: Movement[] = [];
  for (const movement of movements) {
    try {
      record([...kept, movement], new Map());
      kept.push(movement);
    } catch {
      // It would take what is not there.
    }
  }
  return kept;
}
const schedules = fc.array(anyMovement, { maxLength: 25 }).map(possible);

describe('the sum of movements', () => {
  it('does not depend on their order, nor on where the adding up is begun', () => {
    fc.assert(
      fc.property(fc.array(anyMovement, { maxLength: 20 }), fc.nat(20), (movements, at) => {
        const first = fold(movements.slice(0, at));
        expect(movements.slice(at).reduce(moved, first)).toEqual(fold(movements));
        expect(totalsOf(fold([...movements].reverse()))).toEqual(totalsOf(fold(movements)));
      }),
    );
  });

  it('takes a movement without a location as one at the default location', () => {
    expect(fold([aMovement({ location: undefined, quantity: 3 })])).toEqual({ main: { onHand: 3, reserved: 0 } });
  });
});

describe('writing down', () => {
  it('numbers the entries of a SKU without gaps, and says with each what they add up to so far', () => {
    fc.assert(
      fc.property(schedules, (movements) => {
        const { entries, next } = record(movements, new Map());
        for (const level of next) {
          const own = entries.filter((entry) => entry.sku === level.sku);
          own.forEach((entry, index) => {
            expect(entry.revision).toBe(index + 1);
            expect(entry.after).toEqual(fold(own.slice(0, index + 1)));
            expect(entry.at >= (own[index - 1]?.at ?? entry.at)).toBe(true);
          });
          expect(level).toMatchObject({ revision: own.length, shelves: own.at(-1)?.after, ...totalsOf(level.shelves) });
        }
      }),
    );
  });

  it('is the same in one go and in several', () => {
    fc.assert(
      fc.property(schedules, fc.nat(25), (movements, at) => {
        const whole = record(movements, new Map());
        const first = record(movements.slice(0, at), new Map());
        const second = record(movements.slice(at), levelsOf(...first.next));
        expect([...first.entries, ...second.entries]).toEqual(whole.entries);
      }),
    );
  });

  const shelf = { onHand: 5, reserved: 2 };
  it.each([
    ['sells what is not promised', { kind: 'sold', quantity: 3 }],
    ['promises more than is free', { kind: 'reserved', quantity: 4 }],
    ['releases more than is promised', { kind: 'released', quantity: 3 }],
    ['adjusts below what is promised', { kind: 'adjusted', quantity: -4 }],
    ['damages what is promised', { kind: 'damaged', quantity: 4 }],
    ['promises what is only elsewhere', { kind: 'reserved', quantity: 1, location: 'east' }],
  ] as const)('refuses a movement that %s', (_, change) => {
    expect(() => record([aMovement(change)], levelsOf(aLevel('SAW', shelf)))).toThrow(/does not add up/);
  });

  it('never goes back in time, even when a clock does', () => {
    const saw = aLevel('SAW', { onHand: 1, reserved: 0 }, { movedAt: new Date(now.getTime() + 5) });
    expect(record([aMovement()], levelsOf(saw)).entries).toMatchObject([{ at: saw.movedAt, revision: 2 }]);
  });
});
