import { Binary, BSONRegExp, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { decodeFields, encode, type Document } from '../bson/codec';
import { parseCollation } from '../values/collation';
import { compareValues } from '../values/compare';
import { compileFilter, rootFields } from './matcher';

const dec = (text: string): Decimal128 => Decimal128.fromString(text);
const id = new ObjectId('64b5f0c2a1b2c3d4e5f60718');
const other = new ObjectId('64b5f0c2a1b2c3d4e5f60719');
const day = new Date('2024-01-02T03:04:05Z');

/** One document of each kind; a filter's answer is the list of those it matches. */
const zoo: Record<string, Document> = {
  missing: {},
  null: { a: null },
  int: { a: 5 },
  double: { a: new Double(5) },
  long: { a: 5n },
  decimal: { a: dec('5.0') },
  half: { a: 5.5 },
  nan: { a: NaN },
  string: { a: 'five' },
  true: { a: true },
  false: { a: false },
  date: { a: day },
  objectId: { a: id },
  binary: { a: new Binary(Buffer.from([5]), 0) },
  regex: { a: new BSONRegExp('^f', '') },
  document: { a: { b: 5 } },
  empty: { a: [] },
  numbers: { a: [1, 5, 9] },
  nested: { a: [[5, 6], [7]] },
  documents: { a: [{ b: 1 }, { b: 5 }, { c: 1 }] },
  nullInside: { a: [null, 1] },
};

function matching(filter: Document): string[] {
  const matches = compileFilter(filter);
  return Object.keys(zoo).filter((name) => matches(zoo[name]!));
}

const fives = ['int', 'double', 'long', 'decimal'];

describe('a filter over every kind of value', () => {
  test.each<[string, Document, string[]]>([
    ['a number of any type', { a: 5 }, [...fives, 'numbers']],
    ['a double', { a: new Double(5) }, [...fives, 'numbers']],
    ['a long', { a: 5n }, [...fives, 'numbers']],
    ['a decimal', { a: dec('5') }, [...fives, 'numbers']],
    ['NaN', { a: NaN }, ['nan']],
    ['null or missing', { a: null }, ['missing', 'null', 'nullInside']],
    ['null by $eq', { a: { $eq: null } }, ['missing', 'null', 'nullInside']],
    ['a string', { a: 'five' }, ['string']],
    ['a boolean', { a: true }, ['true']],
    ['a date', { a: day }, ['date']],
    ['an ObjectId', { a: new ObjectId(id.toHexString()) }, ['objectId']],
    ['another ObjectId', { a: other }, []],
    ['a binary', { a: new Binary(Buffer.from([5]), 0) }, ['binary']],
    ['a binary of another subtype', { a: new Binary(Buffer.from([5]), 2) }, []],
    ['a regular expression', { a: new BSONRegExp('^f', '') }, ['string', 'regex']],
    ['a stored regular expression by $eq', { a: { $eq: new BSONRegExp('^f', '') } }, ['regex']],
    ['a document', { a: { b: 5 } }, ['document', 'documents']],
    ['an array as a whole', { a: [1, 5, 9] }, ['numbers']],
    ['an array inside an array', { a: [5, 6] }, ['nested']],
    ['an empty array', { a: [] }, ['empty']],
    ['greater', { a: { $gt: 5 } }, ['half', 'numbers']],
    ['greater or equal', { a: { $gte: 5 } }, [...fives, 'half', 'numbers']],
    ['less', { a: { $lt: 5 } }, ['numbers', 'nullInside']],
    ['less or equal, decimal', { a: { $lte: dec('5') } }, [...fives, 'numbers', 'nullInside']],
    ['a range met by different elements', { a: { $gt: 1, $lt: 5 } }, ['numbers']],
    ['a range met by one element', { a: { $elemMatch: { $gt: 1, $lt: 5 } } }, []],
    ['at least null', { a: { $gte: null } }, ['missing', 'null', 'nullInside']],
    ['more than null', { a: { $gt: null } }, []],
    ['at most NaN', { a: { $lte: NaN } }, ['nan']],
    ['above an array', { a: { $gt: [1] } }, ['numbers', 'nested', 'documents']],
    ['above a string', { a: { $gt: 'f' } }, ['string']],
    ['above false', { a: { $gt: false } }, ['true']],
    ['in', { a: { $in: [5, 'five', id] } }, [...fives, 'string', 'objectId', 'numbers']],
    ['in, with null', { a: { $in: [null] } }, ['missing', 'null', 'nullInside']],
    ['in, with a regular expression', { a: { $in: [new BSONRegExp('^F', 'i'), 9] } }, ['string', 'numbers']],
    ['in, with an array', { a: { $in: [[5, 6]] } }, ['nested']],
    ['in nothing', { a: { $in: [] } }, []],
    ['exists', { a: { $exists: false } }, ['missing']],
    [
      'type number',
      { a: { $type: 'number' } },
      [...fives, 'half', 'nan', 'numbers', 'documents', 'nullInside'].filter((name) => name !== 'documents'),
    ],
    ['type int', { a: { $type: 16 } }, ['int', 'numbers', 'nullInside']],
    ['type array', { a: { $type: 'array' } }, ['empty', 'numbers', 'nested', 'documents', 'nullInside']],
    ['type null', { a: { $type: 'null' } }, ['null', 'nullInside']],
    ['types', { a: { $type: ['date', 'regex'] } }, ['date', 'regex']],
    ['size', { a: { $size: 3 } }, ['numbers', 'documents']],
    ['size zero', { a: { $size: 0 } }, ['empty']],
    ['mod', { a: { $mod: [4, 1] } }, [...fives, 'half', 'numbers', 'nullInside']],
    ['all', { a: { $all: [1, 5] } }, ['numbers']],
    ['all of one, on a scalar too', { a: { $all: [5] } }, [...fives, 'numbers']],
    ['all of an inner array', { a: { $all: [[5, 6]] } }, ['nested']],
    ['all of nothing', { a: { $all: [] } }, []],
    ['all with elemMatch', { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { c: 1 } }] } }, ['documents']],
    ['elemMatch on documents', { a: { $elemMatch: { b: { $gt: 1 } } } }, ['documents']],
    ['elemMatch on inner arrays', { a: { $elemMatch: { $elemMatch: { $gt: 6 } } } }, ['nested']],
    ['elemMatch with a negation', { a: { $elemMatch: { $ne: 1 } } }, ['numbers', 'nested', 'documents', 'nullInside']],
    ['a dotted path', { 'a.b': 5 }, ['document', 'documents']],
    [
      'a dotted path to nothing',
      { 'a.b': null },
      Object.keys(zoo).filter((name) => !['document', 'empty', 'numbers', 'nested', 'nullInside'].includes(name)),
    ],
    [
      'a dotted path that is not there',
      { 'a.b': { $exists: false } },
      Object.keys(zoo).filter((name) => !['document', 'documents'].includes(name)),
    ],
    ['an index', { 'a.1': 5 }, ['numbers']],
    ['an index whose element is not searched', { 'a.0': 5 }, []],
    ['an index of an index', { 'a.0.1': 6 }, ['nested']],
    ['an index and a name', { 'a.1.b': 5 }, ['documents']],
    ['bits', { a: { $bitsAllSet: 5 } }, [...fives, 'binary', 'numbers']],
    ['bits by position', { a: { $bitsAnySet: [3] } }, ['numbers']],
    ['min key', { a: { $gt: new MinKey() } }, Object.keys(zoo)],
    ['max key', { a: { $gte: new MaxKey() } }, []],
    ['or', { $or: [{ a: 'five' }, { a: true }] }, ['string', 'true']],
    ['and', { $and: [{ a: { $gt: 1 } }, { a: { $lt: 6 } }] }, [...fives, 'half', 'numbers']],
    ['a $comment', { $comment: 'why', a: 'five' }, ['string']],
  ])('finds %s', (_name, filter, expected) => {
    expect(matching(filter).sort()).toEqual([...new Set(expected)].sort());
    // The same from the stored bytes, of which only the named fields are decoded.
    const [matches, fields] = [compileFilter(filter), rootFields(filter)!];
    for (const document of Object.values(zoo)) {
      expect(matches(decodeFields(encode({ before: 1, ...document, after: [1] }), fields))).toBe(matches(document));
    }
  });

  test.each<[string, Document, Document]>([
    ['$ne', { a: { $ne: 5 } }, { a: 5 }],
    ['$nin', { a: { $nin: [5, null] } }, { a: { $in: [5, null] } }],
    ['$not', { a: { $not: { $gt: 4, $lt: 9 } } }, { a: { $gt: 4, $lt: 9 } }],
    ['$not with a regular expression', { a: { $not: new BSONRegExp('^f', '') } }, { a: new BSONRegExp('^f', '') }],
    ['$nor', { $nor: [{ a: 5 }, { 'a.b': 5 }] }, { $or: [{ a: 5 }, { 'a.b': 5 }] }],
  ])('takes %s as the complement', (_name, filter, complement) => {
    const found = new Set(matching(complement));
    expect(matching(filter)).toEqual(Object.keys(zoo).filter((name) => !found.has(name)));
  });

  test.each<[Document, number, string]>([
    [{ a: { $foo: 1 } }, 2, 'unknown operator: $foo'],
    [{ $foo: 1 }, 2, 'unknown top level operator: $foo'],
    [{ a: { $in: 5 } }, 2, '$in needs an array'],
    [{ a: { $in: [{ $gt: 1 }] } }, 2, 'cannot nest $ under $in'],
    [{ $or: [] }, 2, 'nonempty array'],
    [{ $and: [1] }, 2, 'entries need to be full objects'],
    [{ a: { $mod: [0, 1] } }, 2, 'divisor cannot be 0'],
    [{ a: { $size: -1 } }, 2, 'Failed to parse $size'],
    [{ a: { $type: 'nope' } }, 2, 'Unknown type name alias: nope'],
    [{ a: { $regex: '(' } }, 51091, 'Regular expression is invalid'],
    [{ a: { $not: 5 } }, 2, '$not needs a regex or a document'],
    [{ a: { $ne: new BSONRegExp('x', '') } }, 2, "Can't have regex"],
    [{ a: { $options: 'i' } }, 2, '$options needs a $regex'],
    [{ $where: '1' }, 2, '$where'],
    [{ $text: { $search: 'x' } }, 27, 'text index required'],
    [{ a: { $near: [1, 2] } }, 291, 'unable to find index'],
  ])('refuses %j with code %i', (filter, code, message) => {
    expect(() => compileFilter(filter)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  it('never sees what JavaScript objects inherit', () => {
    expect(compileFilter({ constructor: { $exists: true } })({})).toBe(false);
    expect(compileFilter({ '__proto__.toString': { $exists: true } })({})).toBe(false);
  });

  it('compares longs beyond a double exactly', () => {
    expect(compileFilter({ a: 9007199254740993n })({ a: 9007199254740992n })).toBe(false);
    expect(compileFilter({ a: { $gt: 9007199254740992 } })({ a: 9007199254740993n })).toBe(true);
    expect(compileFilter({ a: { $in: [9007199254740993n] } })({ a: new Double(9007199254740992) })).toBe(false);
    expect(compileFilter({ a: { $lt: dec('0.1') } })({ a: 0.1 })).toBe(false);
  });

  it('compares timestamps and strings by a collation', () => {
    expect(compileFilter({ a: { $gt: new Timestamp({ t: 1, i: 1 }) } })({ a: new Timestamp({ t: 1, i: 2 }) })).toBe(true);
    const collation = parseCollation({ locale: 'en', strength: 2 });
    expect(compileFilter({ a: 'STRASSE', b: { $in: ['x', 'É'] } }, { collation })({ a: 'strasse', b: 'é' })).toBe(true);
    expect(compileFilter({ a: 'e' }, { collation })({ a: 'é' })).toBe(false);
  });

  it('evaluates $expr with variables, and with the time of day', () => {
    const filter = { $expr: { $and: [{ $eq: ['$a', '$$wanted'] }, { $lt: ['$at', '$$NOW'] }] } };
    const matches = compileFilter(filter, { variables: { wanted: 5 } });
    expect(matches({ a: 5n, at: day })).toBe(true);
    expect(matches({ a: [5], at: day })).toBe(false);
    expect(matches({ a: 5, at: new Date(Date.now() + 60_000) })).toBe(false);
  });

  it('names the top-level fields it looks at', () => {
    expect(rootFields({ 'a.b': 1, $or: [{ c: 1 }, { $and: [{ d: 1 }] }] })).toEqual(new Set(['a', 'c', 'd']));
    expect(rootFields({ $expr: true })).toBeUndefined();
  });

  const number = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(
      0.5,
      NaN,
      Infinity,
      -Infinity,
      2n,
      -1n,
      9007199254740993n,
      9007199254740992,
      dec('0.5'),
      dec('2.00'),
      dec('NaN'),
      new Double(1),
    ),
  );

  it('has fast tests of numbers that agree with the order of values', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const order = compareValues(a, b);
        const [nan, otherNan] = [a, b].map((value) => compareValues(value, NaN) === 0);
        expect(compileFilter({ a: b })({ a })).toBe(order === 0);
        expect(compileFilter({ a: { $in: [b, 'x'] } })({ a })).toBe(order === 0);
        expect(compileFilter({ a: { $gte: b } })({ a })).toBe(order === 0 || (order > 0 && !nan && !otherNan));
        expect(compileFilter({ a: { $lt: b } })({ a })).toBe(order < 0 && !nan && !otherNan);
      }),
      { numRuns: 1000 },
    );
  });
});
