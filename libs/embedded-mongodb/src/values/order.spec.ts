import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { decode, encode, type Document } from '../bson/codec';
import { LegacyValue } from '../bson/document';
import { encodeValue } from '../indexes/key-string';
import { compileFilter } from '../query/matcher';
import { compileUpdate } from '../update/update';
import { compareValues, equalValues } from './compare';
import { atOnce } from './breath';
import { sortDocuments } from './sort';
import { equalityKey, ValueSet } from './value-set';

/** Values of every type that BSON has, near each other so that many are equal or adjacent. */
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -3, max: 3 }).map((n) => new Double(n)),
  fc.integer({ min: -3, max: 3 }).map(BigInt),
  fc.integer({ min: -30, max: 30 }).map((n) => Decimal128.fromString(`${n / 10}`)),
  fc.constantFrom(0.1, 0.5, NaN, Infinity, -Infinity, -0, 2 ** 53, 2 ** 53 + 2, 1e300),
  fc.constantFrom(9007199254740992n, 9007199254740993n, 2n ** 63n - 1n, -(2n ** 63n)),
  fc
    .constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0E+6', '0.1', '0.10', '9007199254740993', '1E+300', '1E-6176')
    .map((text) => Decimal128.fromString(text)),
  fc.double(),
);
const scalar = fc.oneof(
  { arbitrary: number, weight: 4 },
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    '',
    'a',
    'b',
    'ab',
    'é',
    '😀',
    '\uffee',
    new BSONSymbol('a'),
    new Code('a'),
    new MinKey(),
    new MaxKey(),
  ),
  fc.integer({ min: -2, max: 2 }).map((ms) => new Date(ms)),
  fc.integer({ min: 0, max: 2 }).map((t) => new Timestamp({ t, i: 1 })),
  fc.constantFrom('0', 'f').map((digit) => new ObjectId(digit.repeat(24))),
  fc.tuple(fc.uint8Array({ maxLength: 2 }), fc.constantFrom(0, 4)).map(([bytes, subtype]) => new Binary(Buffer.from(bytes), subtype)),
  fc.tuple(fc.constantFrom('a', '^b'), fc.constantFrom('', 'i')).map(([pattern, options]) => new BSONRegExp(pattern, options)),
  fc.constant(new LegacyValue(9, Buffer.from([255, 255, 255, 255, 255, 255, 255, 127]))),
);
const name = fc.constantFrom('a', 'b', 'c.d', '$x', '__proto__', 'constructor');
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: scalar, weight: 5 },
    fc.array(tie('any'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('any')), { maxLength: 3 }).map((entries) => decode(encode(fromEntries(entries)))),
  ),
})).any;

function fromEntries(entries: [string, unknown][]): Document {
  const document: Document = {};
  for (const [key, part] of entries)
    Object.defineProperty(document, key, { value: part, enumerable: true, configurable: true, writable: true });
  return document;
}

/** Sorted numbers and kinds in documents are one of the few things that a reader cannot see by looking. */
const runs = { numRuns: 1500 };

describe('the order of values', () => {
  it('is total: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        expect(compareValues(a, a)).toBe(0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      }),
      runs,
    );
  });

  it('is the order of index keys, byte by byte', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const order = Math.sign(Buffer.compare(encodeValue(a), encodeValue(b)));
        expect(order).toBe(Math.sign(compareValues(a, b)));
        expect(Math.sign(Buffer.compare(encodeValue(a, true), encodeValue(b, true))) + order).toBe(0);
      }),
      runs,
    );
  });

  it('makes equal exactly what shares a bucket, what $eq finds and what $in finds', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const equal = compareValues(a, b) === 0;
        expect(equalValues(a, b)).toBe(equal);
        expect(new ValueSet([a]).has(b)).toBe(equal);
        expect(equalityKey(a) === equalityKey(b) || (equalityKey(a) !== equalityKey(a) && equalityKey(b) !== equalityKey(b))).toBe(equal);
        // In a filter an array is searched, and null finds what is missing: neither is asked here.
        fc.pre(!Array.isArray(a) && !isFilterOnly(b));
        expect(compileFilter({ f: { $eq: b } })({ f: a })).toBe(equal);
        expect(compileFilter({ f: { $in: [b] } })({ f: a })).toBe(equal);
        expect(compileFilter({ f: { $ne: b } })({ f: a })).toBe(!equal);
      }),
      runs,
    );
  });

  it('is the order in which a sort puts them', () => {
    fc.assert(
      fc.property(fc.array(scalar, { maxLength: 8 }), (list) => {
        const documents = list.map((f) => ({ f }));
        const sorted = [...atOnce(sortDocuments(documents, { f: 1 }))].map(({ f }) => f);
        for (let i = 1; i < sorted.length; i++) expect(compareValues(sorted[i - 1], sorted[i])).toBeLessThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });
});

function isFilterOnly(operand: unknown): boolean {
  if (operand instanceof BSONRegExp) return true;
  return Object.keys(operand ?? {})[0]?.startsWith('$') === true;
}

describe('an update of one field', () => {
  it('leaves the bytes of all others as they were', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const before = decode(encode({ _id: 1, a, b, n: 1 }));
        const { document } = compileUpdate({ $inc: { n: 1 } }).apply(before, {}, new Date(0));
        expect(Buffer.compare(encode(document), encode({ _id: 1, a, b, n: 2 }))).toBe(0);
      }),
      runs,
    );
  });

  it('changes nothing when it sets what is there', () => {
    fc.assert(
      fc.property(value, (a) => {
        const before = decode(encode({ _id: 1, a }));
        const result = compileUpdate({ $set: { a: decode(encode({ a }))['a'] } }).apply(before, {}, new Date(0));
        expect(result.changed).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
