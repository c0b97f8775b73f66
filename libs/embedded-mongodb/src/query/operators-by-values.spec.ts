import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import type { Document } from '../bson/codec';
import { LegacyValue } from '../bson/document';
import { compileFilter } from './matcher';

const dec = (text: string): Decimal128 => Decimal128.fromString(text);
const bin = (bytes: number[], subtype = 0): Binary => new Binary(Buffer.from(bytes), subtype);
const id = new ObjectId('64b5f0c2a1b2c3d4e5f60718');
const big = 2 ** 53;

/** What a field may hold, by name. A filter's answer is the list of names it finds. */
const values: Record<string, unknown> = {
  missing: undefined,
  null: null,
  undefined: new LegacyValue(6, new Uint8Array(0)),
  zero: 0,
  negativeZero: -0,
  decimalZero: dec('0E+3'),
  one: 1,
  oneDouble: new Double(1),
  oneLong: 1n,
  oneDecimal: dec('1.00'),
  tenth: 0.1,
  decimalTenth: dec('0.1'),
  big,
  bigLong: 9007199254740992n,
  bigger: 9007199254740993n,
  biggerDecimal: dec('9007199254740993'),
  infinity: Infinity,
  negativeInfinity: -Infinity,
  decimalInfinity: dec('Infinity'),
  nan: NaN,
  decimalNaN: dec('NaN'),
  emptyString: '',
  string: 'abc',
  symbol: new BSONSymbol('abc'),
  code: new Code('abc'),
  true: true,
  false: false,
  date: new Date(5),
  timestamp: new Timestamp({ t: 5, i: 1 }),
  objectId: id,
  binary: bin([2]),
  longerBinary: bin([1, 1]),
  uuid: bin([2], 4),
  regex: new BSONRegExp('^a', 'i'),
  minKey: new MinKey(),
  maxKey: new MaxKey(),
  emptyObject: {},
  object: { a: 1, b: 2 },
  swapped: { b: 2, a: 1 },
  reference: { $ref: 'c', $id: 1 },
  emptyArray: [],
  ones: [1],
  oneAndTwo: [1, 2],
  nullInArray: [null],
  nested: [[1], [2]],
  nestedEmpty: [[]],
  documents: [{ a: 1 }, { a: 2, b: 1 }],
  mixed: [{ a: [1, 5] }, 'abc', 3],
};

function found(filter: Document): string[] {
  const matches = compileFilter(filter);
  return Object.keys(values).filter((name) => matches(values[name] === undefined ? {} : { f: values[name] }));
}

const ones = ['one', 'oneDouble', 'oneLong', 'oneDecimal'];
const zeroes = ['zero', 'negativeZero', 'decimalZero'];
const withOne = [...ones, 'ones', 'oneAndTwo'];
const nullish = ['missing', 'null', 'nullInArray'];
const nans = ['nan', 'decimalNaN'];
const numbers = [
  ...zeroes,
  ...ones,
  'tenth',
  'decimalTenth',
  'big',
  'bigLong',
  'bigger',
  'biggerDecimal',
  'infinity',
  'negativeInfinity',
  'decimalInfinity',
  ...nans,
];
const arrays = ['emptyArray', 'ones', 'oneAndTwo', 'nullInArray', 'nested', 'nestedEmpty', 'documents', 'mixed'];
const all = Object.keys(values);
const but = (names: string[]): string[] => all.filter((name) => !names.includes(name));

