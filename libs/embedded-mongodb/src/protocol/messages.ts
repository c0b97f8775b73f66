import { decode, type Document } from '../bson/codec';
import { fail } from '../errors';
import { documentOf, documentsInArray, elementsOf } from '../bson/raw-document';

/** A command as it came over the wire. */
export interface Request {
  readonly requestId: number;
  readonly name: string;
  readonly database: string;
  /** The command document, without the arrays that are kept raw. */
  readonly body: Document;
  /** Arrays of documents in raw form: document sequences, and `documents` of an insert however it was sent. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  /** The client wants no answer. */
  readonly silent: boolean;
  /** Came as a legacy OP_QUERY and wants OP_REPLY. */
  readonly legacy: boolean;
}

const opReply = 1;
const opQuery = 2004;
const opCompressed = 2012;
const opMsg = 2013;
const checksumPresent = 1;
const moreToCome = 2;

/** Reads one whole message. Errors: 17 ProtocolError, 22 InvalidBSON; after those the connection cannot go on. */
export function parseMessage(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  if (operation === opMsg) return parseOpMsg(message, requestId);
  if (operation === opQuery) return parseOpQuery(message, requestId);
  const what = operation === opCompressed ? 'OP_COMPRESSED was not negotiated' : `unsupported operation ${operation}`;
  throw fail('ProtocolError', what);
}

function parseOpMsg(message: Buffer, requestId: number): Request {
  const flags = message.readUInt32LE(16);
  const unknown = flags & 0xffff & ~(checksumPresent | moreToCome);
  if (unknown !== 0) throw fail('ProtocolError', `OP_MSG has unknown required flags ${unknown}`);
  // The checksum is optional for the receiver too; TCP and this being one machine make it pointless here.
  const end = message.length - (flags & checksumPresent ? 4 : 0);
  const sequences = new Map<string, readonly Buffer[]>();
  let body: Buffer | undefined;
  for (let at = 20; at < end;) {
    const kind = message[at++];
    const size = message.readInt32LE(at);
    if (size < 5 || at + size > end) throw fail('ProtocolError', 'OP_MSG section reaches beyond its message');
    const section = message.subarray(at, at + size);
    if (kind === 0) body = section;
    else if (kind === 1) readSequence(section, sequences);
    else throw fail('ProtocolError', `OP_MSG has an unknown section kind ${kind}`);
    at += size;
  }
  if (!body) throw fail('ProtocolError', 'OP_MSG has no body');
  return { ...readBody(body, sequences), requestId, sequences, silent: (flags & moreToCome) !== 0, legacy: false };
}

function readSequence(section: Buffer, sequences: Map<string, readonly Buffer[]>): void {
  const nameEnd = section.indexOf(0, 4);
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const size = section.readInt32LE(at);
    if (size < 5 || at + size > section.length) throw fail('ProtocolError', 'a document reaches beyond its sequence');
    documents.push(section.subarray(at, at + size));
    at += size;
  }
  sequences.set(section.toString('latin1', 4, nameEnd), documents);
}

/** Inserted documents are stored as they came, so they are never decoded as part of the command. */
function readBody(bytes: Buffer, sequences: Map<string, readonly Buffer[]>): Pick<Request, 'name' | 'database' | 'body'> {
  const nameEnd = bytes.indexOf(0, 5);
  const name = bytes.toString('utf8', 5, nameEnd);
  const body = name === 'insert' && !sequences.has('documents') ? decode(withoutDocuments(bytes, sequences)) : decode(bytes);
  const database = body['$db'];
  if (typeof database !== 'string') throw fail('ProtocolError', 'OP_MSG requests require a $db argument');
  return { name, database, body };
}

function withoutDocuments(bytes: Buffer, sequences: Map<string, readonly Buffer[]>): Buffer {
  const rest: Buffer[] = [];
  for (const { name, type, start, value, end } of elementsOf(bytes)) {
    if (name === 'documents' && type === 0x04) sequences.set(name, documentsInArray(bytes.subarray(value, end)));
    else rest.push(bytes.subarray(start, end));
  }
  return documentOf(rest);
}

function parseOpQuery(message: Buffer, requestId: number): Request {
  const nameEnd = message.indexOf(0, 20);
  const namespace = message.toString('utf8', 20, nameEnd);
  const body = decode(message.subarray(nameEnd + 9));
  const name = Object.keys(body)[0] ?? '';
  return { requestId, name, database: namespace.split('.', 1)[0]!, body, sequences: new Map(), silent: false, legacy: true };
}

let lastResponse = 0;

/** Frames a reply document for the request's protocol. */
export function frameReply(request: Request, reply: Buffer): Buffer {
  const head = request.legacy ? 36 : 21;
  const frame = Buffer.allocUnsafe(head + reply.length);
  frame.writeInt32LE(frame.length, 0);
  frame.writeInt32LE((lastResponse = (lastResponse + 1) & 0x7fffffff), 4);
  frame.writeInt32LE(request.requestId, 8);
  frame.writeInt32LE(request.legacy ? opReply : opMsg, 12);
  if (request.legacy) {
    frame.writeInt32LE(8, 16); // AwaitCapable
    frame.fill(0, 20, 32); // cursor id and starting position
    frame.writeInt32LE(1, 32); // one document
  } else {
    frame.fill(0, 16, 21); // no flags, a body section
  }
  reply.copy(frame, head);
  return frame;
}
