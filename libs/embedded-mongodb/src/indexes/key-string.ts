import { createHash } from 'node:crypto';
import { Decimal128, type Binary, type BSONRegExp, type BSONSymbol, type Code, type Double, type ObjectId, type Timestamp } from 'bson';
import { isDocument, LegacyValue } from '../bson/document';
import { bsonTypes } from '../bson/types';
import { decimalParts } from './decimal-parts';

/**
 * Order-preserving keys: comparing two of them byte by byte is comparing the values in MongoDB's order. Every value is a type byte and
 * its content; a descending field is the same with all bits turned over. No type byte is below 0x05 or above 0xfa, so that 0xff
 * behind a prefix lies after, and `keyEnd` before, every continuation.
 */
export const typeByte = {
  minKey: 0x0a,
  undefined: 0x0f,
  null: 0x14,
  number: 0x1e,
  string: 0x3c,
  object: 0x46,
  array: 0x50,
  binary: 0x5a,
  objectId: 0x64,
  bool: 0x6e,
  date: 0x78,
  timestamp: 0x82,
  regex: 0x8c,
  dbPointer: 0x96,
  code: 0xa0,
  codeWithScope: 0xaa,
  maxKey: 0xf0,
} as const;

/** Closes every key, so that a shorter key sorts before a longer one in ascending and in descending fields alike. */
export const keyEnd = 0x04;

/** Longer keys are cut and end in a hash (LMDB's keys are limited to 1,978 bytes). */
export const longestKey = 1000;

/** How an empty array is indexed: after nothing, before null. */
export const emptyArray = Symbol('empty array');

let scratch = Buffer.allocUnsafe(4096);
let length = 0;

/** The key of one value alone, without an end mark: what bounds are made of. */
export function encodeValue(value: unknown, descending = false): Buffer {
  length = 0;
  writeField(value, descending);
  return copyOfScratch(length);
}

/** The key of a tuple of values, closed, and cut when it is too long. `prefix` comes before it as it is. */
export function encodeKey(prefix: Buffer, values: readonly unknown[], descending: readonly boolean[]): Buffer {
  prefix.copy(scratch, 0);
  length = prefix.length;
  for (let i = 0; i < values.length; i++) writeField(values[i], descending[i]!);
  byte(keyEnd);
  if (length <= longestKey) return copyOfScratch(length);
  const hash = createHash('sha1').update(scratch.subarray(0, length)).digest();
  return Buffer.concat([scratch.subarray(0, longestKey - hash.length), hash]);
}

/** Whether a key was cut: such keys tell equality, but not the order of what was cut. */
export function isCut(key: Buffer): boolean {
  return key.length >= longestKey;
}

function writeField(value: unknown, descending: boolean): void {
  const start = length;
  writeValue(value);
  if (!descending) return;
  for (let i = start; i < length; i++) scratch[i] = ~scratch[i]!;
}

function writeValue(value: unknown): void {
  switch (typeof value) {
    case 'string':
      byte(typeByte.string);
      return text(value);
    case 'number':
      byte(typeByte.number);
      return numeric(value, 0);
    case 'bigint':
      byte(typeByte.number);
      return numeric(Number(value), Number(value - exactBigInt(Number(value))));
    case 'boolean':
      byte(typeByte.bool);
      return byte(value ? 1 : 0);
    case 'undefined':
      return byte(typeByte.null);
    case 'symbol':
      return byte(typeByte.undefined);
    default:
      return writeObject(value as object | null);
  }
}

function writeObject(value: object | null): void {
  if (value === null) return byte(typeByte.null);
  if (value instanceof Date) {
    byte(typeByte.date);
    return double(value.getTime());
  }
  if (Array.isArray(value)) {
    byte(typeByte.array);
    for (const item of value) writeValue(item);
    return byte(0);
  }
  if (isDocument(value)) return writeDocument(value);
  return value instanceof LegacyValue ? writeLegacy(value) : writeTagged((value as { _bsontype: string })._bsontype, value);
}

