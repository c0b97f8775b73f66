import { Decimal128, MaxKey, MinKey, ObjectId } from 'bson';
import { isDocument } from '../bson/document';
import { fromDecimal128 } from '../bson/decimal';
import { fitsLong, isIntegral, isNaNValue, toBigInt, toNumber, unbox } from '../bson/numbers';
import { show } from '../bson/show';
import { bsonType, bsonTypes, isNumeric, type BsonTypeName } from '../bson/types';
import { fail, failAt } from '../errors';
import type { Collation } from '../values/collation';
import { compareValues, equalValues, typeRank } from '../values/compare';
import { isRegex, patternTest, regexParts, regexTest } from '../values/regex';
import { ValueSet } from '../values/value-set';

/** Tests one value that a path leads to; `undefined` is "nothing there". */
export type ValueTest = (value: unknown) => boolean;

/** `$eq`. The commonest types get a test of their own. */
export function equals(operand: unknown, collation?: Collation): ValueTest {
  if (operand === null) return (value) => value === null || value === undefined;
  if (operand instanceof ObjectId) return (value) => value instanceof ObjectId && operand.equals(value);
  if (typeof operand === 'boolean') return (value) => value === operand;
  if (typeof operand === 'string' && !collation)
    return (value) => value === operand || (typeof value === 'object' && equalValues(value, operand));
  if (typeof operand === 'number' && !Number.isNaN(operand)) {
    return (value) =>
      value === operand || (typeof value !== 'number' && typeof value !== 'string' && value !== undefined && equalValues(value, operand));
  }
  return (value) => value !== undefined && equalValues(value, operand, collation);
}

type Ordering = (order: number) => boolean;

/** `$gt`, `$gte`, `$lt`, `$lte`: only values of the operand's own type match, and NaN only NaN. */
export function ordered(name: string, holds: Ordering): (operand: unknown, collation?: Collation) => ValueTest {
  const orEqual = holds(0);
  return (operand, collation) => {
    if (isRegex(operand)) throw fail('BadValue', `Can't have RegEx as arg to predicate over field '${name}'.`);
    if (operand === null || operand === undefined) return (value) => orEqual && (value === null || value === undefined);
    if (operand instanceof MinKey || operand instanceof MaxKey) return (value) => holds(compareValues(value ?? null, operand));
    if (isNaNValue(operand)) return (value) => orEqual && isNaNValue(value);
    // Not for an infinite operand: Infinity - Infinity is no order.
    if (typeof operand === 'number' && Number.isFinite(operand)) return ordersNumbers(operand, holds);
    return (value) => holdsFor(value, operand, holds, collation);
  };
}

function ordersNumbers(operand: number, holds: Ordering): ValueTest {
  return (value) => (typeof value === 'number' ? holds(value - operand) : holdsFor(value, operand, holds));
}

function holdsFor(value: unknown, operand: unknown, holds: Ordering, collation?: Collation): boolean {
  if (value === undefined || typeRank(value) !== typeRank(operand) || isNaNValue(value)) return false;
  return holds(compareValues(value, operand, collation));
}

/** `$in`: scalars by hash; regular expressions match strings. */
export function oneOf(operand: unknown, collation?: Collation, name = '$in'): ValueTest {
  if (!Array.isArray(operand)) throw fail('BadValue', `${name} needs an array`);
  const nested = operand.some((value) => isDocument(value) && isOperatorName(Object.keys(value)[0]));
  if (nested) throw fail('BadValue', `cannot nest $ under ${name}`);
  const regexes = operand.filter(isRegex).map(regexTest);
  const set = new ValueSet(
    operand.filter((value) => !isRegex(value)),
    collation,
  );
  const withNull = operand.includes(null);
  const isMember: ValueTest = (value) => (value === undefined ? withNull : set.has(value));
  return regexes.length === 0 ? isMember : (value) => isMember(value) || regexes.some((test) => test(value));
}

/** Whether an object whose first field has this name is an operator document; a DBRef is not. */
export function isOperatorName(name: string | undefined): boolean {
  return name !== undefined && name.startsWith('$') && name !== '$ref' && name !== '$id' && name !== '$db';
}

