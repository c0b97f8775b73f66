import { Decimal128, Double } from 'bson';
import { encode, type Document } from '../bson/codec';
import { compileUpdate } from './update';

const dec = (text: string): Decimal128 => Decimal128.fromString(text);
const now = new Date('2024-05-06T07:08:09Z');

function updated(document: Document, update: Document, filter: Document = {}, arrayFilters?: Document[]): Document {
  return compileUpdate(update, { arrayFilters }).apply(document, filter, now).document;
}

/** Held against each other as bytes, so that the type of each number counts. */
function expectSame(made: unknown, expected: unknown): void {
  expect(made).toEqual(expected);
  expect(encode({ v: made }).toString('hex')).toBe(encode({ v: expected }).toString('hex'));
}

describe('an update of a number', () => {
  test.each<[unknown, unknown, unknown]>([
    // what is there, by how much, what it becomes
    [undefined, 1, 1],
    [undefined, 1n, 1n],
    [undefined, new Double(1), new Double(1)],
    [undefined, dec('1.0'), dec('1.0')],
    [1, 1, 2],
    [1, 1n, 2n],
    [1n, 1, 2n],
    [1, new Double(1), new Double(2)],
    [new Double(1), 1n, new Double(2)],
    [1, dec('0.10'), dec('1.10')],
    [dec('0.10'), 1, dec('1.10')],
    [new Double(0.5), dec('1'), dec('1.500000000000000')],
    [2147483647, 1, 2147483648n],
    [-2147483648, -1, -2147483649n],
    [2147483647, -2147483647, 0],
    [2147483648n, -1, 2147483647n],
    [9223372036854775807n, new Double(1), 9223372036854775808],
    [9223372036854775807n, dec('1'), dec('9223372036854775808')],
    [1.5, 1.5, new Double(3)],
    [NaN, 1, NaN],
    [dec('NaN'), 1, dec('NaN')],
    [1, NaN, NaN],
    [dec('1.0'), dec('0.00'), dec('1.0')],
    [new Double(1), 0, new Double(1)],
    [-0, 0, -0],
  ])('$inc of %p by %p is %p', (current, by, expected) => {
    expectSame(updated({ _id: 1, ...(current !== undefined && { v: current }) }, { $inc: { v: by } })['v'], expected);
  });

  test.each<[unknown, unknown, unknown]>([
    [undefined, 5, 0],
    [undefined, 5n, 0n],
    [undefined, 1.5, new Double(0)],
    [undefined, dec('1.5'), dec('0.0')],
    [3, 4, 12],
    [65536, 65536, 4294967296n],
    [3, 4n, 12n],
    [2, 1.5, new Double(3)],
    [2, dec('1.50'), dec('3.00')],
    [dec('-1'), 0, dec('-0')],
  ])('$mul of %p by %p is %p', (current, by, expected) => {
    expectSame(updated({ _id: 1, ...(current !== undefined && { v: current }) }, { $mul: { v: by } })['v'], expected);
  });

  test.each<[unknown, unknown, unknown, unknown]>([
    // what is there, the operand, what $min makes, what $max makes
    [undefined, 1, 1, 1],
    [1, 2, 1, 2],
    [1, new Double(1), 1, 1],
    [1n, 1, 1n, 1n],
    [1, dec('1.5'), 1, dec('1.5')],
    [NaN, 1, NaN, 1],
    [null, 1, null, 1],
    ['a', 1, 1, 'a'],
    ['a', ['a'], 'a', ['a']],
    [[9], 1, 1, [9]],
    [now, 'a', 'a', now],
    [false, now, false, now],
  ])('$min and $max of %p with %p are %p and %p', (current, operand, least, greatest) => {
    const document = { _id: 1, ...(current !== undefined && { v: current }) };
    expectSame(updated(document, { $min: { v: operand } })['v'], least);
    expectSame(updated(document, { $max: { v: operand } })['v'], greatest);
  });

  test.each<[unknown, Document, unknown]>([
    [undefined, { or: 5 }, 5],
    [undefined, { or: 5n }, 5n],
    [13, { and: 10 }, 8],
    [13, { and: 10n }, 8n],
    [13n, { xor: 1 }, 12n],
    [5, { and: 4, or: 1 }, 5],
    [-1, { and: 0x7fffffff }, 0x7fffffff],
  ])('$bit of %p by %p is %p', (current, steps, expected) => {
    expectSame(updated({ _id: 1, ...(current !== undefined && { v: current }) }, { $bit: { v: steps } })['v'], expected);
  });
});

