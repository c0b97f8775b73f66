import { Decimal128, Double } from 'bson';
import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  fromDecimal128,
  multiplyDecimals,
  remainderDecimals,
  roundDecimal,
  toDecimal128,
  type Decimal,
} from './decimal';
import { add, compareNumbers, multiply } from './numbers';

const dec = (text: string): Decimal128 => Decimal128.fromString(text);

describe('arithmetic over four numeric types', () => {
  test.each<[unknown, unknown, unknown]>([
    [1, 2, 3],
    [2147483647, 1, 2147483648n],
    [-2147483648, -1, -2147483649n],
    [1, 2n, 3n],
    [9223372036854775807n, 1n, 9223372036854775808],
    [1, 0.5, 1.5],
    [0.5, 0.5, new Double(1)],
    [1n, new Double(1), new Double(2)],
    [1, dec('0.10'), dec('1.10')],
    [0.1, dec('0.2'), dec('0.300000000000000')],
    [9223372036854775807n, dec('1'), dec('9223372036854775808')],
    [Infinity, dec('-Infinity'), dec('NaN')],
  ])('adds %p and %p to %p', (a, b, expected) => {
    expect(add(a, b)).toEqual(expected);
    expect(add(b, a)).toEqual(expected);
  });

  test.each<[unknown, unknown, unknown]>([
    [3, 4, 12],
    [65536, 65536, 4294967296n],
    [2, 3n, 6n],
    [2, 1.5, new Double(3)],
    [dec('1.50'), 2, dec('3.00')],
    [0, -1, 0],
  ])('multiplies %p and %p to %p', (a, b, expected) => {
    expect(multiply(a, b)).toEqual(expected);
  });

  test.each<[string, Decimal128]>([
    ['0.3333333333333333333333333333333333', toDecimal128(divideDecimals(of('1'), of('3')))],
    ['0.6666666666666666666666666666666667', toDecimal128(divideDecimals(of('2'), of('3')))],
    ['-2.5', toDecimal128(divideDecimals(of('-5'), of('2')))],
    ['Infinity', toDecimal128(divideDecimals(of('1'), of('0')))],
    ['1E+40', toDecimal128(addDecimals(of('1E+40'), of('0')))],
    ['1.000000000000000000000000000000000E+200', toDecimal128(addDecimals(of('1E+200'), of('1')))],
    ['NaN', toDecimal128(multiplyDecimals(of('0'), of('Infinity')))],
    ['-0.5', toDecimal128(remainderDecimals(of('-2.5'), of('1')))],
    ['2.4', toDecimal128(roundDecimal(of('2.45'), 1, 'round'))],
    ['-3', toDecimal128(roundDecimal(of('-2.1'), 0, 'floor'))],
  ])('computes the decimal %s', (expected, result) => {
    expect(compareNumbers(result, dec(expected))).toBe(0);
  });

  it('compares decimals as their integers, however scaled', () => {
    const scaled = fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: 0, max: 15 }));
    fc.assert(
      fc.property(scaled, scaled, ([a, shiftA], [b, shiftB]) => {
        const [left, right] = [scale(a, shiftA), scale(b, shiftB)];
        expect(compareDecimals(left, right)).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(compareNumbers(toDecimal128(left), b)).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(compareDecimals(addDecimals(left, right), { coefficient: a + b, exponent: 0 })).toBe(0);
      }),
    );
  });
});

function of(text: string): Decimal {
  return fromDecimal128(dec(text));
}

function scale(value: bigint, digits: number): Decimal {
  return { coefficient: value * 10n ** BigInt(digits), exponent: -digits };
}
