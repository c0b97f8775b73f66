import { ObjectId, Timestamp } from 'bson';
import { typeName } from '../bson/types';
import { failAt } from '../errors';
import { utc, zoneOf, type Zone } from './time-zones';

/** A moment in milliseconds, of whatever carries one. Error: 16006, or the operator's own code. */
export function timeOf(value: unknown, code = 16006): number {
  if (value instanceof Date) return value.getTime();
  // The seconds in an ObjectId are signed.
  if (value instanceof ObjectId) return Buffer.from(value.id).readInt32BE(0) * 1000;
  if (value instanceof Timestamp) return value.getHighBitsUnsigned() * 1000;
  throw failAt(code, `can't convert from BSON type ${typeName(value)} to Date`);
}

/** The zone asked for, UTC if none was; null when the expression for it gave null. Errors: 40517, 40485. */
export function zoneFrom(value: unknown): Zone | null {
  if (value === undefined) return utc;
  if (value === null) return null;
  if (typeof value !== 'string') throw failAt(40517, `timezone must evaluate to a string, found ${typeName(value)}`);
  return zoneOf(value);
}
