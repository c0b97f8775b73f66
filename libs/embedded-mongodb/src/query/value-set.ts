import { BSONSymbol, Decimal128, ObjectId } from 'bson';
import { unbox } from '../bson/numbers';
import { isNumeric } from '../bson/types';
import type { Collation } from './collation';
import { equalValues } from './compare';

/**
 * A set of BSON values by MongoDB's equality (1, 1.0 and NumberLong(1) are one). Scalars are found by hash, the rest by comparing.
 */
export class ValueSet {
  private readonly scalars = new Set<unknown>();
  private readonly rest: unknown[] = [];

  constructor(
    values: Iterable<unknown> = [],
    private readonly collation?: Collation,
  ) {
    for (const value of values) this.add(value);
  }

  get size(): number {
    return this.scalars.size + this.rest.length;
  }

  has(value: unknown): boolean {
    const key = hashKey(value, this.collation);
    if (key !== undefined) return this.scalars.has(key);
    return this.rest.length > 0 && this.rest.some((other) => equalValues(other, value, this.collation));
  }

  /** Adds a value; false if it was there. */
  add(value: unknown): boolean {
    const key = hashKey(value, this.collation);
    if (key === undefined) {
      if (this.has(value)) return false;
      this.rest.push(value);
      return true;
    }
    if (this.scalars.has(key)) return false;
    this.scalars.add(key);
    return true;
  }
}

/** A primitive that is the same for equal values of the common scalar types and different for all others; undefined for other types. */
export function hashKey(value: unknown, collation?: Collation): unknown {
  switch (typeof value) {
    case 'string':
      return collation ? collation.key(value) : value;
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'boolean':
      return value;
    case 'object':
      return value === null ? value : objectKey(value, collation);
    default:
      return undefined;
  }
}

// Keys of objects carry a prefix no stored string can have: strings from BSON hold no lone surrogate.
function objectKey(value: object, collation?: Collation): unknown {
  if (value instanceof ObjectId) return `\ud800o${value.toHexString()}`;
  if (value instanceof Date) return `\ud800d${value.getTime()}`;
  if (value instanceof BSONSymbol) return hashKey(value.value, collation);
  if (value instanceof Decimal128 || !isNumeric(value)) return value instanceof Decimal128 ? decimalKey(value) : undefined;
  return hashKey(unbox(value));
}

function decimalKey(value: Decimal128): unknown {
  const text = value.toString();
  const number = Number(text);
  // Decimals beyond a double's precision are compared one by one; those that are exactly a double share its key.
  return equalValues(value, number) ? hashKey(number) : `\ud800n${normalDecimal(text)}`;
}

function normalDecimal(text: string): string {
  const [mantissa = '', power = '0'] = text.split('E');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^(-?)0+/, '$1');
  const trimmed = digits.replace(/0+$/, '');
  return `${trimmed}e${Number(power) - fraction.length + digits.length - trimmed.length}`;
}
