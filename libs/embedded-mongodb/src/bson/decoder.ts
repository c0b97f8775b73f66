import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { fail } from '../errors';
import { LegacyValue, setField, type Document } from './document';
import { bsonTypes, isInt32 } from './types';

const MAX_DEPTH = 200;

/** Decodes one document; everything is copied, so the bytes may be reused afterwards. Error: 22 InvalidBSON. */
export function decode(bytes: Uint8Array): Document {
  return new Decoder(bytes).document();
}

/**
 * Decodes only the named top-level fields (and whatever lies below them), in the order they are stored.
 * A compiled filter answers the same on this partial document as on the whole, if `fields` holds the filter's `rootFields(filter)`.
 */
export function decodeFields(bytes: Uint8Array, fields: ReadonlySet<string>): Document {
  return new Decoder(bytes).document(fields);
}

/** The value at a dotted path through embedded documents (never through arrays), or undefined; skips over the rest without decoding. */
export function readField(bytes: Uint8Array, path: string): unknown {
  return new Decoder(bytes).field(path.split('.'));
}

class Decoder {
  private readonly bytes: Buffer;
  private at = 0;
  private depth = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  document(only?: ReadonlySet<string>): Document {
    const end = this.enter();
    const document: Document = {};
    let left = only ? only.size : -1;
    while (left !== 0 && this.at < end - 1) {
      const type = this.bytes[this.at++]!;
      const name = this.name();
      if (only && !only.has(name)) {
        this.skip(type);
        continue;
      }
      left--;
      setField(document, name, this.value(type));
    }
    this.leave(end, left === 0);
    return document;
  }

  field(path: readonly string[]): unknown {
    for (let step = 0; ; step++) {
      const type = this.seek(path[step]!);
      if (type === bsonTypes.missing) return undefined;
      if (step === path.length - 1) return this.value(type);
      if (type !== bsonTypes.object) return undefined;
    }
  }

  /** Stands on the value of the named field and answers its type, or 0. */
  private seek(wanted: string): number {
    const end = this.enter();
    this.depth--;
    while (this.at < end - 1) {
      const type = this.bytes[this.at++]!;
      if (this.name() === wanted) return type;
      this.skip(type);
    }
    return bsonTypes.missing;
  }

  private array(): unknown[] {
    const end = this.enter();
    const array: unknown[] = [];
    while (this.at < end - 1) {
      const type = this.bytes[this.at++]!;
      while (this.bytes[this.at++] !== 0);
      array.push(this.value(type));
    }
    this.leave(end, false);
    return array;
  }

  private enter(): number {
    const start = this.at;
    const size = this.int32();
    const end = start + size;
    if (size < 5 || end > this.bytes.length) throw fail('InvalidBSON', `BSON size ${size} at ${start} does not fit its bytes`);
    if (++this.depth > MAX_DEPTH) throw fail('Overflow', `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`);
    return end;
  }

  private leave(end: number, early: boolean): void {
    this.depth--;
    if (!early && (this.at !== end - 1 || this.bytes[this.at] !== 0)) throw fail('InvalidBSON', `BSON document does not end at ${end}`);
    this.at = end;
  }

  private value(type: number): unknown {
    switch (type) {
      case bsonTypes.double:
        return this.double();
      case bsonTypes.string:
        return this.string();
      case bsonTypes.object:
        return this.document();
      case bsonTypes.array:
        return this.array();
      case bsonTypes.objectId:
        return new ObjectId(this.copy(12));
      case bsonTypes.bool:
        return this.take(1)[0] === 1;
      case bsonTypes.date:
        return new Date(Number(this.int64()));
      case bsonTypes.null:
        return null;
      case bsonTypes.int:
        return this.int32();
      case bsonTypes.long:
        return this.int64();
      default:
        return this.rareValue(type);
    }
  }

  private rareValue(type: number): unknown {
    switch (type) {
      case bsonTypes.decimal:
        return new Decimal128(this.copy(16));
      case bsonTypes.binData:
        return this.binary();
      case bsonTypes.regex: {
        const pattern = this.cstring();
        return new BSONRegExp(pattern, this.cstring());
      }
      case bsonTypes.timestamp:
        return new Timestamp(BigInt.asUintN(64, this.int64()));
      case bsonTypes.javascript:
        return new Code(this.string());
      case bsonTypes.javascriptWithScope: {
        this.int32();
        const code = this.string();
        return new Code(code, this.document());
      }
      case bsonTypes.symbol:
        return new BSONSymbol(this.string());
      case 0xff:
        return new MinKey();
      case bsonTypes.maxKey:
        return new MaxKey();
      case bsonTypes.undefined:
        return new LegacyValue(type, new Uint8Array(0));
      case bsonTypes.dbPointer: {
        const start = this.at;
        this.skip(type);
        return new LegacyValue(type, Uint8Array.prototype.slice.call(this.bytes, start, this.at));
      }
      default:
        throw fail('InvalidBSON', `Unrecognized BSON type ${type}`);
    }
  }

  private skip(type: number): void {
    this.at = this.endOf(type);
    if (this.at > this.bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
  }

  private endOf(type: number): number {
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

  private peekSize(least: number): number {
    const size = this.int32();
    this.at -= 4;
    if (size < least) throw fail('InvalidBSON', `BSON length ${size} is too small`);
    return size;
  }

  private take(length: number): Buffer {
    const start = this.at;
    this.at += length;
    if (length < 0 || this.at > this.bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
    return this.bytes.subarray(start, this.at);
  }

  private copy(length: number): Buffer {
    return Buffer.from(this.take(length));
  }

  private int32(): number {
    const { bytes, at } = this;
    if (at + 4 > bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
    this.at = at + 4;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }

  private int64(): bigint {
    if (this.at + 8 > this.bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
    const value = this.bytes.readBigInt64LE(this.at);
    this.at += 8;
    return value;
  }

  private double(): unknown {
    if (this.at + 8 > this.bytes.length) throw fail('InvalidBSON', 'BSON value reaches beyond its bytes');
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return isInt32(value) ? new Double(value) : value;
  }

  private binary(): Binary {
    const size = this.int32();
    const subtype = this.take(1)[0]!;
    return new Binary(this.copy(size), subtype);
  }

  private string(): string {
    const size = this.int32();
    const start = this.at;
    if (size < 1 || start + size > this.bytes.length) throw fail('InvalidBSON', 'BSON string reaches beyond its bytes');
    this.at = start + size;
    return text(this.bytes, start, this.at - 1);
  }

  private cstring(): string {
    const start = this.at;
    const end = this.bytes.indexOf(0, start);
    if (end < 0) throw fail('InvalidBSON', 'BSON name is not terminated');
    this.at = end + 1;
    return this.bytes.toString('utf8', start, end);
  }

  /** A field's name, from a table of names seen before: documents of a collection share theirs. */
  private name(): string {
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
    const name = bytes.toString('utf8', start, end);
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
  if (end - start > 20) return bytes.toString('utf8', start, end);
  let result = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte > 127) return bytes.toString('utf8', start, end);
    result += String.fromCharCode(byte);
  }
  return result;
}
