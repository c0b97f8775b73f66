import fc from 'fast-check';
import { folded, isSlug, slugCandidates, slugOf } from './slug';

test.each([
  ['Crème brûlée (6 pcs)', 'creme-brulee-6-pcs'],
  ['Mehevä & Hilloinen', 'meheva-hilloinen'],
  ["Women's Tops", 'womens-tops'],
  ['Straße Øl', 'strasse-ol'],
  ['日本', ''],
])('%s stands in an address as %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('a slug is never mistaken for an id', () => {
  expect(isSlug('a'.repeat(24))).toBe(false);
  expect(slugCandidates(['deadbeef'.repeat(3)], 'product-1')[0]).toBe('product-1');
});

test('candidates are the texts in turn, and then the first with a number', () => {
  expect(slugCandidates(['Accessories', 'Women Accessories'], 'x', 2)).toEqual([
    'accessories',
    'women-accessories',
    'accessories-2',
    'accessories-3',
  ]);
});

test('every candidate of every name is a slug', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 150 }), { minLength: 1, maxLength: 3 }), (names) => {
      expect(slugCandidates(names, 'fallback').filter((candidate) => !isSlug(candidate))).toEqual([]);
    }),
  );
});

test('folding is done after one time', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => folded(folded(text)) === folded(text)));
});
