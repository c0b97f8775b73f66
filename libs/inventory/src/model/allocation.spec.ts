import fc from 'fast-check';
import { newDocument, newId } from '@cartwright/kernel';
import { aLevel, levelsOf } from '../testing/levels';
import { allocate } from './allocation';
import { demandOf, inStock, onBackorder, sameShelves, shortagesOf, type Shelf } from './level';
import { editLocation, inServingOrder, newLocation, revisionOf, sellable, type Locations, type StockLocation } from './location';
import { LocationChanged } from '../contract/stock-events';
import { record } from './movement';
import { hold, pieceAt, release } from './reservation';

const now = new Date('2026-01-31T12:00:00Z');
function aLocation(code: string, priority: number, active = true): StockLocation {
  return { ...newDocument(newId(), now), version: 1, code, name: code, priority, active };
}
const shops: Locations = inServingOrder([aLocation('west', 20), aLocation('east', 10), aLocation('gone', 5, false)], now);
const onHand = (pieces: Record<string, number>): Record<string, Shelf> =>
  Object.fromEntries(Object.entries(pieces).map(([code, there]) => [code, { onHand: there, reserved: 0 }]));

describe('the locations', () => {
  it('serve by priority, with the default one among them though nobody set it up', () => {
    expect(shops.map(({ code }) => code)).toEqual(['main', 'gone', 'east', 'west']);
    expect(inServingOrder([aLocation('main', 30), aLocation('east', 10)], now).map(({ code }) => code)).toEqual(['east', 'main']);
  });

  it('count as available what is free at active ones', () => {
    const saw = aLevel('SAW', { main: { onHand: 5, reserved: 2 }, gone: { onHand: 9, reserved: 1 }, east: { onHand: 1, reserved: 0 } });
    expect(sellable(saw, shops)).toMatchObject({ onHand: 15, reserved: 3, available: 4 });
  });

  it('tell of opening and closing, and of nothing else', () => {
    const east = newLocation({ code: 'east', name: 'East', priority: 10, active: true }, now).next;
    expect(editLocation(east, { active: false }).events).toEqual([new LocationChanged({ location: 'east', active: false })]);
    expect(editLocation(east, { active: true, name: 'Far east', priority: 1 })).toMatchObject({ next: { name: 'Far east' }, events: [] });
  });

  it('make what can be bought newer with each edit', () => {
    expect(revisionOf(shops)).toBe(3);
    expect(revisionOf(inServingOrder([], now))).toBe(0);
  });
});

describe('allocating', () => {
  const saw = (quantity: number) => [{ sku: 'SAW', quantity }];
  it.each([
    ['the first that has all', { main: 5, east: 5 }, 5, { main: 5 }],
    ['a later one that has all, before two that have it together', { main: 4, east: 5 }, 5, { east: 5 }],
    ['several in their order, when none has all', { west: 9, east: 2, main: 1 }, 11, { main: 1, east: 2, west: 8 }],
    ['none that is closed', { gone: 50, west: 3 }, 3, { west: 3 }],
  ])('takes from %s', (_, there, quantity, from) => {
    const [line] = allocate(saw(quantity), levelsOf(aLevel('SAW', onHand(there))), shops);
    expect(Object.fromEntries(line?.from.map((source) => [source.location, source.quantity]) ?? [])).toEqual(from);
  });

  it('takes an order from one location, when one has all of it', () => {
    const levels = levelsOf(aLevel('AXE', onHand({ main: 1, west: 1 })), aLevel('SAW', onHand({ west: 2 })));
    const demand = [
      { sku: 'AXE', quantity: 1 },
      { sku: 'SAW', quantity: 2 },
    ];
    expect(allocate(demand, levels, shops).map(({ from }) => from)).toEqual([
      [{ location: 'west', quantity: 1 }],
      [{ location: 'west', quantity: 2 }],
    ]);
  });

  const shelf = fc.record({ reserved: fc.nat(4), free: fc.nat(6) }).map(({ reserved, free }) => ({ onHand: reserved + free, reserved }));
  const shelves = fc.dictionary(fc.constantFrom('main', 'east', 'west', 'gone'), shelf, { minKeys: 1 });
  const order = fc.array(fc.record({ sku: fc.constantFrom('SAW', 'AXE'), quantity: fc.integer({ min: 1, max: 9 }) }), { minLength: 1 });

  it('promises on back-order what is not there, after all that is', () => {
    const saws = aLevel('SAW', onHand({ main: 1, east: 2 }), { backorder: { limit: 9 } });
    expect(allocate(saw(7), levelsOf(saws), shops)[0]?.from).toEqual([
      { location: 'main', quantity: 1 },
      { location: 'east', quantity: 2 },
      { location: 'backorder', quantity: 4 },
    ]);
  });

  it('leaves what is there to those who wait for it already', () => {
    const saws = aLevel('SAW', { main: { onHand: 3, reserved: 0 }, backorder: { onHand: 0, reserved: 2 } }, { backorder: { limit: null } });
    expect(allocate(saw(3), levelsOf(saws), shops)[0]?.from).toEqual([
      { location: 'main', quantity: 1 },
      { location: 'backorder', quantity: 2 },
    ]);
  });

  it('never takes more than is free or may be promised, adds up to what was asked, and gives back exactly that', () => {
    const rule = fc.option(fc.record({ limit: fc.option(fc.nat(6)) }), { nil: undefined });
    fc.assert(
      fc.property(shelves, shelves, rule, order, (saws, axes, backorder, lines) => {
        const levels = levelsOf(aLevel('SAW', saws, { backorder }), aLevel('AXE', axes));
        const open = new Map([...levels].map(([sku, level]) => [sku, sellable(level, shops)]));
        const demand = demandOf(lines);
        const allocated = allocate(demand, open, shops);
        const held = hold({ orderId: newId(), lines: allocated, expiresAt: now }, null, now);
        // Whoever does not ask for shortages first is stopped all the same.
        if (shortagesOf(demand, open).length > 0) return expect(() => record(held.change.movements, levels)).toThrow(/does not add up/);
        for (const { sku, quantity, from } of allocated) {
          expect(from.reduce((all, source) => all + source.quantity, 0)).toBe(quantity);
          expect(demand).toContainEqual({ sku, quantity });
          expect(from.filter((source) => source.location === 'gone' || source.quantity < 1)).toEqual([]);
          const there = inStock(open.get(sku));
          expect(quantity - pieceAt(from, onBackorder)).toBe(Math.min(quantity, there));
        }
        const taken = record(held.change.movements, levels); // throws where a shelf has not so much
        const { next } = record(release(held.next, now).change.movements, levelsOf(...taken.next));
        for (const level of next) expect(sameShelves(level.shelves, levels.get(level.sku)?.shelves ?? {})).toBe(true);
      }),
    );
  });
});
