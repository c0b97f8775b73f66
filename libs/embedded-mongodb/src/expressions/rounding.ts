import { decimalToNumber, quantizeDecimal, roundDecimal, toDecimal128 } from '../bson/decimal';
import { asDouble, asInteger, fitsLong, numericType, toBigInt, toDecimal, toNumber } from '../bson/numbers';
import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { longOf } from './integers';
import { numeric } from './numeric-operators';
import { isNullish, taking, type ExpressionOperator } from './scope';

/** Whole numbers, and numbers to a place after (or before) the point; the type stays. */
export const roundingOperators: Readonly<Record<string, ExpressionOperator>> = {
  $ceil: numeric((value) => wholeNumber(value, 'ceil')),
  $floor: numeric((value) => wholeNumber(value, 'floor')),
  $round: rounding('round'),
  $trunc: rounding('trunc'),
};

type RoundingMode = 'round' | 'trunc' | 'floor' | 'ceil';

function rounding(mode: 'round' | 'trunc'): ExpressionOperator {
  return taking(1, 2, (args, _scope, name) => {
    const [value, place = args.length > 1 ? null : 0] = args;
    if (isNullish(value) || place === null) return null;
    if (!isNumeric(value)) throw failAt(51081, `${name} only supports numeric types, not ${typeName(value)}`);
    if (!isNumeric(place)) throw failAt(16004, `can't convert from BSON type ${typeName(place)} to long`);
    const digits = Number(longOf(place));
    if (digits !== toNumber(place)) throw failAt(51082, `precision argument to ${name} must be a integral value`);
    if (digits < -20 || digits > 100)
      throw failAt(51083, `cannot apply ${name} with precision value ${digits} value must be in [-20, 100]`);
    return rounded(value, digits, mode, name);
  });
}

function rounded(value: unknown, place: number, mode: 'round' | 'trunc', name: string): unknown {
  const type = numericType(value);
  if (type === 'decimal') {
    const decimal = roundDecimal(toDecimal(value), place, mode);
    // Only $trunc writes the zeros up to the place.
    const padded = mode === 'trunc' && !decimal.special ? quantizeDecimal(decimal, Math.max(place, 0)) : decimal;
    return toDecimal128(padded.special === 'NaN' ? decimal : padded);
  }
  if (type === 'double') return asDouble(mode === 'trunc' ? cutDouble(toNumber(value), place) : roundDouble(toNumber(value), place, mode));
  if (place >= 0) return value;
  const { coefficient, exponent } = roundDecimal({ coefficient: toBigInt(value), exponent: 0 }, place, mode);
  const whole = coefficient * 10n ** BigInt(exponent);
  if (!fitsLong(whole)) throw failAt(51080, `invalid conversion from Decimal128 result in ${name} resulting from arguments`);
  return type === 'int' ? asInteger(whole) : whole;
}

/** `$ceil` and `$floor`. Decimals that 34 digits cannot hold as whole numbers become NaN, as MongoDB quantizes them. */
function wholeNumber(value: unknown, mode: 'floor' | 'ceil'): unknown {
  const type = numericType(value);
  if (type === 'decimal') return toDecimal128(quantizeDecimal(roundDecimal(toDecimal(value), 0, mode), 0));
  return type === 'double' ? asDouble(Math[mode](toNumber(value))) : value;
}

// MongoDB cuts doubles by multiplying, so that 0.29 at two places is 0.28.
function cutDouble(value: number, place: number): number {
  const scale = 10 ** Math.abs(place);
  const cut = place >= 0 ? Math.trunc(value * scale) / scale : Math.trunc(value / scale) * scale;
  return Number.isFinite(cut) ? cut : value;
}

function roundDouble(value: number, place: number, mode: RoundingMode): number {
  if (!Number.isFinite(value) || value === 0) return value;
  return decimalToNumber(roundDecimal(decimalFromShortest(value), place, mode));
}

// By the digits the number is written with, so that 1.15 rounds as 1.15 and not as the double just below it.
function decimalFromShortest(value: number): { coefficient: bigint; exponent: number } {
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { coefficient: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}
