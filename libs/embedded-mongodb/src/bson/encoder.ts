import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { fail } from '../errors';
import { MAX_DEPTH } from './depth';
import { LegacyValue, type Document } from './document';
import { bsonTypes, isInt32 } from './types';

// One growing buffer serves all documents, as encoding never yields; each result is copied out of it.
let out = Buffer.allocUnsafe(64 * 1024);
let at = 0;
let depth = 0;

/** Encodes one document; a plain number that is an integer in int32 range becomes int32, any other a double, a bigint an int64. */
export function encode(document: Document): Buffer {
  at = 0;
  depth = 0;
  writeDocument(document);
  return Buffer.from(out.subarray(0, at));
}

function reserve(size: number): void {
  if (at + size <= out.length) return;
  const larger = Buffer.allocUnsafe(Math.max(out.length * 2, at + size));
  out.copy(larger, 0, 0, at);
  out = larger;
}

function writeDocument(document: object): void {
  const start = open();
  for (const name of Object.keys(document)) {
    const value = (document as Document)[name];
    if (value !== undefined && typeof value !== 'function') writeElement(name, value);
  }
  close(start);
}

function writeArray(array: readonly unknown[]): void {
  const start = open();
  for (let i = 0; i < array.length; i++) writeElement(String(i), array[i] === undefined ? null : array[i]);
  close(start);
}

function open(): number {
  if (++depth > MAX_DEPTH) throw fail('Overflow', `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`);
  reserve(5);
  const start = at;
  at += 4;
  return start;
}

function close(start: number): void {
  depth--;
  reserve(1);
  out[at++] = 0;
  out.writeInt32LE(at - start, start);
}

function writeElement(name: string, value: unknown): void {
  const typeAt = at;
  reserve(1);
  at++;
  writeCString(name);
  // In one statement with the next, `out` would be the buffer from before the value made it grow.
  const type = writeValue(value);
  out[typeAt] = type & 0xff;
}

/** Writes the value and answers its type byte, which stands before the name. */
function writeValue(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return writeString(value, bsonTypes.string);
    case 'number':
      return isInt32(value) ? writeInt32(value) : writeDouble(value);
    case 'bigint':
      return writeInt64(value);
    case 'boolean':
      reserve(1);
      out[at++] = value ? 1 : 0;
      return bsonTypes.bool;
    default:
      return value === null ? bsonTypes.null : writeObject(value as object);
  }
}

function writeObject(value: object): number {
  if (Array.isArray(value)) {
    writeArray(value);
    return bsonTypes.array;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return writeEmbedded(value);
  if (value instanceof ObjectId) return writeBytes(value.id, bsonTypes.objectId);
  if (value instanceof Date) return writeInt64(BigInt(Math.trunc(value.getTime()) || 0), bsonTypes.date);
  if (value instanceof Double) return writeDouble(value.value);
  if (value instanceof Int32) return writeInt32(value.value);
  if (value instanceof Timestamp) return writeInt64(BigInt.asIntN(64, value.toBigInt()), bsonTypes.timestamp);
  if (value instanceof Long) return writeInt64(BigInt.asIntN(64, value.toBigInt()));
  if (value instanceof Decimal128) return writeBytes(value.bytes, bsonTypes.decimal);
  if (value instanceof Binary) return writeBinary(value.value(), value.sub_type);
  if (value instanceof Uint8Array) return writeBinary(value, 0);
  return writeRare(value);
}

function writeRare(value: object): number {
  if (value instanceof BSONRegExp) return writeRegex(value.pattern, value.options);
  if (value instanceof RegExp) return writeRegex(value.source, value.flags.replace(/[^imsu]/g, ''));
  if (value instanceof MinKey) return bsonTypes.minKey;
  if (value instanceof MaxKey) return bsonTypes.maxKey;
  if (value instanceof BSONSymbol) return writeString(value.value, bsonTypes.symbol);
  if (value instanceof Code) return writeCode(value);
  if (value instanceof LegacyValue) return writeBytes(value.bytes, value.type);
  if (value instanceof DBRef)
    return writeEmbedded({ $ref: value.collection, $id: value.oid, ...(value.db ? { $db: value.db } : {}), ...value.fields });
  return writeEmbedded(value);
}

function writeEmbedded(value: object): number {
  writeDocument(value);
  return bsonTypes.object;
}

function writeInt32(value: number): number {
  reserve(4);
  at = out.writeInt32LE(value, at);
  return bsonTypes.int;
}

function writeDouble(value: number): number {
  reserve(8);
  at = out.writeDoubleLE(value, at);
  return bsonTypes.double;
}

function writeInt64(value: bigint, type: number = bsonTypes.long): number {
  reserve(8);
  at = out.writeBigInt64LE(value, at);
  return type;
}

function writeBytes(bytes: Uint8Array, type: number): number {
  reserve(bytes.length);
  out.set(bytes, at);
  at += bytes.length;
  return type;
}

function writeBinary(bytes: Uint8Array, subtype: number): number {
  reserve(5);
  at = out.writeInt32LE(bytes.length, at);
  out[at++] = subtype;
  return writeBytes(bytes, bsonTypes.binData);
}

function writeRegex(pattern: string, options: string): number {
  writeCString(pattern);
  writeCString(options);
  return bsonTypes.regex;
}

function writeCode(value: Code): number {
  if (!value.scope) return writeString(value.code, bsonTypes.javascript);
  reserve(4);
  const start = at;
  at += 4;
  writeString(value.code, bsonTypes.javascript);
  writeDocument(value.scope);
  out.writeInt32LE(at - start, start);
  return bsonTypes.javascriptWithScope;
}

function writeString(value: string, type: number): number {
  reserve(value.length * 3 + 5);
  const start = at;
  at += 4;
  writeText(value);
  out[at++] = 0;
  out.writeInt32LE(at - start - 4, start);
  return type;
}

function writeCString(value: string): void {
  reserve(value.length * 3 + 1);
  writeText(value);
  out[at++] = 0;
}

function writeText(value: string): void {
  if (value.length > 32) {
    at += out.write(value, at, 'utf8');
    return;
  }
  const start = at;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 127) {
      at = start + out.write(value, start, 'utf8');
      return;
    }
    out[at++] = code;
  }
}
