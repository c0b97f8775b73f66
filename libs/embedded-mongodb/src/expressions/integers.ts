import { Decimal128 } from 'bson';
import { fromDecimal128, roundDecimal, toDecimal128 } from '../bson/decimal';
import { fitsLong, isIntegral, toBigInt, toNumber, unbox } from '../bson/numbers';
import { isInt32, isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';

/** The codes with which an operator refuses what it cannot take for a 32-bit integer. */
export interface IntegerErrors {
  readonly notNumeric: number;
  readonly notIntegral: number;
  /** Absent where negative numbers are fine. */
  readonly negative?: number;
}

/** The value as a 32-bit integer; doubles and decimals will do if they are whole. */
export function int32Of(value: unknown, what: string, codes: IntegerErrors): number {
  if (!isNumeric(value)) throw failAt(codes.notNumeric, `${what} must be a numeric type (is BSON type ${typeName(value)})`);
  // Adding zero makes a negative zero positive.
  const number = toNumber(value) + 0;
  if (!isIntegral(value) || !isInt32(number)) throw failAt(codes.notIntegral, `${what} cannot be represented as a 32-bit integer`);
  if (codes.negative !== undefined && number < 0) throw failAt(codes.negative, `${what} must be nonnegative: ${number}`);
  return number;
}

/** The value made a 64-bit integer: doubles are cut, decimals rounded to even. Error: 31109 for doubles beyond its range; decimals become its least, as by the Intel library. */
export function longOf(value: unknown): bigint {
  const plain = unbox(value);
  if (plain instanceof Decimal128) {
    const decimal = roundDecimal(fromDecimal128(plain), 0, 'round');
    const whole = decimal.special ? undefined : toBigInt(toDecimal128(decimal));
    return whole !== undefined && fitsLong(whole) ? whole : -(2n ** 63n);
  }
  if (typeof plain === 'bigint') return plain;
  if (!(Math.abs(plain) < 2 ** 63)) throw failAt(31109, `Can't coerce out of range value ${plain} to long`);
  return BigInt(Math.trunc(plain));
}
