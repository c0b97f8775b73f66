import { encode } from './codec';
import { fail, type MongoError } from '../errors';

/** One top-level element of a BSON document: where its name and its value lie in the buffer. */
export interface RawElement {
  readonly type: number;
  readonly name: string;
  /** Offset of the type byte. */
  readonly start: number;
  /** Offset of the first byte of the value. */
  readonly value: number;
  /** Offset behind the value. */
  readonly end: number;
}

/** The length of a BSON value of the given type that begins at `at`. */
export function valueLength(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x01: // double
    case 0x09: // date
    case 0x11: // timestamp
    case 0x12: // long
      return 8;
    case 0x02: // string
    case 0x0d: // code
    case 0x0e: // symbol
      return 4 + bytes.readInt32LE(at);
    case 0x03: // document
    case 0x04: // array
    case 0x0f: // code with scope
      return bytes.readInt32LE(at);
    case 0x05: // binary
      return 5 + bytes.readInt32LE(at);
    case 0x06: // undefined
    case 0x0a: // null
    case 0x7f: // max key
    case 0xff: // min key
      return 0;
    case 0x07: // object id
      return 12;
    case 0x08: // bool
      return 1;
    case 0x0b: {
      const pattern = bytes.indexOf(0, at);
      return bytes.indexOf(0, pattern + 1) + 1 - at;
    }
    case 0x0c: // dbpointer
      return 4 + bytes.readInt32LE(at) + 12;
    case 0x10: // int
      return 4;
    case 0x13: // decimal
      return 16;
    default:
      throw badBson(`unknown BSON type 0x${type.toString(16)}`);
  }
}

/** Walks the top-level elements without decoding a value. */
export function* elementsOf(bytes: Buffer): Generator<RawElement> {
  const last = bytes.length - 1;
  let at = 4;
  while (at < last) {
    const start = at;
    const type = bytes[at]!;
    const nameEnd = bytes.indexOf(0, at + 1);
    if (nameEnd < 0) throw badBson('an element name has no end');
    const value = nameEnd + 1;
    const end = value + valueLength(bytes, type, value);
    if (end > last || end < value) throw badBson('an element reaches beyond its document');
    yield { type, name: bytes.toString('latin1', at + 1, nameEnd), start, value, end };
    at = end;
  }
}

/** Wraps whole elements (type byte, name, value) into a document. */
export function documentOf(elements: readonly Buffer[]): Buffer {
  let size = 5;
  for (const element of elements) size += element.length;
  const result = Buffer.allocUnsafe(size);
  result.writeInt32LE(size, 0);
  let at = 4;
  for (const element of elements) at += element.copy(result, at);
  result[at] = 0;
  return result;
}

/** The raw bytes of every document in a BSON array value. */
export function documentsInArray(array: Buffer): Buffer[] {
  const documents: Buffer[] = [];
  for (const element of elementsOf(array)) {
    if (element.type !== 0x03) throw badBson('expected an array of documents');
    documents.push(array.subarray(element.value, element.end));
  }
  return documents;
}

/**
 * Brings `_id` to the front, or has one made where it is missing. The other bytes stay as they came: decoding and
 * encoding again would turn a double 5.0 into an int.
 */
export function withLeadingId(bytes: Buffer, makeId: () => unknown): Buffer {
  if (bytes.length > 9 && bytes.toString('latin1', 5, 9) === '_id\0') return bytes;
  let size = bytes.length;
  let id: Buffer | undefined;
  let rest = [bytes.subarray(4, size - 1)];
  for (const element of elementsOf(bytes)) {
    if (element.name !== '_id') continue;
    id = bytes.subarray(element.start, element.end);
    rest = [bytes.subarray(4, element.start), bytes.subarray(element.end, size - 1)];
    break;
  }
  if (!id) {
    const made = Buffer.from(encode({ _id: makeId() }));
    size = made.length;
    id = made.subarray(4, size - 1);
  }
  return documentOf([id, ...rest]);
}

function badBson(reason: string): MongoError {
  return fail('InvalidBSON', `Invalid BSON: ${reason}`);
}
