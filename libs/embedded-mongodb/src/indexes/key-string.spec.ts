import fc from 'fast-check';
import { sampleValues } from '../../test/sample-values';
import { compareValues } from '../values/compare';
import { encodeKey } from './key-string';

const value = fc.oneof(
  fc.constantFrom(...sampleValues),
  fc.record({ x: fc.constantFrom(...sampleValues), y: fc.constantFrom(...sampleValues) }, { requiredKeys: [] }),
  fc.array(fc.constantFrom(...sampleValues), { maxLength: 2 }),
  fc.string(),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

it('orders keys as the values are ordered, ascending and descending', () => {
  const key = (one: unknown, descending: boolean): Buffer => encodeKey(Buffer.alloc(0), [one], [descending]);
  fc.assert(
    fc.property(value, value, (a, b) => {
      const order = Math.sign(compareValues(a, b));
      expect(Math.sign(Buffer.compare(key(a, false), key(b, false)))).toBe(order);
      expect(Math.sign(Buffer.compare(key(a, true), key(b, true)))).toBe(-order || 0);
    }),
    { numRuns: 3000 },
  );
});
