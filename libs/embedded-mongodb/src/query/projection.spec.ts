import type { Document } from '../bson/codec';
import { compileProjection } from './projection';

const book: Document = {
  _id: 1,
  title: 'A',
  author: { name: 'X', born: 1950 },
  tags: ['a', 'b', 'c'],
  reviews: [{ by: 'p', stars: 1 }, { by: 'q', stars: 5 }, 7], // prettier-ignore
};

describe('a projection', () => {
  test.each<[string, Document, Document]>([
    ['inclusion, in the document’s order', { tags: 1, title: true }, { _id: 1, title: 'A', tags: ['a', 'b', 'c'] }],
    ['inclusion without _id', { title: 1, _id: 0 }, { title: 'A' }],
    ['_id alone', { _id: 1 }, { _id: 1 }],
    ['exclusion', { tags: 0, reviews: 0, author: 0 }, { _id: 1, title: 'A' }],
    ['exclusion of _id only', { _id: 0 }, { ...Object.fromEntries(Object.entries(book).slice(1)) }],
    ['an embedded field', { 'author.name': 1 }, { _id: 1, author: { name: 'X' } }],
    ['a nested specification', { author: { name: 1 } }, { _id: 1, author: { name: 'X' } }],
    ['a field of array elements; scalars go', { 'reviews.by': 1 }, { _id: 1, reviews: [{ by: 'p' }, { by: 'q' }] }],
    [
      'exclusion in array elements; scalars stay',
      { 'reviews.by': 0, author: 0, tags: 0, title: 0 },
      { _id: 1, reviews: [{ stars: 1 }, { stars: 5 }, 7] },
    ],
    ['what is not there', { nothing: 1, 'title.x': 1 }, { _id: 1 }],
    ['nothing at all', {}, book],
    ['$slice by itself keeps the rest', { tags: { $slice: 1 }, reviews: 0, author: 0 }, { _id: 1, title: 'A', tags: ['a'] }],
    ['$slice from the end', { tags: { $slice: -2 }, _id: 1, title: 1 }, { _id: 1, title: 'A', tags: ['b', 'c'] }],
    ['$slice of a window', { tags: { $slice: [1, 1] }, title: 1 }, { _id: 1, title: 'A', tags: ['b'] }],
    ['$elemMatch', { reviews: { $elemMatch: { stars: { $gt: 2 } } } }, { _id: 1, reviews: [{ by: 'q', stars: 5 }] }],
    ['$elemMatch without a match', { reviews: { $elemMatch: { stars: 9 } }, title: 1 }, { _id: 1, title: 'A' }],
    ['an expression', { upper: { $toLower: '$title' }, title: 1 }, { _id: 1, title: 'A', upper: 'a' }],
    ['a renamed field', { name: '$author.name' }, { _id: 1, name: 'X' }],
  ])('makes %s', (_name, projection, expected) => {
    const made = compileProjection(projection)(book);
    expect(made).toEqual(expected);
    expect(Object.keys(made)).toEqual(Object.keys(expected));
  });

  it('keeps the one element that matched for the positional operator', () => {
    expect(compileProjection({ 'reviews.$': 1 }, { filter: { 'reviews.stars': 5 } })(book)).toEqual({
      _id: 1,
      reviews: [{ by: 'q', stars: 5 }],
    });
    expect(() => compileProjection({ 'reviews.$': 1 }, { filter: {} })(book)).toThrow(expect.objectContaining({ code: 51246 }));
  });

  test.each<[Document, number]>([
    [{ a: 1, b: 0 }, 31254],
    [{ a: 0, b: 1 }, 31253],
    [{ a: 0, b: '$x' }, 31252],
    [{ a: 1, 'a.b': 1 }, 31249],
    [{ 'a.b': 1, a: 1 }, 31250],
    [{ a: {} }, 51270],
    [{ 'a.$': 1, 'b.$': 1 }, 31276],
    [{ a: { $foo: 1 } }, 31325],
    [{ 'a..b': 1 }, 15998],
  ])('refuses %j with code %i', (projection, code) => {
    expect(() => compileProjection(projection)).toThrow(expect.objectContaining({ code }));
  });
});
