import { Decimal128 } from 'bson';
import {
  decimalFromDouble,
  logOfDecimal,
  decimalToNumber,
  divideDecimals,
  fromDecimal128,
  multiplyDecimals,
  negateDecimal,
  quantizeDecimal,
  remainderDecimals,
  roundDecimal,
  sqrtDecimal,
  toDecimal128,
} from '../bson/decimal';
import {
  add,
  asDouble,
  asInteger,
  calculate,
  fitsLong,
  isNaNValue,
  multiply,
  numericType,
  toBigInt,
  toDecimal,
  toNumber,
} from '../bson/numbers';
import { isDocument } from '../bson/document';
import { isInt32, isNumeric, typeName } from '../bson/types';
import { fail, failAt } from '../errors';
import { longOf } from './integers';
import { isNullish, nullable, taking, variadic, type ExpressionOperator } from './scope';

/** Arithmetic: null if an operand is null or missing; the result has the widest type of the operands. */
export const arithmeticOperators: Readonly<Record<string, ExpressionOperator>> = {
  $add: variadic((args) => sum(args)),
  $subtract: binary(subtract),
  $multiply: variadic((args) => product(args)),
  $divide: binary(divide),
  $mod: binary(remainder),
  $abs: numeric(absolute),
  $ceil: numeric((value) => wholeNumber(value, 'ceil')),
  $floor: numeric((value) => wholeNumber(value, 'floor')),
  $round: rounding('round'),
  $trunc: rounding('trunc'),
  $sqrt: numeric(squareRoot),
  $exp: real(Math.exp),
  $ln: logarithmOf(28766, '$ln', Math.log, 1),
  $log10: logarithmOf(28761, '$log10', Math.log10, Math.LN10),
  $log: binary(logarithm),
  $pow: binary(power),
  $sin: real(Math.sin),
  $cos: real(Math.cos),
  $tan: real(Math.tan),
  $asin: real(Math.asin),
  $acos: real(Math.acos),
  $atan: real(Math.atan),
  $sinh: real(Math.sinh),
  $cosh: real(Math.cosh),
  $tanh: real(Math.tanh),
  $asinh: real(Math.asinh),
  $acosh: real(Math.acosh),
  $atanh: real(Math.atanh),
  $atan2: binary((a, b) => asDouble(Math.atan2(toNumber(a), toNumber(b)))),
  $degreesToRadians: real((x) => (x * Math.PI) / 180),
  $radiansToDegrees: real((x) => (x * 180) / Math.PI),
  $rand: (operand) => {
    if (!Array.isArray(operand) && !isDocument(operand)) throw failAt(10065, `$rand takes an object, found ${typeName(operand)}`);
    if (Object.keys(operand).length > 0) throw failAt(3040501, '$rand does not currently accept arguments');
    return () => asDouble(Math.random());
  },
  $bitAnd: bitwise((a, b) => a & b, -1n),
  $bitOr: bitwise((a, b) => a | b, 0n),
  $bitXor: bitwise((a, b) => a ^ b, 0n),
  $bitNot: nullable((value) => (typeof value === 'bigint' ? ~value : Number(~toBigInt(value)))),
};

function binary(apply: (a: unknown, b: unknown, name: string) => unknown): ExpressionOperator {
  return taking(2, 2, ([a, b], _scope, name) => {
    if (isNullish(a) || isNullish(b)) return null;
    return apply(a, b, name);
  });
}

function numeric(apply: (value: unknown) => unknown): ExpressionOperator {
  return nullable((value, name) => {
    if (!isNumeric(value)) throw failAt(28765, `${name} only supports numeric types, not ${typeName(value)}`);
    return apply(value);
  });
}

// Decimals go through a double here: the last digits of a transcendental function are not promised by MongoDB either.
function real(apply: (x: number) => number): ExpressionOperator {
  return numeric((value) => {
    const result = apply(toNumber(value));
    return value instanceof Decimal128 ? toDecimal128(decimalFromDouble(result)) : asDouble(result);
  });
}

function sum(args: unknown[]): unknown {
  let date: Date | undefined;
  let total: unknown = 0;
  for (const value of args) {
    if (isNullish(value)) return null;
    if (value instanceof Date) {
      if (date) throw failAt(16612, 'only one date allowed in an $add expression');
      date = value;
    } else if (isNumeric(value)) {
      total = add(total, value);
    } else {
      throw fail('TypeMismatch', `$add only supports numeric or date types, not ${typeName(value)}`);
    }
  }
  return date ? movedBy(date, total, 1) : total;
}

/** A date so many milliseconds away, rounded half away from zero. Error: 15 beyond what a date can hold. */
function movedBy(date: Date, milliseconds: unknown, sign: 1 | -1): Date {
  const amount = sign * toNumber(milliseconds);
  const moved = new Date(date.getTime() + Math.sign(amount) * Math.round(Math.abs(amount)));
  if (Number.isNaN(moved.getTime())) throw fail('Overflow', 'date overflow');
  return moved;
}

function subtract(a: unknown, b: unknown): unknown {
  if (a instanceof Date && b instanceof Date) return BigInt(a.getTime() - b.getTime());
  if (a instanceof Date && isNumeric(b)) return movedBy(a, b, -1);
  if (!isNumeric(a) || !isNumeric(b)) throw fail('TypeMismatch', `can't $subtract ${typeName(b)} from ${typeName(a)}`);
  const difference = { integer: (x: bigint, y: bigint) => x - y, double: (x: number, y: number) => x - y };
  return calculate(
    { ...difference, decimal: (x, y) => fromDecimal128(add(toDecimal128(x), toDecimal128(negateDecimal(y))) as Decimal128) },
    a,
    b,
  );
}

