import type { Timestamp } from 'bson';
import { encode, type Document } from '../bson/codec';
import { documentOf } from '../bson/raw-document';

/** The answer to a command that returns a batch of a cursor; the documents go out as the bytes they are stored as. */
export class CursorReply {
  constructor(
    readonly batch: {
      readonly field: 'firstBatch' | 'nextBatch';
      readonly id: bigint;
      readonly namespace: string;
      readonly documents: readonly Buffer[];
      /** Where a change stream may go on behind this batch. */
      readonly postBatchResumeToken?: Document;
      /** The moment that a read from a snapshot saw. */
      readonly atClusterTime?: Timestamp;
    },
    /** Further fields of the reply. */
    readonly rest: Document = {},
  ) {}
}

/** The answer to a command that was refused: code, name, message. */
export class Refusal {
  constructor(readonly fields: Document) {}
}

export type Reply = Document | CursorReply | Refusal;

/** Encodes a reply, with the elements of `tail` (times, ok) behind it. */
export function encodeReply(reply: Reply, tail: Buffer): Buffer {
  if (reply instanceof CursorReply) return documentOf([cursorElement(reply.batch), elements(reply.rest), tail]);
  return documentOf([elements(reply instanceof Refusal ? reply.fields : reply), tail]);
}

/** The encoded fields of a document, without what makes them one. */
export function elements(document: Document): Buffer {
  const bytes = encode(document);
  return Buffer.from(bytes.buffer, bytes.byteOffset + 4, bytes.length - 5);
}

/** `cursor: { <field>: [ ...documents ], id, ns }` as one element, written in one go. */
function cursorElement({ field, id, namespace, documents, ...rest }: CursorReply['batch']): Buffer {
  const tail = encode({ ns: namespace, ...rest });
  let arraySize = 5;
  for (let i = 0; i < documents.length; i++) arraySize += 2 + digits(i) + documents[i]!.length;
  const cursorSize = 4 + (2 + field.length + arraySize) + 12 + (tail.length - 5) + 1;
  const bytes = Buffer.allocUnsafe(8 + cursorSize);
  let at = bytes.write('\x03cursor\0', 0, 'latin1');
  at = bytes.writeInt32LE(cursorSize, at);
  at += bytes.write(`\x04${field}\0`, at, 'latin1');
  at = writeArray(bytes, at, arraySize, documents);
  at += bytes.write('\x12id\0', at, 'latin1');
  at = bytes.writeBigInt64LE(id, at);
  at += tail.copy(bytes, at, 4, tail.length - 1);
  bytes[at] = 0;
  return bytes;
}

function writeArray(bytes: Buffer, start: number, size: number, documents: readonly Buffer[]): number {
  let at = bytes.writeInt32LE(size, start);
  for (let i = 0; i < documents.length; i++) {
    at += bytes.write(`\x03${i}\0`, at, 'latin1');
    at += documents[i]!.copy(bytes, at);
  }
  bytes[at] = 0;
  return at + 1;
}

function digits(index: number): number {
  return index < 10 ? 1 : index < 100 ? 2 : String(index).length;
}