describe('an operator over every kind of value', () => {
  test.each<[unknown, string[]]>([
    // equality: the number, not its type; the type, where it is no number
    [1, withOne],
    [new Double(1), withOne],
    [1n, withOne],
    [dec('1'), withOne],
    [0, zeroes],
    [-0, zeroes],
    [0.1, ['tenth']],
    [dec('0.1'), ['decimalTenth']],
    [big, ['big', 'bigLong']],
    [9007199254740993n, ['bigger', 'biggerDecimal']],
    [NaN, nans],
    [dec('NaN'), nans],
    [Infinity, ['infinity', 'decimalInfinity']],
    ['', ['emptyString']],
    ['abc', ['string', 'symbol', 'mixed']],
    [true, ['true']],
    [false, ['false']],
    [new Date(5), ['date']],
    [new Timestamp({ t: 5, i: 1 }), ['timestamp']],
    [new ObjectId(id.toHexString()), ['objectId']],
    [bin([2]), ['binary']],
    [bin([2], 4), ['uuid']],
    [new Code('abc'), ['code']],
    [new MinKey(), ['minKey']],
    [new MaxKey(), ['maxKey']],
    [null, nullish],
    [{}, ['emptyObject']],
    [{ a: 1, b: 2 }, ['object']],
    [{ b: 2, a: 1 }, ['swapped']],
    [{ a: 1 }, ['documents']],
    [{ $ref: 'c', $id: 1 }, ['reference']],
    [[], ['emptyArray', 'nestedEmpty']],
    [[1], ['ones', 'nested']],
    [[1n, dec('2')], ['oneAndTwo']],
    [[2, 1], []],
    [[null], ['nullInArray']],
  ])('$eq %p finds what is equal, and $ne the rest', (operand, expected) => {
    expect(found({ f: { $eq: operand } })).toEqual(all.filter((name) => expected.includes(name)));
    expect(found({ f: operand })).toEqual(found({ f: { $eq: operand } }));
    expect(found({ f: { $in: [operand] } })).toEqual(found({ f: { $eq: operand } }));
    expect(found({ f: { $ne: operand } })).toEqual(but(expected));
    expect(found({ f: { $nin: [operand] } })).toEqual(but(expected));
    expect(found({ f: { $not: { $eq: operand } } })).toEqual(but(expected));
  });

  test.each<[string, Document, string[]]>([
    // order: within a type only, NaN beside no number
    ['$gt 1', { $gt: 1 }, ['big', 'bigLong', 'bigger', 'biggerDecimal', 'infinity', 'decimalInfinity', 'oneAndTwo', 'mixed']],
    ['$gte 2^53', { $gte: big }, ['big', 'bigLong', 'bigger', 'biggerDecimal', 'infinity', 'decimalInfinity']],
    ['$gt 2^53', { $gt: big }, ['bigger', 'biggerDecimal', 'infinity', 'decimalInfinity']],
    ['$lt 0', { $lt: 0 }, ['negativeInfinity']],
    ['$lte -0', { $lte: -0 }, [...zeroes, 'negativeInfinity']],
    ['$gt 0.1', { $gt: 0.1, $lt: 1 }, []],
    ['$lt 0.1', { $gt: 0, $lt: 0.1 }, ['decimalTenth']],
    ['$gt the decimal 0.1', { $gt: dec('0.1'), $lt: 1 }, ['tenth']],
    ['$gt infinity', { $gt: Infinity }, []],
    ['$gte infinity', { $gte: Infinity }, ['infinity', 'decimalInfinity']],
    ['$lte -infinity', { $lte: -Infinity }, ['negativeInfinity']],
    ['$gt NaN', { $gt: NaN }, []],
    ['$gte NaN', { $gte: NaN }, nans],
    ['$lt NaN', { $lt: NaN }, []],
    ['$lte NaN', { $lte: dec('NaN') }, nans],
    ['$gt null', { $gt: null }, []],
    ['$gte null', { $gte: null }, nullish],
    ['$lt null', { $lt: null }, []],
    ['$lte null', { $lte: null }, nullish],
    ['$gt an empty string', { $gt: '' }, ['string', 'symbol', 'mixed']],
    ['$gte an empty string', { $gte: '' }, ['emptyString', 'string', 'symbol', 'mixed']],
    ['$lt a string', { $lt: 'abd' }, ['emptyString', 'string', 'symbol', 'mixed']],
    ['$gt false', { $gt: false }, ['true']],
    ['$gt a date', { $gt: new Date(4) }, ['date']],
    ['$gt a timestamp', { $gt: new Timestamp({ t: 4, i: 9 }) }, ['timestamp']],
    ['$gt an ObjectId', { $gt: new ObjectId('000000000000000000000000') }, ['objectId']],
    ['$gt a binary: length first, then subtype', { $gt: bin([2]) }, ['longerBinary', 'uuid']],
    ['$lt a binary', { $lt: bin([0, 0]) }, ['binary', 'uuid']],
    ['$gt an object', { $gt: {} }, ['object', 'swapped', 'reference', 'documents', 'mixed']],
    ['$lt an object', { $lt: { a: 1, b: 2 } }, ['emptyObject', 'documents']],
    ['$gt an array', { $gt: [1] }, ['oneAndTwo', 'nested', 'nestedEmpty', 'documents', 'mixed']],
    ['$lt an array', { $lt: [1] }, ['emptyArray', 'nullInArray', 'nestedEmpty']],
    ['$gt a MinKey', { $gt: new MinKey() }, but(['minKey'])],
    ['$gte a MaxKey', { $gte: new MaxKey() }, ['maxKey']],
    ['$lt a MaxKey', { $lt: new MaxKey() }, but(['maxKey'])],
    // several values
    ['$in nothing', { $in: [] }, []],
    ['$nin nothing', { $nin: [] }, all],
    ['$in with null', { $in: [null, 'abc'] }, [...nullish, 'string', 'symbol', 'mixed']],
    ['$in with a regular expression', { $in: [new BSONRegExp('^A', 'i')] }, ['string', 'symbol', 'mixed']],
    ['$in with an equal regular expression', { $in: [new BSONRegExp('^a', 'i')] }, ['string', 'symbol', 'regex', 'mixed']],
    ['$in with arrays', { $in: [[1], []] }, ['emptyArray', 'ones', 'nested', 'nestedEmpty']],
    // what there is
    ['$exists', { $exists: true }, but(['missing'])],
    ['$exists 0', { $exists: 0 }, ['missing']],
    ['$exists null', { $exists: null }, ['missing']],
    ['$type number', { $type: 'number' }, [...numbers, 'ones', 'oneAndTwo', 'mixed']],
    ['$type double', { $type: 1 }, ['negativeZero', 'oneDouble', 'tenth', 'big', 'infinity', 'negativeInfinity', 'nan']],
    ['$type long', { $type: 'long' }, ['oneLong', 'bigLong', 'bigger']],
    ['$type array', { $type: 'array' }, arrays],
    ['$type object', { $type: 'object' }, ['emptyObject', 'object', 'swapped', 'reference', 'documents', 'mixed']],
    ['$type null', { $type: 'null' }, ['null', 'nullInArray']],
    ['$type undefined', { $type: 6 }, ['undefined']],
    ['$type minKey', { $type: -1 }, ['minKey']],
    ['$type maxKey', { $type: 127 }, ['maxKey']],
    ['$type of several', { $type: ['regex', 'symbol', 14, 'javascript'] }, ['symbol', 'code', 'regex']],
    // arrays
    ['$size 0', { $size: 0 }, ['emptyArray']],
    ['$size 1', { $size: new Double(1) }, ['ones', 'nullInArray', 'nestedEmpty']],
    ['$all of two', { $all: [1, 2] }, ['oneAndTwo']],
    ['$all of one', { $all: [1] }, withOne],
    ['$all of null', { $all: [null] }, nullish],
    ['$all of an array', { $all: [[1]] }, ['ones', 'nested']],
    ['$all of nothing', { $all: [] }, []],
    ['$all with $elemMatch', { $all: [{ $elemMatch: { a: 1 } }, { $elemMatch: { b: 1 } }] }, ['documents']],
    ['$elemMatch of a value', { $elemMatch: { $gte: 1, $lt: 2 } }, ['ones', 'oneAndTwo']],
    ['$elemMatch of a document', { $elemMatch: { a: 2, b: 1 } }, ['documents']],
    ['$elemMatch of null', { $elemMatch: { $eq: null } }, ['nullInArray']],
    ['$elemMatch of what is not there', { $elemMatch: { b: { $exists: false } } }, ['nested', 'nestedEmpty', 'documents', 'mixed']],
    ['$elemMatch inside', { $elemMatch: { $elemMatch: { $eq: 2 } } }, ['nested']],
    // numbers
    ['$mod', { $mod: [2, 1] }, [...withOne, 'bigger', 'biggerDecimal', 'mixed']],
    ['$mod of a fraction', { $mod: [1, 0] }, [...numbers.filter((name) => !/nan|infinity/i.test(name)), 'ones', 'oneAndTwo', 'mixed']],
    ['$mod with fractions', { $mod: [2.9, 1.9] }, [...withOne, 'bigger', 'biggerDecimal', 'mixed']],
    ['$mod, negative', { $mod: [-2, 1] }, [...withOne, 'bigger', 'biggerDecimal', 'mixed']],
    ['$bitsAllSet', { $bitsAllSet: 1 }, [...withOne, 'bigger', 'biggerDecimal', 'longerBinary', 'mixed']],
    ['$bitsAllSet of nothing', { $bitsAllSet: 0 }, [...zeroes, ...withOne, 'big', 'bigLong', 'bigger', 'biggerDecimal', 'binary', 'longerBinary', 'uuid', 'mixed']], // prettier-ignore
    ['$bitsAnySet by position', { $bitsAnySet: [1, 100] }, ['oneAndTwo', 'binary', 'uuid', 'mixed']],
    ['$bitsAnyClear by bytes', { $bitsAnyClear: bin([3]) }, [...zeroes, ...withOne, 'big', 'bigLong', 'bigger', 'biggerDecimal', 'binary', 'longerBinary', 'uuid']], // prettier-ignore
    // text
    ['$regex', { $regex: '^A', $options: 'i' }, ['string', 'symbol', 'mixed']],
    ['$not with $regex', { $not: { $regex: '^a' } }, but(['string', 'symbol', 'mixed'])],
  ])('%s', (_name, condition, expected) => {
    expect(found({ f: condition })).toEqual(all.filter((name) => expected.includes(name)));
    expect(found({ f: { $not: condition } })).toEqual(but(expected));
    expect(found({ $nor: [{ f: condition }] })).toEqual(but(expected));
  });

  test.each<[string, Document, string[]]>([
    ['a path into documents', { 'f.a': 1 }, ['object', 'swapped', 'documents', 'mixed']],
    ['a path to an array in an array', { 'f.a': 5 }, ['mixed']],
    ['a path to a whole array', { 'f.a': [1, 5] }, ['mixed']],
    ['an index', { 'f.0': 1 }, ['ones', 'oneAndTwo']],
    ['an index whose element is an array', { 'f.0': [1] }, ['nested']],
    ['an index of an index', { 'f.0.0': 1 }, ['nested']],
    ['an index and a name', { 'f.1.b': 1 }, ['documents']],
    ['an index beyond', { 'f.7': { $exists: true } }, []],
    [
      'null at a path',
      { 'f.b': null },
      but(['object', 'swapped', 'emptyArray', 'ones', 'oneAndTwo', 'nullInArray', 'nested', 'nestedEmpty']),
    ],
    ['no value at a path', { 'f.b': { $exists: false } }, but(['object', 'swapped', 'documents'])],
    ['another value at a path', { 'f.a': { $ne: 1 } }, but(['object', 'swapped', 'documents', 'mixed'])],
    ['$size at a path', { 'f.a': { $size: 2 } }, ['mixed']],
    ['an object by its fields', { 'f.a': 1, 'f.b': 2 }, ['object', 'swapped']],
    ['a reference', { 'f.$id': 1 }, ['reference']],
  ])('follows %s', (_name, filter, expected) => {
    expect(found(filter)).toEqual(all.filter((name) => expected.includes(name)));
  });

  test.each<[Document, number]>([
    [{ $and: {} }, 2],
    [{ $and: null }, 2],
    [{ $or: 'x' }, 2],
    [{ $nor: [] }, 2],
    [{ $nor: [1] }, 2],
    [{ $nope: 1 }, 2],
    [{ $where: 'true' }, 2],
    [{ $alwaysTrue: 2 }, 9],
    [{ $sampleRate: 2 }, 2],
    [{ f: { $nope: 1 } }, 2],
    [{ f: { $gt: 1, nope: 1 } }, 2],
    [{ f: { $in: 1 } }, 2],
    [{ f: { $in: [{ $gt: 1 }] } }, 2],
    [{ f: { $nin: null } }, 2],
    [{ f: { $ne: new BSONRegExp('x') } }, 2],
    [{ f: { $gt: new BSONRegExp('x') } }, 2],
    [{ f: { $not: 1 } }, 2],
    [{ f: { $not: {} } }, 2],
    [{ f: { $not: { a: 1 } } }, 2],
    [{ f: { $type: 'nope' } }, 2],
    [{ f: { $type: 0 } }, 2],
    [{ f: { $type: [] } }, 9],
    [{ f: { $type: {} } }, 14],
    [{ f: { $size: 'x' } }, 2],
    [{ f: { $size: -1 } }, 2],
    [{ f: { $size: 1.5 } }, 2],
    [{ f: { $size: 2n ** 40n } }, 2],
    [{ f: { $mod: 1 } }, 2],
    [{ f: { $mod: [] } }, 2],
    [{ f: { $mod: [1] } }, 2],
    [{ f: { $mod: [1, 2, 3] } }, 2],
    [{ f: { $mod: [0, 1] } }, 2],
    [{ f: { $mod: ['x', 1] } }, 2],
    [{ f: { $mod: [NaN, 1] } }, 2],
    [{ f: { $mod: [1e19, 1] } }, 2],
    [{ f: { $all: 1 } }, 2],
    [{ f: { $all: [{ $gt: 1 }] } }, 2],
    [{ f: { $all: [{ $elemMatch: { a: 1 } }, 1] } }, 2],
    [{ f: { $elemMatch: 1 } }, 2],
    [{ f: { $elemMatch: { $nope: 1 } } }, 2],
    [{ f: { $elemMatch: { $expr: true } } }, 2],
    [{ f: { $bitsAllSet: 'x' } }, 2],
    [{ f: { $bitsAllSet: -1 } }, 9],
    [{ f: { $bitsAllSet: 1.5 } }, 9],
    [{ f: { $bitsAllSet: 1e19 } }, 9],
    [{ f: { $bitsAnySet: [-1] } }, 2],
    [{ f: { $bitsAnySet: [1.5] } }, 2],
    [{ f: { $bitsAnySet: [2n ** 31n] } }, 2],
    [{ f: { $regex: null } }, 2],
    [{ f: { $regex: 5 } }, 2],
    [{ f: { $regex: 'x\0' } }, 2],
    [{ f: { $regex: '(' } }, 51091],
    [{ f: { $regex: 'x', $options: 'g' } }, 51108],
    [{ f: { $regex: 'x', $options: 5 } }, 2],
    [{ f: { $regex: new BSONRegExp('x', 'i'), $options: 'm' } }, 51075],
    [{ f: { $options: 'i' } }, 2],
    [{ $expr: { $nope: 1 } }, 168],
    [{ $expr: '$$nope' }, 17276],
  ])('refuses %j with %i', (filter, code) => {
    expect(() => compileFilter(filter)).toThrow(expect.objectContaining({ code }));
  });
});