/** `$regex` with `$options`. */
export function matchesRegex(operand: unknown, options: unknown): ValueTest {
  if (typeof operand !== 'string' && !isRegex(operand)) throw fail('BadValue', '$regex has to be a string');
  if (options !== undefined && typeof options !== 'string') throw fail('BadValue', '$options has to be a string');
  const parts = typeof operand === 'string' ? { pattern: operand, options: '' } : regexParts(operand);
  if (parts.options && options !== undefined) throw failAt(51075, 'options set in both $regex and $options');
  const flags = options ?? parts.options;
  if (parts.pattern.includes('\0')) throw fail('BadValue', 'Regular expression cannot contain an embedded null byte');
  return patternTest(parts.pattern, flags);
}

/** `$mod: [divisor, remainder]`, on the integer part of numbers that 64 bits can hold. */
export function modulo(operand: unknown): ValueTest {
  if (!Array.isArray(operand)) throw fail('BadValue', 'malformed mod, needs to be an array');
  if (operand.length < 2) throw fail('BadValue', 'malformed mod, not enough elements');
  if (operand.length > 2) throw fail('BadValue', 'malformed mod, too many elements');
  const [divisor, remainder] = operand.map((value, i) => {
    const what = i === 0 ? 'divisor' : 'remainder';
    if (!isNumeric(value)) throw fail('BadValue', `malformed mod, ${what} not a number`);
    const whole = longPartOf(value);
    if (whole === undefined) throw fail('BadValue', `malformed mod, ${what} value is invalid: it does not fit 64 bits`);
    return whole;
  });
  if (divisor === 0n) throw fail('BadValue', 'divisor cannot be 0');
  return (value) => {
    const whole = isNumeric(value) ? longPartOf(value) : undefined;
    return whole !== undefined && whole % divisor! === remainder;
  };
}

/** The integer part of a number; undefined if it is not finite or 64 bits cannot hold it. */
function longPartOf(value: unknown): bigint | undefined {
  const plain = unbox(value);
  if (plain instanceof Decimal128 ? fromDecimal128(plain).special : typeof plain === 'number' && !Number.isFinite(plain)) return undefined;
  const whole = toBigInt(plain);
  return fitsLong(whole) ? whole : undefined;
}

/** `$exists: true`. */
export const exists: ValueTest = (value) => value !== undefined;

/** `$type` by number or name, or a list of them. */
export function hasType(operand: unknown): ValueTest {
  const wanted = new Set<number>();
  for (const type of Array.isArray(operand) ? (operand as unknown[]) : [operand])
    for (const number of typeNumbers(type)) wanted.add(number);
  if (wanted.size === 0) throw fail('FailedToParse', 'a must match at least one type');
  return (value) => value !== undefined && wanted.has(bsonType(value));
}

function typeNumbers(type: unknown): number[] {
  if (typeof type === 'string') {
    if (type === 'number') return [bsonTypes.int, bsonTypes.long, bsonTypes.double, bsonTypes.decimal];
    if (type === 'missing' || !(type in bsonTypes)) throw fail('BadValue', `Unknown type name alias: ${type}`);
    return [bsonTypes[type as BsonTypeName]];
  }
  if (!isNumeric(type)) throw fail('TypeMismatch', 'type must be represented as a number or a string');
  const number = toNumber(type);
  if (number === 0 || !Object.values<number>(bsonTypes).includes(number)) throw fail('BadValue', `Invalid numerical type code: ${number}`);
  return [number];
}

/** `$size`: of the array itself, so never of its elements. */
export function hasSize(operand: unknown): ValueTest {
  const size = wholeNumber('$size', operand, 0x7fffffff);
  return (value) => Array.isArray(value) && value.length === size;
}

/** An operand that has to be a whole number from zero up. Error: 2. */
function wholeNumber(name: string, operand: unknown, most: number): number {
  if (!isNumeric(operand)) throw fail('BadValue', `Failed to parse ${name}. Expected a number in: ${name}: ${show(operand)}`);
  const number = toNumber(operand);
  if (!isIntegral(operand)) throw fail('BadValue', `Failed to parse ${name}. Expected an integer: ${name}: ${show(operand)}`);
  if (number < 0) throw fail('BadValue', `Failed to parse ${name}. Expected a non-negative number in: ${name}: ${show(operand)}`);
  if (number > most) throw fail('BadValue', `Failed to parse ${name}. Cannot represent as an integer: ${name}: ${show(operand)}`);
  return number;
}
