import { BSONSymbol, Decimal128, ObjectId } from 'bson';
import { encode } from '../bson/codec';
import { isDocument } from '../bson/document';
import { isIntegral, toBigInt, toNumber, unbox } from '../bson/numbers';
import { isNumeric } from '../bson/types';
import type { Collation } from './collation';
import { equalValues } from './compare';

/** A set of BSON values by MongoDB's equality (1, 1.0 and NumberLong(1) are one). */
export class ValueSet {
  private readonly keys = new Set<unknown>();

  constructor(
    values: Iterable<unknown> = [],
    private readonly collation?: Collation,
  ) {
    for (const value of values) this.add(value);
  }

  get size(): number {
    return this.keys.size;
  }

  has(value: unknown): boolean {
    return this.keys.has(equalityKey(value, this.collation));
  }

  /** Adds a value; false if it was there. */
  add(value: unknown): boolean {
    const { size } = this.keys;
    return this.keys.add(equalityKey(value, this.collation)).size > size;
  }
}

/** A primitive that is the same for equal values and different for others: to group and join by. */
export function equalityKey(value: unknown, collation?: Collation): unknown {
  switch (typeof value) {
    case 'string':
      return collation ? collation.key(value) : value;
    case 'number':
      // Beyond the safe integers a number and a bigint of the same value have to meet.
      if (value === 0) return 0;
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'object':
      return value === null ? value : objectKey(value, collation);
    default:
      return value;
  }
}

// Keys of objects carry a prefix no stored string can have: strings from BSON hold no lone surrogate.
function objectKey(value: object, collation?: Collation): unknown {
  if (value instanceof ObjectId) return `\ud800o${value.toHexString()}`;
  if (value instanceof Date) return `\ud800d${value.getTime()}`;
  if (Array.isArray(value)) return `\ud800a${JSON.stringify(value.map((element) => partKey(element, collation)))}`;
  if (isDocument(value)) {
    return `\ud800e${JSON.stringify(Object.entries(value).map(([name, part]) => [name, partKey(part, collation)]))}`;
  }
  if (value instanceof BSONSymbol) return equalityKey(value.value, collation);
  if (value instanceof Decimal128) return decimalKey(value);
  if (isNumeric(value)) return equalityKey(unbox(value));
  return `\ud800b${Buffer.from(encode({ value })).toString('base64')}`;
}

function partKey(value: unknown, collation?: Collation): string {
  const key = equalityKey(value, collation);
  return `${typeof key === 'bigint' ? 'number' : typeof key}:${String(key)}`;
}

function decimalKey(value: Decimal128): unknown {
  if (isIntegral(value) && Math.abs(toNumber(value)) < 2 ** 64) return equalityKey(toBigInt(value));
  const text = value.toString();
  const number = Number(text);
  // Decimals that are exactly a double share its key.
  return equalValues(value, number) ? equalityKey(number) : `\ud800n${normalDecimal(text)}`;
}

function normalDecimal(text: string): string {
  const [mantissa = '', power = '0'] = text.split('E');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^(-?)0+/, '$1');
  const trimmed = digits.replace(/0+$/, '');
  return `${trimmed}e${Number(power) - fraction.length + digits.length - trimmed.length}`;
}
