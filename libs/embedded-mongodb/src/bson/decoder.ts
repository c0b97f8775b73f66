import { BSONRegExp, BSONSymbol, Code, Decimal128, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { fail } from '../errors';
import { MAX_DEPTH } from './depth';
import { LegacyValue, setField, type Document } from './document';
import { BsonReader } from './reader';
import { bsonTypes } from './types';

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

class Decoder extends BsonReader {
  private depth = 0;

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
      this.skipName();
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
        return this.bool();
      case bsonTypes.date:
        return this.date();
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

  /** JavaScript's dates reach 275,000 years; what lies beyond is carried as it came. */
  private date(): unknown {
    const start = this.at;
    const date = new Date(Number(this.int64()));
    return Number.isNaN(date.getTime()) ? new LegacyValue(bsonTypes.date, Buffer.from(this.bytes.subarray(start, this.at))) : date;
  }

  private codeWithScope(): Code {
    const end = this.at + this.peekSize(14);
    this.at += 4;
    const code = this.string();
    const scope = this.document();
    if (this.at !== end) throw fail('InvalidBSON', 'BSON code with scope does not end where it says');
    return new Code(code, scope);
  }

  private rareValue(type: number): unknown {
    switch (type) {
      case bsonTypes.decimal:
        return new Decimal128(this.copy(16));
      case bsonTypes.binData:
        return this.binary();
      case bsonTypes.regex: {
        const pattern = this.cstring();
        const regex = new BSONRegExp(pattern, '');
        // Set afterwards: the constructor refuses options it does not know, and sorts the others.
        regex.options = this.cstring();
        return regex;
      }
      case bsonTypes.timestamp:
        return new Timestamp(BigInt.asUintN(64, this.int64()));
      case bsonTypes.javascript:
        return new Code(this.string());
      case bsonTypes.javascriptWithScope:
        return this.codeWithScope();
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
}
