import { deserialize, serialize, type Document } from 'bson';
import { frameReply, parseMessage } from './messages';
import { CursorReply, elements, encodeReply } from './reply';

interface Parts {
  readonly flags?: number;
  readonly body?: Document;
  readonly sequence?: { readonly name: string; readonly documents: Document[] };
  readonly checksum?: boolean;
}

function opMsg({ flags = 0, body = { ping: 1, $db: 'test' }, sequence, checksum }: Parts): Buffer {
  const documents = sequence?.documents.map((document) => Buffer.from(serialize(document))) ?? [];
  const named = sequence && Buffer.concat([Buffer.from(`${sequence.name}\0`), ...documents]);
  const size = Buffer.alloc(5);
  size[0] = 1;
  size.writeInt32LE((named?.length ?? 0) + 4, 1);
  const flagBytes = Buffer.alloc(4);
  flagBytes.writeUInt32LE(flags);
  const sections = [flagBytes, Buffer.from([0]), serialize(body), ...(named ? [size, named] : []), Buffer.alloc(checksum ? 4 : 0)];
  return framed(2013, Buffer.concat(sections));
}

function framed(operation: number, content: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + content.length, 0);
  head.writeInt32LE(42, 4);
  head.writeInt32LE(operation, 12);
  return Buffer.concat([head, content]);
}

it('reads a command, its database and its name', () => {
  expect(parseMessage(opMsg({}))).toMatchObject({ name: 'ping', database: 'test', requestId: 42, silent: false });
});

it('keeps document sequences raw, before or after the body', () => {
  const { sequences, name } = parseMessage(
    opMsg({ body: { insert: 'a', $db: 'test' }, sequence: { name: 'documents', documents: [{ a: 1 }, { a: 2 }] } }),
  );
  expect(name).toBe('insert');
  expect(sequences.get('documents')?.map((bytes) => deserialize(bytes))).toEqual([{ a: 1 }, { a: 2 }]);
});

it('keeps inserted documents raw when they come inside the command', () => {
  const { sequences, body } = parseMessage(opMsg({ body: { insert: 'a', documents: [{ a: 1 }], ordered: true, $db: 'test' } }));
  expect(sequences.get('documents')?.map((bytes) => deserialize(bytes))).toEqual([{ a: 1 }]);
  expect(body).toEqual({ insert: 'a', ordered: true, $db: 'test' });
});

it('skips a checksum, and knows when no answer is wanted', () => {
  expect(parseMessage(opMsg({ flags: 1, checksum: true }))).toMatchObject({ name: 'ping', silent: false });
  expect(parseMessage(opMsg({ flags: 2 }))).toMatchObject({ silent: true });
  expect(parseMessage(opMsg({ flags: 1 << 16 }))).toMatchObject({ silent: false });
});

it.each([
  ['an unknown required flag', opMsg({ flags: 4 })],
  ['a command without a database', opMsg({ body: { ping: 1 } })],
  ['a compressed message', framed(2012, Buffer.alloc(20))],
  ['a section that reaches beyond the message', framed(2013, Buffer.from([0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0]))],
])('refuses %s', (_what, message) => {
  expect(() => parseMessage(message)).toThrow(expect.objectContaining({ code: 17 }) as Error);
});

it('answers the legacy handshake in its own format', () => {
  const query = framed(2004, Buffer.concat([Buffer.alloc(4), Buffer.from('admin.$cmd\0'), Buffer.alloc(8), serialize({ ismaster: 1 })]));
  const request = parseMessage(query);
  expect(request).toMatchObject({ name: 'ismaster', database: 'admin', legacy: true });
  const reply = frameReply(request, encodeReply({ ok: 1 }, Buffer.alloc(0)));
  expect(reply.readInt32LE(12)).toBe(1);
  expect(deserialize(reply.subarray(36))).toEqual({ ok: 1 });
});

it('writes a batch of stored documents as a driver reads it', () => {
  const documents = Array.from({ length: 120 }, (_, n) => Buffer.from(serialize({ n })));
  const reply = new CursorReply({ field: 'firstBatch', id: 7n, namespace: 'test.things', documents }, { note: 'x' });
  const read = deserialize(encodeReply(reply, elements({ ok: 1 })), { useBigInt64: true });
  expect(read).toEqual({
    cursor: { firstBatch: Array.from({ length: 120 }, (_, n) => ({ n })), id: 7n, ns: 'test.things' },
    note: 'x',
    ok: 1,
  });
});
