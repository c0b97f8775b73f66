import { isUtf8 } from 'node:buffer';
import { Binary, Double } from 'bson';
import { fail } from '../errors';
import { bsonTypes, isInt32 } from './types';

/** Reads the parts of BSON from bytes, one after the other, and can skip them. Every read is held to the bytes there are. */
export class BsonReader {
  protected readonly bytes: Buffer;
  protected at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  protected skip(type: number): void {
    this.at = this.endOf(type);
    if (this.at > this.bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
  }

  protected endOf(type: number): number {
    switch (type) {
      case bsonTypes.double:
      case bsonTypes.date:
      case bsonTypes.timestamp:
      case bsonTypes.long:
        return this.at + 8;
      case bsonTypes.string:
      case bsonTypes.javascript:
      case bsonTypes.symbol:
        return this.at + 4 + this.peekSize(1);
      case bsonTypes.object:
      case bsonTypes.array:
      case bsonTypes.javascriptWithScope:
        return this.at + this.peekSize(5);
      case bsonTypes.binData:
        return this.at + 5 + this.peekSize(0);
      case bsonTypes.objectId:
        return this.at + 12;
      case bsonTypes.bool:
        return this.at + 1;
      case bsonTypes.int:
        return this.at + 4;
      case bsonTypes.decimal:
        return this.at + 16;
      case bsonTypes.regex:
        this.cstring();
        this.cstring();
        return this.at;
      case bsonTypes.dbPointer:
        return this.at + 4 + this.peekSize(1) + 12;
      case bsonTypes.null:
      case bsonTypes.undefined:
      case bsonTypes.maxKey:
      case 0xff:
        return this.at;
      default:
        throw fail('InvalidBSON', `Unrecognized BSON type ${type}`);
    }
  }

  protected peekSize(least: number): number {
    const size = this.int32();
    this.at -= 4;
    if (size < least) throw fail('InvalidBSON', `BSON length ${size} is too small`);
    return size;
  }

  protected take(length: number): Buffer {
    const start = this.at;
    this.at += length;
    if (length < 0 || this.at > this.bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
    return this.bytes.subarray(start, this.at);
  }

  protected copy(length: number): Buffer {
    return Buffer.from(this.take(length));
  }

  protected int32(): number {
    const { bytes, at } = this;
    if (at + 4 > bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
    this.at = at + 4;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }

  protected int64(): bigint {
    if (this.at + 8 > this.bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
    const value = this.bytes.readBigInt64LE(this.at);
    this.at += 8;
    return value;
  }

  protected bool(): boolean {
    const byte = this.take(1)[0]!;
    if (byte > 1) throw fail('InvalidBSON', `Invalid boolean value ${byte}`);
    return byte === 1;
  }

  protected double(): unknown {
    if (this.at + 8 > this.bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return isInt32(value) ? new Double(value) : value;
  }

  protected binary(): Binary {
    const size = this.int32();
    const subtype = this.take(1)[0]!;
    return new Binary(this.copy(size), subtype);
  }

  protected string(): string {
    const size = this.int32();
    const start = this.at;
    if (size < 1 || start + size > this.bytes.length) throw fail('InvalidBSON', 'BSON string reaches beyond its bytes');
    this.at = start + size;
    if (this.bytes[this.at - 1] !== 0) throw fail('InvalidBSON', 'BSON string is not terminated');
    return text(this.bytes, start, this.at - 1);
  }

  protected cstring(): string {
    const start = this.at;
    const end = this.bytes.indexOf(0, start);
    if (end < 0) throw fail('InvalidBSON', 'BSON name is not terminated');
    this.at = end + 1;
    return text(this.bytes, start, end);
  }

  protected skipName(): void {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw fail('InvalidBSON', 'BSON name is not terminated');
    this.at = end + 1;
  }

  /** A field's name, from a table of names seen before: documents of a collection share theirs. */
  protected name(): string {
    const { bytes } = this;
    const start = this.at;
    let end = start;
    let hash = 0;
    let byte = bytes[end];
    while (byte) {
      hash = (hash * 31 + byte) | 0;
      byte = bytes[++end];
    }
    if (byte === undefined) throw fail('InvalidBSON', 'BSON name is not terminated');
    this.at = end + 1;
    const slot = hash & (knownNames.length - 1);
    const known = knownNames[slot]!;
    if (sameText(known, bytes, start, end)) return known;
    const name = text(bytes, start, end);
    if (end - start < 64) knownNames[slot] = name;
    return name;
  }
}

const knownNames: string[] = new Array<string>(2048).fill('');

function sameText(known: string, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = 0; i < known.length; i++) {
    const code = known.charCodeAt(i);
    // Above ASCII one character is several bytes, and the comparison below would be of different things.
    if (code !== bytes[start + i] || code > 127) return false;
  }
  return true;
}

// For short ASCII a loop is faster than the call into native code.
function text(bytes: Buffer, start: number, end: number): string {
  if (end - start > 20) return utf8(bytes, start, end);
  let result = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte > 127) return utf8(bytes, start, end);
    result += String.fromCharCode(byte);
  }
  return result;
}

// What is no UTF-8 would come back as other bytes, so it is refused. The sign for it may also stand in the text itself.
function utf8(bytes: Buffer, start: number, end: number): string {
  const result = bytes.toString('utf8', start, end);
  if (result.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) throw fail('InvalidBSON', 'Invalid UTF-8 string in BSON document');
  return result;
}
