import fc from 'fast-check';
import { newDocument, newId } from '@cartwright/kernel';
import { aLevel, levelsOf } from '../testing/levels';
import { allocate } from './allocation';
import { demandOf, shortagesOf, type Shelf } from './level';
import { editLocation, inServingOrder, newLocation, revisionOf, sellable, type Locations, type StockLocation } from './location';
import { LocationChanged } from '../contract/stock-events';
import { record } from './movement';
import { hold, release } from './reservation';

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

  it('never takes more than is free anywhere, adds up to what was asked, and gives back exactly that', () => {
    fc.assert(
      fc.property(shelves, shelves, order, (saws, axes, lines) => {
        const levels = levelsOf(aLevel('SAW', saws), aLevel('AXE', axes));
        const open = new Map([...levels].map(([sku, level]) => [sku, sellable(level, shops)]));
        const demand = demandOf(lines);
        if (shortagesOf(demand, open).length > 0) return expect(() => allocate(demand, open, shops)).toThrow(/nowhere/);
        const allocated = allocate(demand, open, shops);
        for (const { quantity, from } of allocated) expect(from.reduce((all, source) => all + source.quantity, 0)).toBe(quantity);
        expect(allocated.flatMap(({ from }) => from).filter(({ location, quantity }) => location === 'gone' || quantity < 1)).toEqual([]);
        const held = hold({ orderId: newId(), lines: allocated, expiresAt: now }, null, now);
        const taken = record(held.change.movements, levels); // throws where a shelf has not so much
        const { next } = record(release(held.next, now).change.movements, levelsOf(...taken.next));
        for (const level of next) expect(level.shelves).toEqual(levels.get(level.sku)?.shelves);
      }),
    );
  });
});
