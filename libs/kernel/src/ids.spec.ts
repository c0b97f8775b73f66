import { EventName, eventClassOf, eventNameOf } from './domain-event';
import { isId, newId, randomCode, randomToken } from './ids';

test('ids are unique, well formed, and sort by the second they were made in', () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => newId()));
  expect(ids.size).toBe(10_000);
  expect([...ids].every(isId)).toBe(true);
  expect(newId(1_000_000) < newId(2_000_000)).toBe(true);
  expect(isId('not-an-id')).toBe(false);
  expect(isId({ $ne: null })).toBe(false);
});

test('codes for people use no letter that looks like another', () => {
  expect(randomCode(200)).toMatch(/^[0-9A-HJKMNP-TV-Z]{200}$/);
  expect(randomToken(32)).toMatch(/^[\w-]{43}$/);
});

test('an event class is found by its wire name, which must be well formed and free', () => {
  @EventName('kernel.spec_passed.v1')
  class SpecPassed {
    constructor(readonly data: { readonly n: number }) {}
  }
  expect(eventNameOf(new SpecPassed({ n: 1 }))).toBe('kernel.spec_passed.v1');
  expect(eventClassOf('kernel.spec_passed.v1')).toBe(SpecPassed);
  expect(() => EventName('kernel.spec_passed.v1')(SpecPassed)).toThrow('Two event classes');
  expect(() => EventName('SpecPassed')(SpecPassed)).toThrow('not of the form');
  expect(() => eventNameOf({ data: {} })).toThrow('no @EventName');
});
