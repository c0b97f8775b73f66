import { Binary, BSONRegExp, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, serialize, Timestamp, UUID } from 'bson';
import fc from 'fast-check';
import { decode, decodeFields, encode, readField, type Document } from './codec';
import { fromDecimal128, toDecimal128 } from './decimal';

const id = new ObjectId('64b5f0c2a1b2c3d4e5f60718');

describe('the BSON codec', () => {
  test.each<[string, unknown]>([
    ['int32', new Int32(5)],
    ['a double that looks like an integer', new Double(5)],
    ['negative zero', new Double(-0)],
    ['NaN', new Double(NaN)],
    ['a double beyond int32', new Double(1e10)],
    ['a small int64', Long.fromNumber(5)],
    ['a large int64', Long.MAX_VALUE],
    ['decimal128', Decimal128.fromString('1.50')],
    ['ASCII', 'twelve'],
    ['a long string', 'ä'.repeat(1000)],
    ['date', new Date(-5)],
    ['ObjectId', id],
    ['binary', new Binary(Buffer.from([1, 2, 3]), 128)],
    ['uuid', new UUID('0f3ef6e0-5b1a-4c1e-9d83-6f2a2d8f1c11')],
    ['regex', new BSONRegExp('^a.b', 'i')],
    ['timestamp', new Timestamp({ t: 4_000_000_000, i: 7 })],
    ['code', new Code('x')],
    ['code with scope', new Code('x', { y: new Int32(1) })],
    ['minKey', new MinKey()],
    ['maxKey', new MaxKey()],
    ['null', null],
    ['a DBRef-like document', { $ref: 'c', $id: id }],
    ['nested', { a: [{ b: [new Double(1), [new Int32(2)]] }, 'x', null, true] }],
  ])('gives back the bytes of %s', (_name, value) => {
    const bytes = serialize({ before: new Int32(1), value, after: 'z' });
    expect(Buffer.from(encode(decode(bytes)))).toEqual(Buffer.from(bytes));
  });

  it.each([30_000, 100_000, 1_000_000, 4_000_000])('makes room for a text of %i characters without losing a byte', (length) => {
    const bytes = Buffer.from(serialize({ before: new Int32(1), list: [{ text: 'x'.repeat(length) }], after: 'z' }));
    expect(Buffer.from(encode(decode(bytes))).equals(bytes)).toBe(true);
  });

  it('keeps whatever the driver may send', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer().map((value) => new Int32(value)),
      fc.double().map((value) => new Double(value)),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.boolean(),
      fc.constant(null),
    );
    const name = fc.string().filter((text) => !/^\d+$/.test(text) && !text.includes('\0') && text !== '__proto__');
    const document = fc.dictionary(name, fc.oneof(scalar, fc.array(scalar), fc.dictionary(name, scalar)));
    fc.assert(
      fc.property(document, (value) => {
        const bytes = serialize(value);
        expect(Buffer.compare(encode(decode(bytes)), bytes)).toBe(0);
      }),
    );
  });

  it('keeps a field named __proto__ as a field', () => {
    const bytes = serialize(JSON.parse('{"__proto__": {"x": 1}, "a": 2}') as Document);
    const document = decode(bytes);
    expect(Object.keys(document)).toEqual(['__proto__', 'a']);
    expect(Buffer.from(encode(document))).toEqual(Buffer.from(bytes));
  });

  it('decodes only the fields asked for', () => {
    const bytes = serialize({ a: 1, b: { c: 'x' }, d: [1, 2], e: new BSONRegExp('x', 'i'), f: Long.fromNumber(3) });
    expect(decodeFields(bytes, new Set(['b', 'f', 'zz']))).toEqual({ b: { c: 'x' }, f: 3n });
    expect(readField(bytes, 'b.c')).toBe('x');
    expect(readField(bytes, 'b.d')).toBeUndefined();
    expect(readField(bytes, 'd.0')).toBeUndefined();
    expect(readField(bytes, 'f')).toBe(3n);
  });

  test.each<[string, number[]]>([
    ['too short', [4, 0, 0, 0]],
    ['a size beyond the bytes', [100, 0, 0, 0, 0]],
    ['a string beyond the bytes', [14, 0, 0, 0, 2, 97, 0, 100, 0, 0, 0, 120, 0, 0]],
    ['an unknown type', [8, 0, 0, 0, 99, 97, 0, 0]],
  ])('refuses %s', (_name, bytes) => {
    expect(() => decode(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 22 }));
  });

  test.each([
    '0',
    '-0',
    '1.50',
    '-1E-6176',
    '9.999999999999999999999999999999999E+6144',
    'NaN',
    'Infinity',
    '-Infinity',
    '123456789012345678901234567890',
  ])('takes the decimal %s apart and puts it together again', (text) => {
    expect(toDecimal128(fromDecimal128(Decimal128.fromString(text))).toString()).toBe(Decimal128.fromString(text).toString());
  });
});