function writeDocument(value: Record<string, unknown>): void {
  byte(typeByte.object);
  for (const name in value) {
    const field = value[name];
    if (field === undefined) continue;
    // MongoDB compares the type before the name; the value's own type byte in front does that.
    const at = length;
    writeValue(field);
    const content = copyOfScratch(length, at);
    length = at;
    byte(content[0]!);
    text(name);
    bytes(content);
  }
  byte(0);
}

function writeLegacy({ type, bytes: content }: LegacyValue): void {
  if (type === bsonTypes.undefined) return byte(typeByte.undefined);
  if (type === bsonTypes.dbPointer) {
    byte(typeByte.dbPointer);
    return bytes(content);
  }
  // A date that JavaScript's do not reach.
  byte(typeByte.date);
  double(Number(Buffer.from(content).readBigInt64LE(0)));
}

function writeTagged(tag: string, value: object): void {
  switch (tag) {
    case 'ObjectId':
      byte(typeByte.objectId);
      return bytes((value as ObjectId).id);
    case 'Double':
    case 'Int32':
      byte(typeByte.number);
      return numeric((value as Double).value, 0);
    case 'Decimal128': {
      byte(typeByte.number);
      const { nearest, rest } = decimalParts(value as Decimal128);
      return numeric(nearest, rest);
    }
    case 'Binary': {
      const { buffer, position, sub_type: subType } = value as Binary;
      byte(typeByte.binary);
      uint32(position);
      byte(subType);
      return bytes(buffer.subarray(0, position));
    }
    case 'Timestamp': {
      const { t, i } = value as Timestamp;
      byte(typeByte.timestamp);
      uint32(t);
      return uint32(i);
    }
    case 'BSONRegExp': {
      const { pattern, options } = value as BSONRegExp;
      byte(typeByte.regex);
      text(pattern);
      return text(options);
    }
    case 'BSONSymbol':
      byte(typeByte.string);
      return text((value as BSONSymbol).value);
    case 'MinKey':
      return byte(typeByte.minKey);
    case 'MaxKey':
      return byte(typeByte.maxKey);
    case 'Code': {
      const { code, scope } = value as Code;
      byte(scope ? typeByte.codeWithScope : typeByte.code);
      return text(code);
    }
    default:
      return byte(typeByte.dbPointer);
  }
}

/** A number is its nearest double, then what is missing to its exact value: nothing for every int and double, something for large longs and most decimals. */
function numeric(nearest: number, rest: number): void {
  double(nearest);
  if (rest === 0) return byte(0x80);
  byte(rest < 0 ? 0x7f : 0x81);
  double(rest);
}

const doubleBytes = Buffer.alloc(8);

function double(value: number): void {
  // NaN sorts before all numbers; -0 equals 0.
  if (Number.isNaN(value)) return void bytes(zeroes);
  doubleBytes.writeDoubleBE(value === 0 ? 0 : value);
  if (doubleBytes[0]! & 0x80) for (let i = 0; i < 8; i++) doubleBytes[i] = ~doubleBytes[i]!;
  else doubleBytes[0]! |= 0x80;
  bytes(doubleBytes);
}

const zeroes = Buffer.alloc(8);

function exactBigInt(value: number): bigint {
  return BigInt(value);
}

/** UTF-8, closed by a zero; a zero inside is followed by 0xff, which nothing that comes behind a closing zero begins with. */
function text(value: string): void {
  room(value.length * 3 + 1);
  const start = length;
  length += scratch.write(value, start, 'utf8');
  if (value.includes('\0')) {
    const raw = copyOfScratch(length, start);
    length = start;
    for (const unit of raw) {
      byte(unit);
      if (unit === 0) byte(0xff);
    }
  }
  byte(0);
}

function bytes(value: Uint8Array): void {
  room(value.length);
  scratch.set(value, length);
  length += value.length;
}

function uint32(value: number): void {
  room(4);
  length = scratch.writeUInt32BE(value >>> 0, length);
}

function byte(value: number): void {
  room(1);
  scratch[length++] = value;
}

function room(size: number): void {
  if (length + size <= scratch.length) return;
  const larger = Buffer.allocUnsafe((length + size) * 2);
  scratch.copy(larger, 0, 0, length);
  scratch = larger;
}

function copyOfScratch(end: number, start = 0): Buffer {
  return Buffer.from(scratch.subarray(start, end));
}
