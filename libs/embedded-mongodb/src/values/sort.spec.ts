import { Binary, BSONRegExp, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import type { Document } from '../bson/codec';
import { atOnce, breath, paced } from './breath';
import { parseCollation } from './collation';
import { compareValues, equalValues } from './compare';
import { keyTuples } from './paths';
import { sortDocuments } from './sort';
import { equalityKey } from './value-set';

const dec = (text: string): Decimal128 => Decimal128.fromString(text);

describe('the order of values', () => {
  const ascending: unknown[] = [
    new MinKey(),
    undefined,
    null,
    NaN,
    -Infinity,
    dec('-1E+400'),
    -1,
    new Double(-0),
    0.1,
    dec('0.1000000000000000055511151231257828'),
    1,
    9007199254740992,
    9007199254740993n,
    Infinity,
    '',
    'A',
    'a',
    '\uffee',
    '😀',
    {},
    { a: 1 },
    { a: 1, b: 1 },
    { b: 0 },
    { a: 'x' },
    [],
    [1],
    [1, 0],
    ['x'],
    new Binary(Buffer.from([9]), 0),
    new Binary(Buffer.from([1, 2]), 0),
    new ObjectId('000000000000000000000001'),
    new ObjectId('f00000000000000000000000'),
    false,
    true,
    new Date(-1),
    new Date(5),
    new Timestamp({ t: 1, i: 2 }),
    new Timestamp({ t: 4_000_000_000, i: 1 }),
    new BSONRegExp('a', ''),
    new BSONRegExp('b', 'i'),
    new MaxKey(),
  ];

  test.each(ascending.map((value, i) => [i, value] as const))('puts value %i in its place', (place, value) => {
    ascending.forEach((other, i) => expect(Math.sign(compareValues(value, other))).toBe(Math.sign(place - i)));
  });

  test.each<[unknown, unknown]>([
    [5, new Double(5)],
    [5, 5n],
    [5n, dec('5.00')],
    [0, new Double(-0)],
    [NaN, dec('NaN')],
    [Infinity, dec('Infinity')],
    [0.5, dec('0.5')],
    [{ a: [1] }, { a: [1n] }],
  ])('takes %j and %j for equal', (a, b) => {
    expect(equalValues(a, b)).toBe(true);
    expect(equalityKey(a)).toBe(equalityKey(b));
  });

  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.double(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.integer({ min: -5, max: 5 }),
      fc.integer({ min: -5, max: 5 }).map((n) => dec(`${n}.0`)),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true }),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('any')),
    ),
  })).any;

  it('is total: antisymmetric, transitive, and one with the equality key', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
        expect(equalityKey(a) === equalityKey(b) || (a !== a && b !== b)).toBe(compareValues(a, b) === 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a sort', () => {
  const ids = (documents: Document[], sort: Document, options = {}): unknown[] =>
    [...atOnce(sortDocuments(documents, sort, options))].map(({ _id }) => _id);

  it('takes missing for null, and an empty array for less', () => {
    expect(ids([{ _id: 1, a: 1 }, { _id: 2 }, { _id: 3, a: null }, { _id: 4, a: [] }], { a: 1 })).toEqual([4, 2, 3, 1]);
  });

  it('orders arrays by their least element upwards and their greatest downwards', () => {
    const documents = [{ _id: 1, a: [1, 10] }, { _id: 2, a: 5 }, { _id: 3, a: [4, 6] }]; // prettier-ignore
    expect(ids(documents, { a: 1 })).toEqual([1, 3, 2]);
    expect(ids(documents, { a: -1 })).toEqual([1, 3, 2]);
  });

  it('keeps the fields of one array element together', () => {
    const documents = [
      { _id: 1, a: [{ x: 1, y: 9 }, { x: 5, y: 0 }] }, // prettier-ignore
      { _id: 2, a: [{ x: 1, y: 5 }] },
    ];
    expect(ids(documents, { 'a.x': 1, 'a.y': 1 })).toEqual([2, 1]);
  });

  it('is stable, and the same with a limit', () => {
    const documents = Array.from({ length: 500 }, (_unused, i) => ({ _id: i, a: (i * 7) % 10 }));
    const all = ids(documents, { a: -1 });
    expect(ids(documents, { a: -1 }, { limit: 20 })).toEqual(all.slice(0, 20));
    expect(all.slice(0, 3)).toEqual([7, 17, 27]);
  });

  it('compares strings by a collation', () => {
    const documents = ['b', 'A', 'a', 'B', 'á'].map((_id) => ({ _id }));
    expect(ids(documents, { _id: 1 })).toEqual(['A', 'B', 'a', 'b', 'á']);
    expect(ids(documents, { _id: 1 }, { collation: parseCollation({ locale: 'en' }) })).toEqual(['a', 'A', 'á', 'b', 'B']);
    const numbers = ['a10', 'a9'].map((_id) => ({ _id }));
    expect(ids(numbers, { _id: 1 }, { collation: parseCollation({ locale: 'en', numericOrdering: true }) })).toEqual(['a9', 'a10']);
  });

  test.each<[Document, number]>([
    [{ a: 2 }, 15975],
    [{ a: 'x' }, 15974],
    [{ '': 1 }, 40352],
    [{ 'a.$b': 1 }, 16410],
  ])('refuses %j with code %i', (sort, code) => {
    expect(() => sortDocuments([], sort)).toThrow(expect.objectContaining({ code }));
  });

  it.each([undefined, 1, 100, 3000, 5000])('puts thousands in the same order as a sort at once, of which it keeps %p', (limit) => {
    const documents = Array.from({ length: 9000 }, (_, i) => ({ _id: i, a: (i * 7919) % 1000 }));
    const expected = [...documents].sort((x, y) => x.a - y.a).map(({ _id }) => _id);
    expect(ids(documents, { a: 1 }, { limit })).toEqual(expected.slice(0, limit));
  });

  it('gives way while it reads and while it answers', () => {
    const documents = Array.from({ length: 5000 }, (_, i) => ({ _id: i, a: i % 10 }));
    const out = [...sortDocuments(paced(documents), { a: 1 })];
    const first = out.findIndex((item) => item !== breath);
    expect(out.slice(0, first).length).toBeGreaterThan(100);
    expect(out.slice(first).filter((item) => item === breath).length).toBeGreaterThan(100);
  });

  it('refuses parallel arrays', () => {
    expect(() => ids([{ a: [1], b: [2] }], { a: 1, b: 1 })).toThrow(expect.objectContaining({ code: 2 }));
  });

  test.each<[Document, string[], unknown[][]]>([
    [{ a: 1, b: 2 }, ['a', 'b'], [[1, 2]]],
    [{ a: [1, 2], b: 3 }, ['a', 'b'], [[1, 3], [2, 3]]], // prettier-ignore
    [{ a: [{ b: 1, c: 2 }, { b: 3 }] }, ['a.b', 'a.c'], [[1, 2], [3, null]]], // prettier-ignore
    [{ a: [] }, ['a'], [[undefined]]],
    [{ a: [] }, ['a.b'], [[null]]],
    [{ a: [[1, 2], 3] }, ['a'], [[[1, 2]], [3]]], // prettier-ignore
    [{ a: [5, 6] }, ['a.1'], [[6]]],
    [{}, ['a.b'], [[null]]],
  ])('makes of %j by %j the keys %j', (document, paths, expected) => {
    expect(keyTuples(document, paths.map((path) => path.split('.')))).toEqual(expected); // prettier-ignore
  });
});
