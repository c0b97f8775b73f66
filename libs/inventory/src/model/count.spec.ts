import fc from 'fast-check';
import { BelowReserved, OnHandChanged } from '../contract/refusals';
import { adjust, count } from './count';
import type { Level } from './level';
import { fold } from './movement';

const now = new Date('2026-01-31T12:00:00Z');
const occasion = { id: 'c1', reason: 'Stocktaking', now };
const saw: Level = { sku: 'SAW', onHand: 10, reserved: 4, available: 6, revision: 3 };
const known = new Map([['SAW', saw]]);

describe('counting', () => {
  it('receives what is new and adjusts what is known', () => {
    const { movements } = count(
      [
        { sku: 'SAW', onHand: 7 },
        { sku: 'AXE', onHand: 3 },
      ],
      known,
      occasion,
    );
    expect(movements).toMatchObject([
      { id: 'received:c1:AXE', kind: 'received', quantity: 3 },
      { id: 'adjusted:c1:SAW', kind: 'adjusted', quantity: -3 },
    ]);
  });

  it('writes nothing where nothing changes, and tells nobody', () => {
    expect(count([{ sku: 'SAW', onHand: 10 }], known, occasion)).toMatchObject({ movements: [], events: [] });
  });

  it('lets the last of several counts of a SKU hold', () => {
    const counts = [9, 12].map((onHand) => ({ sku: 'SAW', onHand }));
    expect(fold(count(counts, known, occasion).movements)).toEqual([{ sku: 'SAW', onHand: 2, reserved: 0, available: 2 }]);
  });

  it('never ends below what is promised, and always at what was counted', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(80), (reserved, free, onHand) => {
        const level = { sku: 'SAW', onHand: reserved + free, reserved, available: free, revision: 1 };
        const counting = () => count([{ sku: 'SAW', onHand }], new Map([['SAW', level]]), occasion);
        if (onHand < reserved) return expect(counting).toThrow(BelowReserved);
        const [step] = fold(counting().movements);
        expect(level.onHand + (step?.onHand ?? 0)).toBe(onHand);
      }),
    );
  });
});

describe('adjusting', () => {
  it.each([
    [{ change: -2 }, -2],
    [{ change: 5 }, 5],
    [{ onHand: 4 }, -6],
    [{ onHand: 4, expectedOnHand: 10 }, -6],
  ])('%j moves ten on hand by %i', (asked, quantity) => {
    const { movements } = adjust(saw, { ...asked, reason: 'Broken', by: 'admin' }, 'a1', now);
    expect(movements).toEqual([{ id: 'adjusted:a1:SAW', sku: 'SAW', kind: 'adjusted', quantity, at: now, reason: 'Broken', by: 'admin' }]);
  });

  it('refuses what the admin did not see, and less than is promised', () => {
    expect(() => adjust(saw, { change: 1, expectedOnHand: 9, reason: 'x' }, 'a1', now)).toThrow(OnHandChanged);
    expect(() => adjust(saw, { change: -7, reason: 'x' }, 'a1', now)).toThrow(BelowReserved);
  });
});
