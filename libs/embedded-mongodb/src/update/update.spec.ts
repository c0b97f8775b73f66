import { Decimal128, Double, ObjectId, Timestamp } from 'bson';
import type { Document } from '../bson/codec';
import { compileUpdate, updateOperators } from './update';

const dec = (text: string): Decimal128 => Decimal128.fromString(text);
const now = new Date('2024-05-06T07:08:09Z');

function updated(document: Document, update: Document | Document[], filter: Document = {}, arrayFilters?: Document[]): Document {
  const before = JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  const result = compileUpdate(update, { arrayFilters }).apply(document, filter, now);
  // Whatever happens, the document handed in stays as it was.
  expect(JSON.stringify(document, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))).toBe(before);
  return result.document;
}

describe('an update by operators', () => {
  test.each<[string, Document, Document, Document]>([
    ['$set', { a: 1 }, { $set: { a: 2, b: 3 } }, { a: 2, b: 3 }],
    ['$set below a missing path', {}, { $set: { 'a.b.c': 1 } }, { a: { b: { c: 1 } } }],
    ['$set in an array, padding with null', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
    [
      'new fields in the order of their names, indexes by number',
      {},
      { $set: { z: 1, a: 1, 'm.10': 1, 'm.9': 1 } },
      { a: 1, m: { 9: 1, 10: 1 }, z: 1 },
    ],
    ['$unset', { a: 1, b: { c: 1, d: 2 } }, { $unset: { a: '', 'b.c': '' } }, { b: { d: 2 } }],
    ['$unset of an array element', { a: [1, 2] }, { $unset: { 'a.0': '' } }, { a: [null, 2] }],
    ['$unset of nothing', { a: 1 }, { $unset: { 'b.c': '', 'a.x': '' } }, { a: 1 }],
    ['$inc', { a: 1 }, { $inc: { a: 2, b: 5 } }, { a: 3, b: 5 }],
    ['$inc beyond int32', { a: 2147483647 }, { $inc: { a: 1 } }, { a: 2147483648n }],
    ['$inc of a double', { a: 1 }, { $inc: { a: 0.5 } }, { a: 1.5 }],
    ['$inc that makes a whole double', { a: 1.5 }, { $inc: { a: 0.5 } }, { a: new Double(2) }],
    ['$inc of a long', { a: 5n }, { $inc: { a: 1 } }, { a: 6n }],
    ['$inc of a decimal', { a: dec('1.10') }, { $inc: { a: 1 } }, { a: dec('2.10') }],
    ['$inc of a double by a decimal', { a: 0.1 }, { $inc: { a: dec('0.2') } }, { a: dec('0.300000000000000') }],
    ['$mul', { a: 3, b: dec('1.5') }, { $mul: { a: 4, b: 2, c: 7n, d: 1.5 } }, { a: 12, b: dec('3.0'), c: 0n, d: new Double(0) }],
    ['$min and $max', { a: 5, b: 5 }, { $min: { a: 3, c: 1 }, $max: { b: 3, d: 1 } }, { a: 3, b: 5, c: 1, d: 1 }],
    ['$max across types', { a: 5 }, { $max: { a: 'x' } }, { a: 'x' }],
    ['$rename', { a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { b: 2, c: { d: 1 } }],
    ['$rename of nothing', { a: 1 }, { $rename: { b: 'c' } }, { a: 1 }],
    ['$currentDate', {}, { $currentDate: { a: true, b: { $type: 'date' } } }, { a: now, b: now }],
    ['$bit', { a: 13, b: 5n }, { $bit: { a: { and: 10 }, b: { or: 2 }, c: { xor: 6 } } }, { a: 8, b: 7n, c: 6 }],
    ['$push', { a: [1] }, { $push: { a: 2, b: [1] } }, { a: [1, 2], b: [[1]] }],
    ['$push with $each, $position', { a: [1, 4] }, { $push: { a: { $each: [2, 3], $position: 1 } } }, { a: [1, 2, 3, 4] }],
    ['$push with a $position from the end', { a: [1, 4] }, { $push: { a: { $each: [2], $position: -1 } } }, { a: [1, 2, 4] }],
    ['$push with $sort and $slice', { a: [3, 1] }, { $push: { a: { $each: [2], $sort: -1, $slice: 2 } } }, { a: [3, 2] }],
    [
      '$push with the last of a $sort by field',
      { a: [{ n: 3 }, { n: 1 }] },
      { $push: { a: { $each: [{ n: 2 }], $sort: { n: 1 }, $slice: -2 } } },
      { a: [{ n: 2 }, { n: 3 }] },
    ],
    ['$addToSet', { a: [1, 'x'] }, { $addToSet: { a: { $each: [new Double(1), 'y', 'y'] }, b: 1 } }, { a: [1, 'x', 'y'], b: [1] }],
    [
      '$addToSet of a document',
      { a: [{ x: 1, y: 2 }] },
      { $addToSet: { a: { y: 2, x: 1 } } },
      {
        a: [
          { x: 1, y: 2 },
          { y: 2, x: 1 },
        ],
      },
    ],
    ['$pull of a value', { a: [1, 2, 1, [1]] }, { $pull: { a: 1 } }, { a: [2, [1]] }],
    ['$pull by operators', { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
    ['$pull of documents by their fields', { a: [{ x: 1, y: 2 }, { x: 2 }, 1] }, { $pull: { a: { x: 1 } } }, { a: [{ x: 2 }, 1] }],
    ['$pull of documents by a condition on a field', { a: [{ x: 1 }, { x: 5 }] }, { $pull: { a: { x: { $gt: 2 } } } }, { a: [{ x: 1 }] }],
    [
      '$pull of documents by $or',
      { a: [{ x: 1 }, { y: 2 }, { x: 3 }, 1] },
      { $pull: { a: { $or: [{ x: 1 }, { y: 2 }] } } },
      { a: [{ x: 3 }, 1] },
    ],
    ['a field below whose name begins with a dollar', { a: { $b: 1 } }, { $set: { 'a.$b': 2, 'a.$each': 3 } }, { a: { $b: 2, $each: 3 } }],
    ['$unset of such a field at the top', { $a: 1 }, { $unset: { $a: 1 } }, {}],
    ['$pullAll', { a: [1, 2, { x: 1 }, 3n] }, { $pullAll: { a: [2, { x: 1 }, 3] } }, { a: [1] }],
    ['$pop', { a: [1, 2, 3], b: [1, 2] }, { $pop: { a: 1, b: -1, c: 1 } }, { a: [1, 2], b: [2] }],
    ['$setOnInsert on a document that is there', { a: 1 }, { $setOnInsert: { b: 1 }, $set: { a: 2 } }, { a: 2 }],
    ['all elements', { a: [{ n: 1 }, { n: 2 }] }, { $inc: { 'a.$[].n': 10 } }, { a: [{ n: 11 }, { n: 12 }] }],
    ['all elements of an array of numbers', { a: [1, 2] }, { $mul: { 'a.$[]': 2 } }, { a: [2, 4] }],
  ])('applies %s', (_name, document, update, expected) => {
    const result = updated({ _id: 1, ...document }, update);
    expect(result).toEqual({ _id: 1, ...expected });
    expect(JSON.stringify(Object.keys(result))).toBe(JSON.stringify(['_id', ...Object.keys(expected)]));
  });

  it('finds the positional element through the query', () => {
    const document = {
      _id: 1,
      a: [
        { k: 1, n: 1 },
        { k: 2, n: 1 },
      ],
      b: [5, 7],
    };
    expect(updated(document, { $set: { 'a.$.n': 9 } }, { 'a.k': 2 })).toMatchObject({ a: [{ n: 1 }, { n: 9 }] });
    expect(updated(document, { $set: { 'a.$.n': 9 } }, { a: { $elemMatch: { k: 2, n: 1 } } })).toMatchObject({ a: [{ n: 1 }, { n: 9 }] });
    expect(updated(document, { $set: { 'b.$': 0 } }, { b: { $gt: 5 } })).toMatchObject({ b: [5, 0] });
    expect(() => updated(document, { $set: { 'b.$': 0 } }, { _id: 1 })).toThrow(expect.objectContaining({ code: 2 }));
  });

  it('filters array elements as they were before the update', () => {
    const document = {
      _id: 1,
      items: [
        { sku: 'a', n: 1, tags: ['x', 'y'] },
        { sku: 'b', n: 2, tags: ['x'] },
      ],
    };
    const update = { $inc: { 'items.$[big].n': -2, 'items.$[small].n': 5 } };
    expect(updated(document, update, {}, [{ 'big.n': { $gte: 2 } }, { 'small.n': { $lt: 2 } }])).toMatchObject({
      items: [{ n: 6 }, { n: 0 }],
    });
    expect(updated(document, { $set: { 'items.$[].tags.$[t]': 'z' } }, {}, [{ t: 'x' }])).toMatchObject({
      items: [{ tags: ['z', 'y'] }, { tags: ['z'] }],
    });
  });

  it('writes two fields of one element', () => {
    const update = { $set: { 'a.$[e].x': 1, 'a.$[e].y': 2 } };
    expect(updated({ _id: 1, a: [{ k: 1 }, { k: 2 }] }, update, {}, [{ 'e.k': 2 }])).toEqual({
      _id: 1,
      a: [{ k: 1 }, { k: 2, x: 1, y: 2 }],
    });
  });

  test.each<[string, Document, Document]>([
    ['the same value', { a: 1, b: { c: [1] } }, { $set: { a: 1, b: { c: [1] } } }],
    ['$inc by nothing', { a: 1 }, { $inc: { a: 0 } }],
    ['$addToSet of what is there', { a: [1] }, { $addToSet: { a: 1n } }],
    ['$pull of what is not there', { a: [1] }, { $pull: { a: 2, b: 1 } }],
    ['$max of a smaller value', { a: 5 }, { $max: { a: 4 } }],
    ['$unset of nothing', {}, { $unset: { a: 1 } }],
  ])('changes nothing by %s', (_name, document, update) => {
    const whole = { _id: 1, ...document };
    const result = compileUpdate(update).apply(whole, {}, now);
    expect(result.changed).toBe(false);
    expect(result.document).toBe(whole);
  });

  it('lets an upsert, but no update, bring a field that begins with a dollar to the top', () => {
    expect(compileUpdate({ $set: { $price: 5 } }).upsert({ _id: 1 }, now)).toEqual({ _id: 1, $price: 5 });
  });

  it('takes another numeric type for a change', () => {
    expect(compileUpdate({ $set: { a: new Double(1) } }).apply({ _id: 1, a: 1 }, {}, now)).toMatchObject({
      changed: true,
      document: { _id: 1, a: new Double(1) },
    });
  });

  test.each<[Document | Document[], Document, number]>([
    [{ $foo: { a: 1 } }, {}, 9],
    [{ $set: 5 }, {}, 9],
    [{ a: 1, $set: { a: 1 } }, {}, 52],
    [{ $set: { a: 1 }, $inc: { a: 1 } }, {}, 40],
    [{ $set: { 'a.b': 1 }, $unset: { a: 1 } }, {}, 40],
    [{ $set: { a: 1, 'a.b': 1 } }, {}, 40],
    [{ $rename: { a: 'b' }, $set: { b: 1 } }, {}, 40],
    [{ $inc: { a: 'x' } }, {}, 14],
    [{ $inc: { a: 1 } }, { a: 'x' }, 14],
    [{ $inc: { a: 1 } }, { a: null }, 14],
    [{ $inc: { a: 1n } }, { a: 9223372036854775807n }, 2],
    [{ $mul: { a: 2 } }, { a: [1] }, 14],
    [{ $set: { 'a.b': 1 } }, { a: 5 }, 28],
    [{ $set: { 'a.b': 1 } }, { a: null }, 28],
    [{ $set: { 'a.b': 1 } }, { a: [1] }, 28],
    [{ $push: { a: 1 } }, { a: 5 }, 2],
    [{ $push: { a: { $each: 5 } } }, {}, 2],
    [{ $push: { a: { $each: [], $nope: 1 } } }, {}, 2],
    [{ $addToSet: { a: 1 } }, { a: 5 }, 2],
    [{ $pull: { a: 1 } }, { a: 5 }, 2],
    [{ $pullAll: { a: 1 } }, {}, 2],
    [{ $pop: { a: 1 } }, { a: 5 }, 14],
    [{ $pop: { a: 2 } }, {}, 9],
    [{ $bit: { a: { and: 1.5 } } }, {}, 2],
    [{ $bit: { a: { and: 1 } } }, { a: 1.5 }, 2],
    [{ $currentDate: { a: 1 } }, {}, 2],
    [{ $set: { '': 1 } }, {}, 56],
    [{ $set: { 'a..b': 1 } }, {}, 56],
    [{ $set: { $a: 1 } }, {}, 52],
    [{ $set: { '$a.b': 1 } }, {}, 52],
    [{ $set: { $: 1 } }, {}, 2],
    [{ $set: { _id: 2 } }, {}, 66],
    [{ $unset: { _id: 1 } }, {}, 66],
    [{ _id: 2 }, {}, 66],
    [{ $set: { 'a.$[].b': 1 } }, {}, 2],
    [{ $set: { 'a.$[].b': 1 } }, { a: 5 }, 2],
    [{ $set: { 'a.$[x]': 1 } }, { a: [] }, 2],
    [{ $rename: { a: 'a' } }, {}, 2],
    [{ $rename: { a: 5 } }, {}, 2],
    [{ $rename: { 'a.0': 'b' } }, { a: [1] }, 2],
    [[{ $match: {} }], {}, 72],
  ])('refuses %j on %j with code %i', (update, document, code) => {
    expect(() => compileUpdate(update).apply({ _id: 1, ...document }, {}, now)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses an array filter that nothing uses', () => {
    expect(() => compileUpdate({ $set: { a: 1 } }, { arrayFilters: [{ x: 1 }] })).toThrow(expect.objectContaining({ code: 9 }));
  });

  it('stamps timestamps', () => {
    const { a } = updated({ _id: 1 }, { $currentDate: { a: { $type: 'timestamp' } } });
    expect((a as Timestamp).getHighBitsUnsigned()).toBe(now.getTime() / 1000);
  });

  it('lists its operators', () => {
    expect([...updateOperators].sort()).toEqual(
      [
        '$addToSet',
        '$bit',
        '$currentDate',
        '$inc',
        '$max',
        '$min',
        '$mul',
        '$pop',
        '$pull',
        '$pullAll',
        '$push',
        '$rename',
        '$set',
        '$setOnInsert',
        '$unset',
      ].sort(),
    );
  });
});

describe('a replacement', () => {
  it('keeps the _id in front and takes the rest as it comes', () => {
    expect(Object.entries(updated({ _id: 1, a: 1 }, { c: 1, b: 2 }))).toEqual([['_id', 1], ['c', 1], ['b', 2]]); // prettier-ignore
    expect(updated({ _id: 1, a: 1 }, { b: 2, _id: 1n })).toEqual({ _id: 1, b: 2 });
  });
});

describe('an update by pipeline', () => {
  it('computes from the document', () => {
    const document = { _id: 1, a: 2, b: { c: 3 } };
    expect(updated(document, [{ $set: { d: { $add: ['$a', '$b.c'] } } }, { $unset: 'a' }])).toEqual({ _id: 1, b: { c: 3 }, d: 5 });
    expect(updated(document, [{ $set: { when: '$$NOW' } }])).toEqual({ ...document, when: now });
    expect(updated(document, [{ $replaceWith: '$b' }])).toEqual({ _id: 1, c: 3 });
  });
});

describe('an upsert', () => {
  const id = new ObjectId();

  test.each<[string, Document | Document[], Document, Document]>([
    ['equalities and operators', { $set: { b: 1 }, $setOnInsert: { c: 1 } }, { a: 1, d: { $gt: 5 } }, { a: 1, b: 1, c: 1 }],
    ['the _id in front', { $set: { b: 1 } }, { a: 1, _id: id }, { _id: id, a: 1, b: 1 }],
    ['an _id that is set', { $set: { b: 1 }, $setOnInsert: { _id: 7 } }, { a: 1 }, { _id: 7, a: 1, b: 1 }],
    ['dotted equalities', { $inc: { n: 1 } }, { 'a.b': 1, 'a.c': 2 }, { a: { b: 1, c: 2 }, n: 1 }],
    [
      '$and, $eq and a single $in',
      { $inc: { n: 1 } },
      { $and: [{ a: 1 }, { b: { $eq: 2 } }], c: { $in: [3] } },
      { a: 1, b: 2, c: 3, n: 1 },
    ],
    ['nothing of $or', { $inc: { n: 1 } }, { $or: [{ a: 1 }, { a: 2 }] }, { n: 1 }],
    ['a replacement', { b: 1 }, { _id: id, a: 1 }, { _id: id, b: 1 }],
    ['a pipeline', [{ $set: { b: { $add: ['$a', 1] } } }], { a: 1 }, { a: 1, b: 2 }],
  ])('makes a document of %s', (_name, update, filter, expected) => {
    const made = compileUpdate(update).upsert(filter, now);
    expect(Object.entries(made)).toEqual(Object.entries(expected));
  });

  test.each<[Document, Document, number]>([
    [{ $set: { _id: 2 } }, { _id: 1 }, 66],
    [{ $set: { 'a.$': 2 } }, { a: 1 }, 2],
    [{ $set: { b: 2 } }, { a: 1, $and: [{ a: 2 }] }, 54],
  ])('refuses %j for %j with code %i', (update, filter, code) => {
    expect(() => compileUpdate(update).upsert(filter, now)).toThrow(expect.objectContaining({ code }));
  });
});
