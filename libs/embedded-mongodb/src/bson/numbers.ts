import { Decimal128, Double, Int32, Long } from 'bson';
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimalFromDouble,
  decimalToBigInt,
  decimalToNumber,
  exactDecimal,
  fromDecimal128,
  multiplyDecimals,
  roundDecimal,
  toDecimal128,
} from './decimal';
import { bsonType, bsonTypes, isInt32 } from './types';

/*
 * Arithmetic over BSON's four numeric types. The type of a result is the widest of its operands' types
 * (int < long < double < decimal); an int result too large becomes a long, a long result too large a double.
 */

const MAX_LONG = 2n ** 63n - 1n;
const MIN_LONG = -(2n ** 63n);

/** A double as it lies in memory: boxed when a plain number would be taken for an int32. */
export function asDouble(value: number): unknown {
  return isInt32(value) ? new Double(value) : value;
}

/** An integer as int if it fits, else as long, else as double. */
export function asInteger(value: bigint): unknown {
  if (value >= -0x80000000n && value <= 0x7fffffffn) return Number(value);
  return fitsLong(value) ? value : asDouble(Number(value));
}

export function fitsLong(value: bigint): boolean {
  return value >= MIN_LONG && value <= MAX_LONG;
}

/** A numeric BSON value as a JavaScript number, rounded if it has to be; NaN for anything else. */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Double || value instanceof Int32) return value.value;
  if (value instanceof Decimal128) return decimalToNumber(fromDecimal128(value));
  if (value instanceof Long) return value.toNumber();
  return NaN;
}

/** Unboxes to what JavaScript can compare exactly: number or bigint; a Decimal128 stays. */
export function unbox(value: unknown): number | bigint | Decimal128 {
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal128) return value;
  if (value instanceof Double || value instanceof Int32) return value.value;
  return (value as Long).toBigInt();
}

/** The integer part of a finite numeric value. */
export function toBigInt(value: unknown): bigint {
  const plain = unbox(value);
  if (typeof plain === 'bigint') return plain;
  if (typeof plain === 'number') return BigInt(Math.trunc(plain));
  return decimalToBigInt(fromDecimal128(plain));
}

/** A number as the nearest whole one: doubles cut, decimals rounded to even. */
export function wholeOf(value: unknown): number {
  if (value instanceof Decimal128) return decimalToNumber(roundDecimal(fromDecimal128(value), 0, 'round'));
  return Math.trunc(toNumber(value));
}

/** An integer exactly, a double to 15 digits. */
export function toDecimal(value: unknown): Decimal {
  if (value instanceof Decimal128) return fromDecimal128(value);
  return numericType(value) === 'double' ? decimalFromDouble(toNumber(value)) : { coefficient: toBigInt(value), exponent: 0 };
}

/** Whether a numeric value is a whole number; NaN and the infinities are not. */
export function isIntegral(value: unknown): boolean {
  const plain = unbox(value);
  if (typeof plain === 'bigint') return true;
  if (typeof plain === 'number') return Number.isInteger(plain);
  const decimal = fromDecimal128(plain);
  if (decimal.special) return false;
  return decimal.exponent >= 0 || decimal.coefficient % 10n ** BigInt(Math.min(-decimal.exponent, 40)) === 0n;
}

export function isNaNValue(value: unknown): boolean {
  if (value instanceof Decimal128) return fromDecimal128(value).special === 'NaN';
  return typeof value === 'number' ? Number.isNaN(value) : value instanceof Double && Number.isNaN(value.value);
}

/** Compares two numeric values of whatever types by exact value; NaN is below all and equal to itself. */
export function compareNumbers(a: unknown, b: unknown): number {
  const left = unbox(a);
  const right = unbox(b);
  if (left instanceof Decimal128 || right instanceof Decimal128) return compareDecimals(exact(left), exact(right));
  if (left < right) return -1;
  if (left > right) return 1;
  // Neither less nor more: equal, unless one of them is NaN.
  return (Number.isNaN(left) ? 0 : 1) - (Number.isNaN(right) ? 0 : 1);
}

function exact(value: number | bigint | Decimal128): Decimal {
  if (typeof value === 'number') return exactDecimal(value);
  return typeof value === 'bigint' ? { coefficient: value, exponent: 0 } : fromDecimal128(value);
}

export type NumericType = 'int' | 'long' | 'double' | 'decimal';

export function numericType(value: unknown): NumericType {
  switch (bsonType(value)) {
    case bsonTypes.int:
      return 'int';
    case bsonTypes.long:
      return 'long';
    case bsonTypes.decimal:
      return 'decimal';
    default:
      return 'double';
  }
}

const width = { int: 0, long: 1, double: 2, decimal: 3 } as const;

export function widest(a: NumericType, b: NumericType): NumericType {
  return width[a] >= width[b] ? a : b;
}

export interface Operation {
  integer(a: bigint, b: bigint): bigint;
  double(a: number, b: number): number;
  decimal(a: Decimal, b: Decimal): Decimal;
}

const addition: Operation = { integer: (a, b) => a + b, double: (a, b) => a + b, decimal: addDecimals };
const multiplication: Operation = { integer: (a, b) => a * b, double: (a, b) => a * b, decimal: multiplyDecimals };

/** Applies an operation in the wider type of its operands. `overflow` says what becomes of an integer beyond int64 (by default a double). */
export function calculate(
  operation: Operation,
  a: unknown,
  b: unknown,
  overflow: (value: bigint) => unknown = (v) => asDouble(Number(v)),
): unknown {
  const type = widest(numericType(a), numericType(b));
  if (type === 'decimal') return toDecimal128(operation.decimal(toDecimal(a), toDecimal(b)));
  if (type === 'double') return asDouble(operation.double(toNumber(a), toNumber(b)));
  if (type === 'int') {
    const result = operation.double(toNumber(a), toNumber(b));
    if (isInt32(result)) return result;
  }
  const result = operation.integer(toBigInt(a), toBigInt(b));
  if (!fitsLong(result)) return overflow(result);
  return type === 'int' && isInt32(Number(result)) ? Number(result) : result;
}

export function add(a: unknown, b: unknown, overflow?: (value: bigint) => unknown): unknown {
  return calculate(addition, a, b, overflow);
}

export function multiply(a: unknown, b: unknown, overflow?: (value: bigint) => unknown): unknown {
  return calculate(multiplication, a, b, overflow);
}
