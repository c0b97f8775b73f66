import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { isDocument, LegacyValue } from './document';

/** The element types of the BSON specification; `missing` is ours. */
export const bsonTypes = {
  missing: 0,
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

export type BsonTypeName = keyof typeof bsonTypes;

const namesByType = new Map<number, BsonTypeName>(Object.entries(bsonTypes).map(([name, type]) => [type, name as BsonTypeName]));

/** Whether a plain number is an int32 on the wire. */
export function isInt32(value: number): boolean {
  return (value | 0) === value && (value !== 0 || 1 / value > 0);
}

/** The BSON element type of a value in memory; 0 for a missing one. */
export function bsonType(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return bsonTypes.string;
    case 'number':
      return isInt32(value) ? bsonTypes.int : bsonTypes.double;
    case 'bigint':
      return bsonTypes.long;
    case 'boolean':
      return bsonTypes.bool;
    case 'object':
      return value === null ? bsonTypes.null : objectType(value);
    default:
      return bsonTypes.missing;
  }
}

// By constructor, most common first: `instanceof` is what a client's own `_bsontype` field cannot forge.
function objectType(value: object): number {
  if (Array.isArray(value)) return bsonTypes.array;
  if (isDocument(value)) return bsonTypes.object;
  if (value instanceof ObjectId) return bsonTypes.objectId;
  if (value instanceof Date) return bsonTypes.date;
  if (value instanceof Double) return bsonTypes.double;
  if (value instanceof Decimal128) return bsonTypes.decimal;
  if (value instanceof Int32) return bsonTypes.int;
  if (value instanceof Timestamp) return bsonTypes.timestamp;
  if (value instanceof Long) return bsonTypes.long;
  if (value instanceof Binary || value instanceof Uint8Array) return bsonTypes.binData;
  return rareType(value);
}

function rareType(value: object): number {
  if (value instanceof BSONRegExp || value instanceof RegExp) return bsonTypes.regex;
  if (value instanceof MinKey) return bsonTypes.minKey;
  if (value instanceof MaxKey) return bsonTypes.maxKey;
  if (value instanceof Code) return value.scope ? bsonTypes.javascriptWithScope : bsonTypes.javascript;
  if (value instanceof BSONSymbol) return bsonTypes.symbol;
  if (value instanceof LegacyValue) return value.type;
  if (value instanceof DBRef) return bsonTypes.object;
  return bsonTypes.object;
}

/** The name `$type` answers with. */
export function typeName(value: unknown): BsonTypeName {
  return namesByType.get(bsonType(value)) ?? 'missing';
}

export function isNumeric(value: unknown): boolean {
  const type = bsonType(value);
  return type === bsonTypes.int || type === bsonTypes.double || type === bsonTypes.long || type === bsonTypes.decimal;
}