function product(args: unknown[]): unknown {
  let total: unknown = 1;
  for (const value of args) {
    if (isNullish(value)) return null;
    if (!isNumeric(value)) throw fail('TypeMismatch', `$multiply only supports numeric types, not ${typeName(value)}`);
    total = multiply(total, value);
  }
  return total;
}

function divide(a: unknown, b: unknown): unknown {
  if (!isNumeric(a) || !isNumeric(b))
    throw fail('TypeMismatch', `$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  if (toNumber(b) === 0) throw fail('BadValue', "can't $divide by zero");
  if (a instanceof Decimal128 || b instanceof Decimal128) return toDecimal128(divideDecimals(toDecimal(a), toDecimal(b)));
  return asDouble(toNumber(a) / toNumber(b));
}

function remainder(a: unknown, b: unknown): unknown {
  if (!isNumeric(a) || !isNumeric(b)) throw failAt(16611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  if (toNumber(b) === 0) throw failAt(16610, "can't $mod by zero");
  const whole = { integer: (x: bigint, y: bigint) => x % y, double: (x: number, y: number) => x % y };
  return calculate({ ...whole, decimal: remainderDecimals }, a, b);
}

function absolute(value: unknown): unknown {
  switch (numericType(value)) {
    case 'decimal': {
      const decimal = toDecimal(value);
      return decimal.coefficient < 0n || decimal.special === '-Infinity' || decimal.negativeZero
        ? toDecimal128(negateDecimal(decimal))
        : value;
    }
    case 'double':
      return asDouble(Math.abs(toNumber(value)));
    default: {
      const whole = toBigInt(value);
      if (whole === -(2n ** 63n)) throw failAt(28680, "can't take $abs of long long min");
      return whole >= 0n ? value : numericType(value) === 'long' ? -whole : asInteger(-whole);
    }
  }
}

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

function squareRoot(value: unknown): unknown {
  if (toNumber(value) < 0) throw failAt(28714, "$sqrt's argument must be greater than or equal to 0");
  return value instanceof Decimal128 ? toDecimal128(sqrtDecimal(fromDecimal128(value))) : asDouble(Math.sqrt(toNumber(value)));
}

/** A logarithm whose base has this natural logarithm. */
function logarithmOf(code: number, name: string, ofDouble: (x: number) => number, base: number): ExpressionOperator {
  return numeric((value) => {
    const decimal = value instanceof Decimal128 ? fromDecimal128(value) : undefined;
    const positive = decimal ? decimal.coefficient > 0n || decimal.special !== undefined : toNumber(value) > 0;
    if (toNumber(value) < 0 || (!positive && !isNaNValue(value)))
      throw failAt(code, `${name}'s argument must be a positive number, but is ${toNumber(value)}`);
    return decimal ? toDecimal128(decimalFromDouble(logOfDecimal(decimal) / base)) : asDouble(ofDouble(toNumber(value)));
  });
}

function logarithm(value: unknown, base: unknown): unknown {
  if (!isNumeric(value)) throw failAt(28756, `$log's argument must be numeric, not ${typeName(value)}`);
  if (!isNumeric(base)) throw failAt(28757, `$log's base must be numeric, not ${typeName(base)}`);
  if (toNumber(value) <= 0) throw failAt(28758, `$log's argument must be a positive number, but is ${toNumber(value)}`);
  if (toNumber(base) <= 0 || toNumber(base) === 1)
    throw failAt(28759, `$log's base must be a positive number not equal to 1, but is ${toNumber(base)}`);
  return asDouble(Math.log(toNumber(value)) / Math.log(toNumber(base)));
}

function power(base: unknown, exponent: unknown): unknown {
  if (!isNumeric(base)) throw failAt(28762, `$pow's base must be numeric, not ${typeName(base)}`);
  if (!isNumeric(exponent)) throw failAt(28763, `$pow's exponent must be numeric, not ${typeName(exponent)}`);
  if (toNumber(base) === 0 && toNumber(exponent) < 0) throw failAt(28764, '$pow cannot take a base of 0 and a negative exponent');
  const types = [numericType(base), numericType(exponent)];
  if (types.includes('decimal')) return decimalPower(base, exponent);
  const result = toNumber(base) ** toNumber(exponent);
  if (types.includes('double') || (toNumber(exponent) < 0 && Math.abs(toNumber(base)) !== 1)) return asDouble(result);
  if (Math.abs(result) > 2 ** 63) return asDouble(result);
  const whole = Math.abs(toNumber(base)) === 1 ? BigInt(result) : toBigInt(base) ** toBigInt(exponent);
  return types.includes('long') ? whole : asInteger(whole);
}

function decimalPower(base: unknown, exponent: unknown): unknown {
  const times = toNumber(exponent);
  if (!Number.isInteger(times) || times < 0 || times > 1000) return toDecimal128(decimalFromDouble(toNumber(base) ** times));
  let result = toDecimal(1);
  for (let i = 0; i < times; i++) result = fromDecimal128(toDecimal128(multiplyDecimals(result, toDecimal(base))));
  return toDecimal128(result);
}

function bitwise(apply: (a: bigint, b: bigint) => bigint, start: bigint): ExpressionOperator {
  return variadic((args, _scope, name) => {
    if (args.some(isNullish)) return null;
    const wrong = args.find((value) => typeof value !== 'bigint' && !(typeof value === 'number' && isInt32(value)));
    if (wrong !== undefined) throw fail('TypeMismatch', `${name} only supports int and long operands.`);
    const result = args.reduce<bigint>((all, value) => apply(all, toBigInt(value)), start);
    return args.some((value) => typeof value === 'bigint') ? result : Number(result);
  });
}
