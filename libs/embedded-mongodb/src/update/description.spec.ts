import type { Document } from '../bson/codec';
import type { UpdateDescription } from './description';
import { compileUpdate } from './update';

const now = new Date('2024-05-06T07:08:09Z');

function described(document: Document, update: Document | Document[], arrayFilters?: Document[]): UpdateDescription | undefined {
  return compileUpdate(update, { arrayFilters }).apply(document, { a: 2 }, now).describe?.();
}

const nothing = { updatedFields: {}, removedFields: [], truncatedArrays: [], disambiguatedPaths: undefined };
const long = 'x'.repeat(100);

describe('operators are told by the paths that they wrote', () => {
  test.each<[string, Document, Document, Partial<UpdateDescription>]>([
    ['a field set', { a: 1, b: 1 }, { $set: { a: 2 } }, { updatedFields: { a: 2 } }],
    ['an unchanged field', { a: 1, b: 1 }, { $set: { a: 2, b: 1 } }, { updatedFields: { a: 2 } }],
    ['NaN that stays', { a: NaN, b: 1 }, { $set: { b: 2 } }, { updatedFields: { b: 2 } }],
    ['a field below another', { a: { b: 1, c: 1 } }, { $inc: { 'a.b': 1 } }, { updatedFields: { 'a.b': 2 } }],
    ['a document set as a whole', { a: { b: 1, c: 1 } }, { $set: { a: { b: 2, c: 1 } } }, { updatedFields: { a: { b: 2, c: 1 } } }],
    ['a missing path, from where it begins', { a: {} }, { $set: { 'a.b.c': 1 } }, { updatedFields: { 'a.b': { c: 1 } } }],
    ['fields taken away', { a: 1, b: { c: 1, d: 1 } }, { $unset: { a: '', 'b.c': '' } }, { removedFields: ['a', 'b.c'] }],
    ['a field renamed', { a: 1 }, { $rename: { a: 'b' } }, { updatedFields: { b: 1 }, removedFields: ['a'] }],
    ['an array element', { a: [1, 2, 3] }, { $set: { 'a.1': 9 } }, { updatedFields: { 'a.1': 9 } }],
    ['a field of an element', { a: [{ b: 1 }, { b: 1 }] }, { $set: { 'a.1.b': 2 } }, { updatedFields: { 'a.1.b': 2 } }],
    ['an element behind the end', { a: [1] }, { $set: { 'a.3': 4 } }, { updatedFields: { 'a.3': 4 } }],
    ['an element taken out', { a: [1, 2] }, { $unset: { 'a.0': '' } }, { updatedFields: { 'a.0': null } }],
    ['$push', { a: [1, 2] }, { $push: { a: { $each: [3, 4] } } }, { updatedFields: { 'a.2': 3, 'a.3': 4 } }],
    ['$push to nothing and to an empty array', { b: [] }, { $push: { a: 1, b: 1 } }, { updatedFields: { a: [1], b: [1] } }],
    ['$push that sorts', { a: [2] }, { $push: { a: { $each: [1], $sort: 1 } } }, { updatedFields: { a: [1, 2] } }],
    ['$addToSet', { a: [1] }, { $addToSet: { a: 2 } }, { updatedFields: { a: [1, 2] } }],
    ['$pull and $pop', { a: [1, 2], b: [1, 2] }, { $pull: { a: 1 }, $pop: { b: 1 } }, { updatedFields: { a: [2], b: [1] } }],
  ])('%s', (_what, document, update, expected) => {
    expect(described(document, update)).toEqual({ ...nothing, ...expected });
  });

  it('with positions filled in', () => {
    expect(described({ a: [1, 2], b: [{ c: 1 }, { c: 5 }] }, { $set: { 'a.$': 9, 'b.$[big].c': 0 } }, [{ 'big.c': { $gt: 2 } }])).toEqual({
      ...nothing,
      updatedFields: { 'a.1': 9, 'b.1.c': 0 },
    });
  });

  it('and the steps of a path, where a number is a name and not a position', () => {
    expect(described({ a: { '0': 1, b: [{ '1': 1 }] }, '5': 1 }, { $set: { 'a.0': 2, 'a.b.0.1': 2, '5': 2, 'a.x': 1 } })).toEqual({
      ...nothing,
      updatedFields: { '5': 2, 'a.0': 2, 'a.b.0.1': 2, 'a.x': 1 },
      disambiguatedPaths: { 'a.0': ['a', '0'], 'a.b.0.1': ['a', 'b', 0, '1'] },
    });
  });
});

describe('a pipeline is told by what came out', () => {
  test.each<[string, Document, Document[], Partial<UpdateDescription>]>([
    ['a field', { a: 1, long }, [{ $set: { a: 2 } }], { updatedFields: { a: 2 } }],
    ['a field below another', { a: { b: 1, long } }, [{ $set: { 'a.b': 2 } }], { updatedFields: { 'a.b': 2 } }],
    ['a document smaller than the telling', { a: { b: 1 }, long }, [{ $set: { 'a.b': 2 } }], { updatedFields: { a: { b: 2 } } }],
    ['fields new and gone', { a: 1, long }, [{ $unset: 'a' }, { $set: { b: 1 } }], { updatedFields: { b: 1 }, removedFields: ['a'] }],
    [
      'an array cut short',
      { a: ['foo', { b: 'bar' }, 1, 2, 3], long },
      [{ $set: { a: ['foo', { b: 'bar' }] } }],
      { truncatedArrays: [{ field: 'a', newSize: 2 }] },
    ],
    ['elements changed and added', { a: [long, 1] }, [{ $set: { a: [long, 2, 3] } }], { updatedFields: { 'a.1': 2, 'a.2': 3 } }],
    ['a field of an element', { a: [{ b: 1, long }] }, [{ $set: { 'a.b': 2 } }], { updatedFields: { 'a.0.b': 2 } }],
  ])('%s', (_what, document, update, expected) => {
    expect(described(document, update)).toEqual({ ...nothing, ...expected });
  });

  it('as a replacement, when telling the difference takes more room than the document', () => {
    expect(described({ a: 1 }, [{ $set: { a: 2 } }])).toBeUndefined();
  });

  it('and names with a dot by their steps', () => {
    const withDot = { $setField: { field: 'b.c', input: '$a', value: 1 } };
    expect(described({ a: { x: 1, long }, long }, [{ $set: { a: withDot } }])).toEqual({
      ...nothing,
      updatedFields: { 'a.b.c': 1 },
      disambiguatedPaths: { 'a.b.c': ['a', 'b.c'] },
    });
  });
});

it('a replacement is no description', () => {
  expect(described({ a: 1 }, { b: 1 })).toBeUndefined();
});
