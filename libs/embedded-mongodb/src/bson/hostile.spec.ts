import { Binary, BSONRegExp, Code, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, serialize, Timestamp } from 'bson';
import fc from 'fast-check';
import { MongoError } from '../errors';
import { decode, decodeFields, encode, readField, type Document } from './codec';
import { documentsInArray, elementsOf, withLeadingId } from './raw-document';
import { validateBson } from './validate';

/** One document with a value of every type, as a driver sends it. */
const whole = serialize({
  double: new Double(1.5),
  string: 'grüße',
  object: { a: { b: [1, 'x'] } },
  array: [1, [2, { c: null }]],
  binary: new Binary(Buffer.from([1, 2, 3]), 4),
  id: new ObjectId(),
  bool: true,
  date: new Date(5),
  regex: new BSONRegExp('^a', 'im'),
  code: new Code('f'),
  scoped: new Code('f', { x: 1 }),
  timestamp: new Timestamp({ t: 1, i: 2 }),
  long: Long.MAX_VALUE,
  decimal: Decimal128.fromString('1.50'),
  least: new MinKey(),
  greatest: new MaxKey(),
});

/** An element by hand: type, name, content. */
function element(type: number, name: string, content: number[]): Buffer {
  const body = Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), Buffer.from(content)]);
  const bytes = Buffer.concat([Buffer.alloc(4), body, Buffer.from([0])]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}

/** Whether reading fails as MongoDB fails, or does not fail. */
function readsOrRefuses(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(MongoError);
    expect([15, 22]).toContain((error as MongoError).code);
  }
}

const readers: Record<string, (bytes: Buffer) => unknown> = {
  decode,
  decodeFields: (bytes) => decodeFields(bytes, new Set(['array', 'object', 'nope'])),
  readField: (bytes) => readField(bytes, 'object.a.b'),
  validateBson: (bytes) => validateBson(bytes),
  elementsOf: (bytes) => [...elementsOf(bytes)],
  documentsInArray: (bytes) => documentsInArray(bytes),
  withLeadingId: (bytes) => withLeadingId(bytes, () => 1),
};

describe('bytes that nobody should send', () => {
  test.each(Object.keys(readers))('any bytes at all: %s reads or refuses', (name) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => readsOrRefuses(() => readers[name]!(Buffer.from(bytes)))),
      { numRuns: 500 },
    );
  });

  test.each(Object.keys(readers))('a good document with some bytes changed or cut off: %s reads or refuses', (name) => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(damage, fc.integer({ min: 0, max: whole.length }), (changes, length) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
        readsOrRefuses(() => readers[name]!(bytes));
      }),
      { numRuns: 1500 },
    );
  });

  it('what validates decodes, and encodes to a document that decodes to the same', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        let valid = true;
        try {
          validateBson(bytes);
        } catch {
          valid = false;
        }
        fc.pre(valid);
        expect(decode(encode(decode(bytes)))).toEqual(decode(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  test.each<[string, Buffer]>([
    ['an array without an end', element(4, 'a', [12, 0, 0, 0, 16, 48, 1, 1, 1, 1, 1, 1])],
    ['a document that ends in its parent', element(3, 'a', [20, 0, 0, 0, 0])],
    ['a string without its zero', element(2, 'a', [2, 0, 0, 0, 120, 121])],
    ['a string of length zero', element(2, 'a', [0, 0, 0, 0])],
    ['a string of negative length', element(2, 'a', [255, 255, 255, 255, 0])],
    ['a string that is no UTF-8', element(2, 'a', [3, 0, 0, 0, 0xc3, 0x28, 0])],
    ['a name that is no UTF-8', element(10, '\u00ff', [])],
    ['a binary of negative length', element(5, 'a', [255, 255, 255, 255, 0])],
    ['a boolean that is neither', element(8, 'a', [2])],
    ['a code with scope of the wrong length', element(15, 'a', [99, 0, 0, 0, 2, 0, 0, 0, 120, 0, 5, 0, 0, 0, 0])],
    ['bytes behind the end', Buffer.concat([serialize({ a: 1 }), Buffer.from([0])])],
    ['an unknown type', element(0x20, 'a', [])],
  ])('refuses %s with 22', (_name, bytes) => {
    const damaged = _name.includes('name that') ? Buffer.from(bytes.map((byte) => (byte === 0xc3 ? 0xff : byte))) : bytes;
    expect(() => validateBson(damaged)).toThrow(expect.objectContaining({ code: 22 }));
  });

  test.each([180, 200])('takes %i levels of nesting', (depth) => {
    const bytes = nested(depth);
    expect(() => validateBson(bytes)).not.toThrow();
    expect(Buffer.compare(encode(decode(bytes)), bytes)).toBe(0);
  });

  test.each([201, 5000, 100_000])('refuses %i levels of nesting with 15, and does not run out of stack', (depth) => {
    for (const read of [decode, validateBson]) expect(() => read(nested(depth))).toThrow(expect.objectContaining({ code: 15 }));
  });
});

describe('values that JavaScript has no equal of', () => {
  test.each<[string, Buffer]>([
    ['a date beyond JavaScript’s', element(9, 'a', [255, 255, 255, 255, 255, 255, 255, 127])],
    ['undefined', element(6, 'a', [])],
    ['a DBPointer', element(12, 'a', [2, 0, 0, 0, 120, 0, ...Array<number>(12).fill(7)])],
    ['options of a regular expression that no driver sends', element(11, 'a', [97, 0, 122, 109, 105, 0])],
    ['a NaN with a payload of its own in a decimal', element(19, 'a', [...Array<number>(15).fill(1), 0x7c])],
    ['a field named __proto__', element(3, '__proto__', [12, 0, 0, 0, 16, 97, 0, 1, 0, 0, 0, 0])],
    ['an empty name', element(10, '', [])],
  ])('carries %s through unchanged', (_name, bytes) => {
    expect(Buffer.from(encode(decode(bytes)))).toEqual(bytes);
  });

  it('tells fields named like what objects inherit from those', () => {
    const document = decode(serialize(JSON.parse('{"__proto__": 1, "constructor": 2, "toString": {"valueOf": 3}}') as Document));
    expect(Object.keys(document)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
  });
});

function nested(depth: number): Buffer {
  let bytes = Buffer.from([5, 0, 0, 0, 0]);
  const layers: Buffer[] = [];
  let size = 5;
  for (let i = 1; i < depth; i++) {
    size += 8;
    const head = Buffer.from([0, 0, 0, 0, 3, 97, 0]);
    head.writeInt32LE(size, 0);
    layers.push(head);
  }
  bytes = Buffer.concat([...layers.reverse(), bytes, Buffer.alloc(depth - 1)]);
  return bytes;
}
