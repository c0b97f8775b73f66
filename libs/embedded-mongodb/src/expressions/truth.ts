import { Decimal128 } from 'bson';
import { fromDecimal128 } from '../bson/decimal';
import { toNumber } from '../bson/numbers';
import { isNumeric } from '../bson/types';

/** What counts as true: everything but false, zero of any type, null and a missing value. */
export function isTrue(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (value === null || value === undefined) return false;
  if (value instanceof Decimal128) {
    const decimal = fromDecimal128(value);
    return decimal.special !== undefined || decimal.coefficient !== 0n;
  }
  return !isNumeric(value) || toNumber(value) !== 0;
}
