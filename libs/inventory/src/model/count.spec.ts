import fc from 'fast-check';
import { BelowReserved, OnHandChanged } from '../contract/refusals';
import { adjust, count } from './count';
import { aLevel, levelsOf } from '../testing/levels';
import { record } from './movement';

const now = new Date('2026-01-31T12:00:00Z');
const occasion = { id: 'c1', reason: 'Stocktaking', now };
const saw = aLevel('SAW', { onHand: 10, reserved: 4 });
const known = levelsOf(saw);

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

  it('gives a SKU that is new an entry even when there is nothing of it', () => {
    expect(count([{ sku: 'AXE', onHand: 0 }], known, occasion).movements).toMatchObject([{ sku: 'AXE', kind: 'received', quantity: 0 }]);
  });

  it('lets the last of several counts of a SKU hold', () => {
    const counts = [9, 12].map((onHand) => ({ sku: 'SAW', onHand }));
    expect(count(counts, known, occasion).movements).toMatchObject([{ sku: 'SAW', quantity: 2 }]);
  });

  it('never ends below what is promised, and always at what was counted', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(80), (reserved, free, onHand) => {
        const levels = levelsOf(aLevel('SAW', { onHand: reserved + free, reserved }));
        const counting = () => count([{ sku: 'SAW', onHand }], levels, occasion);
        if (onHand < reserved) return expect(counting).toThrow(BelowReserved);
        const { next } = record(counting().movements, levels);
        expect((next[0] ?? levels.get('SAW'))?.onHand).toBe(onHand);
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
    const where = { sku: 'SAW', location: 'main' };
    expect(movements).toEqual([{ id: 'adjusted:a1:SAW', ...where, kind: 'adjusted', quantity, at: now, reason: 'Broken', by: 'admin' }]);
  });

  it('is of one location, and knows what is on hand there', () => {
    const two = aLevel('SAW', { main: { onHand: 10, reserved: 4 }, east: { onHand: 2, reserved: 1 } });
    const east = (asked: object) => adjust(two, { location: 'east', reason: 'Counted', ...asked }, 'a1', now);
    expect(east({ onHand: 5, expectedOnHand: 2 }).movements).toMatchObject([{ id: 'adjusted:a1@east:SAW', location: 'east', quantity: 3 }]);
    expect(() => east({ change: 1, expectedOnHand: 12 })).toThrow(OnHandChanged);
    expect(() => east({ onHand: 0 })).toThrow(BelowReserved);
  });

  it('receives what is new at a location', () => {
    const { movements } = adjust(saw, { location: 'east', change: 3, reason: 'Moved' }, 'a1', now);
    expect(movements).toMatchObject([{ kind: 'received', location: 'east', quantity: 3 }]);
    expect(
      count(
        [6, 7].map((onHand) => ({ sku: 'SAW', location: 'east', onHand })),
        known,
        occasion,
      ).movements,
    ).toMatchObject([{ quantity: 7 }]);
  });

  it('refuses what the admin did not see, and less than is promised', () => {
    expect(() => adjust(saw, { change: 1, expectedOnHand: 9, reason: 'x' }, 'a1', now)).toThrow(OnHandChanged);
    expect(() => adjust(saw, { change: -7, reason: 'x' }, 'a1', now)).toThrow(BelowReserved);
  });
});