describe('an update of an array', () => {
  test.each<[string, Document, Document, Document]>([
    [
      '$addToSet by value, not by type',
      { v: [1, 'a'] },
      { $addToSet: { v: { $each: [1n, dec('1.0'), new Double(2), 'a'] } } },
      { v: [1, 'a', new Double(2)] },
    ],
    [
      '$addToSet minds the order of fields',
      { v: [{ a: 1, b: 2 }] },
      { $addToSet: { v: { b: 2, a: 1 } } },
      {
        v: [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      },
    ],
    ['$addToSet of an array as one', { v: [1] }, { $addToSet: { v: [1] } }, { v: [1, [1]] }],
    ['$push of nothing makes an array', {}, { $push: { v: { $each: [] } } }, { v: [] }],
    ['$push to the end beyond', { v: [1] }, { $push: { v: { $each: [2], $position: 9 } } }, { v: [1, 2] }],
    ['$push from the end', { v: [1, 2, 3] }, { $push: { v: { $each: [9], $position: -2 } } }, { v: [1, 9, 2, 3] }],
    ['$push and keep none', { v: [1] }, { $push: { v: { $each: [2], $slice: 0 } } }, { v: [] }],
    ['$push sorted by values of all types', { v: ['a', 2] }, { $push: { v: { $each: [null, 1n], $sort: 1 } } }, { v: [null, 1n, 2, 'a'] }],
    [
      '$push sorted by a field, arrays as a whole',
      { v: [{ a: [3, 1] }] },
      { $push: { v: { $each: [{ a: [2] }, {}], $sort: { a: 1 } } } },
      { v: [{}, { a: [2] }, { a: [3, 1] }] },
    ],
    [
      '$push sorted by two fields',
      { v: [{ a: 1, b: 1 }] },
      { $push: { v: { $each: [{ a: 1, b: 2 }], $sort: { a: 1, b: -1 } } } },
      {
        v: [
          { a: 1, b: 2 },
          { a: 1, b: 1 },
        ],
      },
    ],
    ['$pull by value', { v: [1, 1n, dec('1'), '1', [1]] }, { $pull: { v: 1 } }, { v: ['1', [1]] }],
    ['$pull of an array as a whole', { v: [[1], 1] }, { $pull: { v: [1] } }, { v: [1] }],
    ['$pull by a range', { v: [1, 5, 'x', null] }, { $pull: { v: { $gte: 3 } } }, { v: [1, 'x', null] }],
    ['$pull of null', { v: [null, 1] }, { $pull: { v: null } }, { v: [1] }],
    ['$pull by $in', { v: [1, 2, 3] }, { $pull: { v: { $in: [1, 3] } } }, { v: [2] }],
    ['$pull by a regular expression', { v: ['ab', 'b', 1] }, { $pull: { v: /^a/ } }, { v: ['b', 1] }],
    ['$pull of documents by some of their fields', { v: [{ a: 1, b: 1 }, { a: 2 }] }, { $pull: { v: { a: 1 } } }, { v: [{ a: 2 }] }],
    [
      '$pull of documents by a part of a field',
      { v: [{ a: { b: 1 } }, { a: { b: 2 } }] },
      { $pull: { v: { 'a.b': 2 } } },
      { v: [{ a: { b: 1 } }] },
    ],
    ['$pullAll by whole values', { v: [{ a: 1, b: 1 }, { a: 1 }, 2n] }, { $pullAll: { v: [{ a: 1 }, 2] } }, { v: [{ a: 1, b: 1 }] }],
    ['$pop of an empty array', { v: [] }, { $pop: { v: 1 } }, { v: [] }],
    ['$set beyond the end', { v: [1] }, { $set: { 'v.3': 1 } }, { v: [1, null, null, 1] }],
    ['$unset inside', { v: [1, { a: 1, b: 2 }] }, { $unset: { 'v.0': 1, 'v.1.a': 1 } }, { v: [null, { b: 2 }] }],
    ['$[] of $[]', { v: [{ w: [1, 2] }, { w: [3] }] }, { $inc: { 'v.$[].w.$[]': 1 } }, { v: [{ w: [2, 3] }, { w: [4] }] }],
    ['$rename of null over another', { a: null, v: 1 }, { $rename: { a: 'v' } }, { v: null }],
    ['$set of null over nothing', {}, { $set: { v: null } }, { v: null }],
    ['$unset of null', { v: null }, { $unset: { v: 1 } }, {}],
  ])('%s', (_name, document, update, expected) => {
    expectSame(updated({ _id: 1, ...document }, update), { _id: 1, ...expected });
  });

  it('combines array filters, each for its own array', () => {
    const document = { _id: 1, v: [{ k: 1, w: [1, 5] }, { k: 2, w: [1, 5] }] }; // prettier-ignore
    expect(updated(document, { $set: { 'v.$[a].w.$[b]': 0 } }, {}, [{ 'a.k': 2 }, { b: { $gt: 1 } }])['v']).toEqual([
      { k: 1, w: [1, 5] },
      { k: 2, w: [1, 0] },
    ]);
  });

  test.each<[string, Document, number | undefined]>([
    ['an element matched by value', { v: 2 }, 1],
    ['an element matched by range', { v: { $gt: 2 } }, 2],
    ['an element matched by $elemMatch', { v: { $elemMatch: { $gt: 1, $lt: 3 } } }, 1],
    ['one of several values', { $or: [{ v: 3 }, { v: 9 }] }, 2],
    ['alternatives about different fields', { $or: [{ v: 3 }, { w: 9 }] }, undefined],
    ['a negation', { v: { $ne: 9 } }, undefined],
    ['an element named by its index', { 'v.1': 2 }, undefined],
    ['nothing about the array', { w: 1 }, undefined],
  ])('the positional $ stands for %s', (_name, filter, index) => {
    const change = (): unknown => updated({ _id: 1, w: 1, v: [1, 2, 3] }, { $set: { 'v.$': 0 } }, filter)['v'];
    if (index === undefined) expect(change).toThrow(expect.objectContaining({ code: 2 }));
    else expect(change()).toEqual([1, 2, 3].map((element, i) => (i === index ? 0 : element)));
  });
});

describe('an update that cannot be', () => {
  test.each<[Document, Document, number]>([
    // on the document, the update, the code
    [{ v: 9223372036854775807n }, { $inc: { v: 1 } }, 2],
    [{ v: -9223372036854775808n }, { $inc: { v: -1 } }, 2],
    [{ v: 9223372036854775807n }, { $mul: { v: 2 } }, 2],
    [{ v: null }, { $inc: { v: 1 } }, 14],
    [{ v: 'x' }, { $mul: { v: 1 } }, 14],
    [{}, { $inc: { v: null } }, 14],
    [{}, { $inc: { v: '1' } }, 14],
    [{ v: 1.5 }, { $bit: { v: { or: 1 } } }, 2],
    [{}, { $bit: { v: { or: 1.5 } } }, 2],
    [{}, { $bit: { v: { nope: 1 } } }, 2],
    [{}, { $bit: { v: {} } }, 2],
    [{}, { $bit: { v: 1 } }, 2],
    [{}, { $currentDate: { v: 'date' } }, 2],
    [{}, { $currentDate: { v: { $type: 'nope' } } }, 2],
    [{ v: 1 }, { $push: { v: 1 } }, 2],
    [{ v: null }, { $push: { v: 1 } }, 2],
    [{}, { $push: { v: { $each: 1 } } }, 2],
    [{}, { $push: { v: { $each: [], $slice: 1.5 } } }, 2],
    [{}, { $push: { v: { $each: [], $sort: 2 } } }, 2],
    [{}, { $push: { v: { $each: [], $sort: {} } } }, 2],
    [{}, { $push: { v: { $each: [], $sort: { 'a.': 1 } } } }, 2],
    [{}, { $push: { v: { $each: [], $position: 'x' } } }, 2],
    [{}, { $push: { v: { $each: [], $nope: 1 } } }, 2],
    [{ v: 1 }, { $addToSet: { v: 1 } }, 2],
    [{}, { $addToSet: { v: { $each: 1 } } }, 14],
    [{}, { $addToSet: { v: { $each: [], $nope: 1 } } }, 2],
    [{ v: 1 }, { $pull: { v: 1 } }, 2],
    [{ v: 1 }, { $pullAll: { v: [1] } }, 2],
    [{}, { $pullAll: { v: 1 } }, 2],
    [{ v: 1 }, { $pop: { v: 1 } }, 14],
    [{ v: 1 }, { $pop: { 'v.a': 1 } }, 28],
    [{}, { $pop: { v: 2 } }, 9],
    [{}, { $pop: { v: 'x' } }, 9],
    [{ v: 1 }, { $set: { 'v.a': 1 } }, 28],
    [{ v: null }, { $set: { 'v.a': 1 } }, 28],
    [{ v: [1] }, { $set: { 'v.a': 1 } }, 28],
    [{ v: [1] }, { $set: { 'v.9999999': 1 } }, 2],
    [{ v: 1 }, { $rename: { 'v.a': 'w' } }, 28],
    [{ v: [{ a: 1 }] }, { $rename: { 'v.0.a': 'w' } }, 2],
    [{ v: 1, w: [1] }, { $rename: { v: 'w.0' } }, 2],
    [{ v: 2 }, { $rename: { v: '_id' } }, 66],
    [{}, { $rename: { v: 'v' } }, 2],
    [{}, { $rename: { v: 1 } }, 2],
    [{}, { $rename: { 'v.$[]': 'w' } }, 2],
    [{}, { $set: { _id: 2 } }, 66],
    [{}, { $unset: { _id: 1 } }, 66],
    [{}, { $set: { v: 1, 'v.a': 1 } }, 40],
    [{}, { $set: { v: 1 }, $unset: { v: 1 } }, 40],
    [{}, { $rename: { v: 'w' }, $set: { 'w.a': 1 } }, 40],
    [{}, { $set: { '': 1 } }, 56],
    [{}, { $set: { 'v.': 1 } }, 56],
    [{}, { $set: { 'v\0': 1 } }, 2],
    [{}, { $set: { $: 1 } }, 2],
    [{}, { $set: { '$[]': 1 } }, 2],
    [{}, { $set: { 'v.$.w.$': 1 } }, 2],
    [{}, { $set: { 'v.$[x]': 1 } }, 2],
    [{ v: 1 }, { $set: { 'v.$[]': 1 } }, 2],
    [{}, { $set: { 'v.$[]': 1 } }, 2],
    [{}, { $set: { $v: 1 } }, 52],
    [{}, { $set: 1 }, 9],
    [{}, { $nope: { v: 1 } }, 9],
    [{}, { v: 1, $set: { w: 1 } }, 52],
  ])('%j by %j is refused with %i', (document, update, code) => {
    expect(() => updated({ _id: 1, ...document }, update)).toThrow(expect.objectContaining({ code }));
  });

  test.each<[Document[], number]>([
    [[{ x: 1 }, { a: 1 }], 9],
    [[{ x: 1 }, { x: 2 }], 9],
    [[{ x: 1, y: 1 }], 9],
    [[{}], 9],
    [[{ X: 1 }], 2],
    [[{ x: { $nope: 1 } }], 2],
    [[{ $expr: true }], 224],
    [[{ $text: { $search: 'x' } }], 2],
  ])('the array filters %j are refused with %i', (arrayFilters, code) => {
    expect(() => compileUpdate({ $set: { 'v.$[x]': 1 } }, { arrayFilters })).toThrow(expect.objectContaining({ code }));
  });
});

describe('an upsert', () => {
  test.each<[Document, Document]>([
    [{ a: 1, b: { $gt: 1 } }, { a: 1 }],
    [{ a: { $eq: 1 } }, { a: 1 }],
    [{ a: { $in: [1] } }, { a: 1 }],
    [{ a: { $in: [1, 2] } }, {}],
    [{ a: { $all: [1] } }, { a: 1 }],
    [{ a: { $all: [1, 2] } }, {}],
    [{ $and: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 2 }],
    [{ $or: [{ a: 1 }] }, { a: 1 }],
    [{ $or: [{ a: 1 }, { b: 1 }] }, {}],
    [{ $nor: [{ a: 1 }] }, {}],
    [{ a: { $ne: 1 } }, {}],
    [{ a: null }, { a: null }],
    [{ a: /x/ }, {}],
    [{ 'a.b': 1, 'a.c': 2 }, { a: { b: 1, c: 2 } }],
    [{ a: { b: 1 } }, { a: { b: 1 } }],
    [{ a: [1] }, { a: [1] }],
    [{ a: { $elemMatch: { b: 1 } } }, {}],
    [{ a: { $exists: true } }, {}],
  ])('takes from %j what is equal: %j', (filter, seed) => {
    expect(compileUpdate({ $set: { n: 1 } }).upsert(filter, now)).toEqual({ ...seed, n: 1 });
  });
});
