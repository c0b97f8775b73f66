import fc from 'fast-check';
import { allocate, decimalsOf, formatMoney, isCurrency, percentOf, sum, times } from './money';

const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const weights = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 40 });

test('allocating never loses or makes a cent, whatever the weights', () => {
  fc.assert(fc.property(amount, weights, (total, shares) => sum(allocate(total, shares)) === total));
});

test('a share is within one unit of its exact part', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), weights, (total, shares) => {
      const whole = shares.reduce((a, b) => a + b, 0) || shares.length;
      const even = shares.every((share) => share === 0);
      return allocate(total, shares).every((part, i) => Math.abs(part - (total * (even ? 1 : (shares[i] ?? 0))) / whole) < 1 + 1e-6);
    }),
  );
});

test.each([
  [100, [1, 1, 1], [34, 33, 33]],
  [-100, [1, 1, 1], [-34, -33, -33]],
  [5, [0, 0], [3, 2]],
  [0, [3, 4], [0, 0]],
  [1, [0, 7], [0, 1]],
])('%d over %j is %j', (total, shares, expected) => {
  expect(allocate(total, shares)).toEqual(expected);
});

test.each([
  [1000, 82_500, 83],
  [-1000, 82_500, -83],
  [999, 190_000, 190],
  [Number.MAX_SAFE_INTEGER, 1_000_000, Number.MAX_SAFE_INTEGER],
])('%d at %d parts per million is %d', (base, rate, expected) => {
  expect(percentOf(base, rate)).toBe(expected);
});

test('sums and products beyond the safe integers, and fractions, are errors rather than wrong amounts', () => {
  expect(() => sum([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError);
  expect(() => times(Number.MAX_SAFE_INTEGER, 2)).toThrow(RangeError);
  expect(() => times(19.99, 1)).toThrow(RangeError);
  expect(() => allocate(10, [])).toThrow(RangeError);
  expect(() => allocate(10, [-1])).toThrow(RangeError);
});

test('amounts are worded with the decimals of their currency', () => {
  expect(formatMoney(1999, 'USD')).toBe('$19.99');
  expect(formatMoney(1999, 'JPY')).toBe('¥1,999');
  expect(formatMoney(1_750_050, 'HUF')).toBe('HUF\u00a017,500.50');
  expect([decimalsOf('ISK'), decimalsOf('KWD'), decimalsOf('IDR'), decimalsOf('MGA')]).toEqual([0, 3, 2, 2]);
  expect(isCurrency('EUR')).toBe(true);
  expect(isCurrency('eur')).toBe(false);
  expect(isCurrency('XYZ')).toBe(false);
});
