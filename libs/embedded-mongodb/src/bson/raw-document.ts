import { fail } from '../errors';
import { encode } from './codec';
import { BsonReader } from './reader';
import { bsonTypes } from './types';

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

/** Walks the top-level elements without decoding a value. Error: 22 InvalidBSON. */
export function elementsOf(bytes: Buffer): Generator<RawElement> {
  return new ElementReader(bytes).elements();
}

class ElementReader extends BsonReader {
  *elements(): Generator<RawElement> {
    const last = this.bytes.length - 1;
    this.at = 4;
    while (this.at < last) {
      const start = this.at;
      const type = this.bytes[this.at++]!;
      const name = this.name();
      const value = this.at;
      this.skip(type);
      if (this.at > last) throw fail('InvalidBSON', 'Invalid BSON: an element reaches beyond its document');
      yield { type, name, start, value, end: this.at };
    }
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
    if (element.type !== bsonTypes.object) throw fail('InvalidBSON', 'Invalid BSON: expected an array of documents');
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
