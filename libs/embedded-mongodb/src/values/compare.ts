import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, ObjectId, Timestamp } from 'bson';
import type { Document, LegacyValue } from '../bson/document';
import { compareNumbers } from '../bson/numbers';
import { bsonType, bsonTypes } from '../bson/types';
import type { Collation } from './collation';

/** MongoDB's order of types; types of one rank compare by value. (Source: "Comparison/Sort Order" in the manual.) */
const ranks = new Map<number, number>([
  [bsonTypes.minKey, -1],
  [bsonTypes.missing, 0],
  [bsonTypes.undefined, 0],
  [bsonTypes.null, 5],
  [bsonTypes.int, 10],
  [bsonTypes.long, 10],
  [bsonTypes.double, 10],
  [bsonTypes.decimal, 10],
  [bsonTypes.string, 15],
  [bsonTypes.symbol, 15],
  [bsonTypes.object, 20],
  [bsonTypes.array, 25],
  [bsonTypes.binData, 30],
  [bsonTypes.objectId, 35],
  [bsonTypes.bool, 40],
  [bsonTypes.date, 45],
  [bsonTypes.timestamp, 47],
  [bsonTypes.regex, 50],
  [bsonTypes.dbPointer, 55],
  [bsonTypes.javascript, 60],
  [bsonTypes.javascriptWithScope, 65],
  [bsonTypes.maxKey, 127],
]);

/** The rank of a value's type in MongoDB's order; values of different ranks never match in a filter. */
export function typeRank(value: unknown): number {
  return ranks.get(bsonType(value)) ?? 0;
}

/** Compares two BSON values in MongoDB's order (type first, then value; numbers of all types by exact value). A missing value is `undefined`. */
export function compareValues(a: unknown, b: unknown, collation?: Collation): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : a === b ? 0 : compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b, collation);
  const rank = typeRank(a);
  const difference = rank - typeRank(b);
  return difference !== 0 ? Math.sign(difference) : compareSameRank(rank, a, b, collation);
}

/** Whether two values compare equal: 1 equals 1.0, `{a,b}` differs from `{b,a}`. */
export function equalValues(a: unknown, b: unknown, collation?: Collation): boolean {
  if (a === b) return true;
  return compareValues(a, b, collation) === 0;
}

/** As `equalValues`, but 1 differs from 1.0: whether an update changes anything. */
export function identicalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (bsonType(a) !== bsonType(b)) return false;
  if (Array.isArray(a)) return sameArrays(a, b as unknown[]);
  if (bsonType(a) === bsonTypes.object) return sameDocuments(a as Document, b as Document);
  if (a instanceof Decimal128) return a.toString() === (b as Decimal128).toString();
  return compareValues(a, b) === 0;
}

function sameArrays(a: unknown[], b: unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => identicalValues(value, b[i]));
}

function sameDocuments(a: Document, b: Document): boolean {
  const names = Object.keys(a);
  const others = Object.keys(b);
  return names.length === others.length && names.every((name, i) => name === others[i] && identicalValues(a[name], b[name]));
}

function compareSameRank(rank: number, a: unknown, b: unknown, collation?: Collation): number {
  switch (rank) {
    case 10:
      return compareNumbers(a, b);
    case 15:
      return compareStrings(textOf(a), textOf(b), collation);
    case 20:
      return compareDocuments(plain(a), plain(b), collation);
    case 25:
      return compareArrays(a as unknown[], b as unknown[], collation);
    case 30:
      return compareBinaries(asBinary(a), asBinary(b));
    case 35:
      return compareObjectIds(a as ObjectId, b as ObjectId);
    case 40:
      return Number(a) - Number(b);
    case 45:
      return compareDates(a, b);
    case 47:
      return (a as Timestamp).compare(b as Timestamp);
    case 50:
      return compareRegexes(a, b);
    case 60:
    case 65:
      return compareStrings((a as Code).code, (b as Code).code) || compareDocuments((a as Code).scope ?? {}, (b as Code).scope ?? {});
    case 55:
      return Buffer.compare((a as LegacyValue).bytes, (b as LegacyValue).bytes);
    default:
      return 0;
  }
}

function compareDates(a: unknown, b: unknown): number {
  if (a instanceof Date && b instanceof Date) return Math.sign(a.getTime() - b.getTime());
  const [left, right] = [millisecondsOf(a), millisecondsOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function millisecondsOf(date: unknown): bigint {
  return date instanceof Date ? BigInt(date.getTime()) : Buffer.from((date as LegacyValue).bytes).readBigInt64LE(0);
}

function textOf(value: unknown): string {
  return value instanceof BSONSymbol ? value.value : (value as string);
}

function plain(value: unknown): Document {
  return value instanceof DBRef
    ? { $ref: value.collection, $id: value.oid, ...(value.db ? { $db: value.db } : {}), ...value.fields }
    : (value as Document);
}

/** By UTF-8 bytes, that is by code point: JavaScript's own order puts surrogate pairs before U+E000. */
export function compareStrings(a: string, b: string, collation?: Collation): number {
  if (a === b) return 0;
  if (collation) return collation.compare(a, b);
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    const surrogates = (left >= 0xd800 && left < 0xe000 ? 1 : 0) - (right >= 0xd800 && right < 0xe000 ? 1 : 0);
    if (surrogates !== 0 && left >= 0xd800 && right >= 0xd800) return surrogates;
    return left < right ? -1 : 1;
  }
  return a.length < b.length ? -1 : a.length > b.length ? 1 : 0;
}

function compareDocuments(a: Document, b: Document, collation?: Collation): number {
  const names = Object.keys(a);
  const others = Object.keys(b);
  for (let i = 0; i < names.length && i < others.length; i++) {
    const [left, right] = [a[names[i]!], b[others[i]!]];
    const order =
      Math.sign(typeRank(left) - typeRank(right)) || compareStrings(names[i]!, others[i]!) || compareValues(left, right, collation);
    if (order !== 0) return order;
  }
  return Math.sign(names.length - others.length);
}

function compareArrays(a: unknown[], b: unknown[], collation?: Collation): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareValues(a[i], b[i], collation);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

function asBinary(value: unknown): Binary {
  return value instanceof Binary ? value : new Binary(value as Uint8Array);
}

function compareBinaries(a: Binary, b: Binary): number {
  return Math.sign(a.length() - b.length()) || Math.sign(a.sub_type - b.sub_type) || Buffer.compare(a.value(), b.value());
}

function compareObjectIds(a: ObjectId, b: ObjectId): number {
  return a.equals(b) ? 0 : Buffer.compare(a.id, b.id);
}

function compareRegexes(a: unknown, b: unknown): number {
  const [left, right] = [asRegex(a), asRegex(b)];
  return compareStrings(left.pattern, right.pattern) || compareStrings(left.options, right.options);
}

function asRegex(value: unknown): BSONRegExp {
  return value instanceof RegExp ? new BSONRegExp(value.source, value.flags.replace(/[^imsu]/g, '')) : (value as BSONRegExp);
}
