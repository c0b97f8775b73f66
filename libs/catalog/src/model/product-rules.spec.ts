import fc from 'fast-check';
import { combinationOf, shapeProblems } from './product-rules';

const size = { name: 'Size', values: ['S', 'M'] };
const colour = { name: 'Colour.Outer', values: ['Red', 'Blue'] };
const variant = (sku: string, options: Record<string, string> = {}) => ({
  sku,
  options: Object.entries(options).map(([name, value]) => ({ name, value })),
});
const codesOf = (...args: Parameters<typeof shapeProblems>) => shapeProblems(...args).map(({ code }) => code);

test('a product without options has exactly one variant', () => {
  expect(codesOf({ options: [], variants: [variant('a')] })).toEqual([]);
  expect(codesOf({ options: [], variants: [] })).toEqual(['variants_without_options']);
  expect(codesOf({ options: [], variants: [variant('a'), variant('b')] })).toEqual(['variants_without_options', 'duplicate_combination']);
});

test('each problem names its place', () => {
  const problems = shapeProblems({ options: [size], variants: [variant('a', { Size: 'S' }), variant('b', { Size: 'XL' })] });
  expect(problems).toEqual([{ path: 'variants.1.options', code: 'undeclared_value', message: 'The option Size has no value XL.' }]);
});

test.each([
  ['an option that is not declared', [size], [variant('a', { Weight: '1' })], ['undeclared_option']],
  ['an option declared twice', [size, size], [variant('a', { Size: 'S' })], ['duplicate_option']],
  ['a value declared twice', [{ name: 'Size', values: ['S', 'S'] }], [variant('a', { Size: 'S' })], ['duplicate_value']],
  ['an option without values', [{ name: 'Size', values: [] }], [variant('a')], ['empty_option']],
  ['one combination twice', [size], [variant('a', { Size: 'S' }), variant('b', { Size: 'S' })], ['duplicate_combination']],
  ['one SKU twice', [size], [variant('a', { Size: 'S' }), variant('a', { Size: 'M' })], ['duplicate_sku']],
  ['names with dots and sparse variants', [size, colour], [variant('a', { 'Colour.Outer': 'Red' }), variant('b', { Size: 'S' })], []],
])('%s', (_what, options, variants, codes) => {
  expect(codesOf({ options, variants })).toEqual(codes);
});

test('the whole matrix of any options is free of problems, and any variant given twice is found', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 });
  const values = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
  const declared = names.chain((all) => fc.tuple(...all.map((name) => values.map((list) => ({ name, values: list })))));
  fc.assert(
    fc.property(declared, fc.nat(), (options, pick) => {
      const matrix = options
        .reduce<{ name: string; value: string }[][]>(
          (rows, { name, values: all }) => rows.flatMap((row) => all.map((value) => [...row, { name, value }])),
          [[]],
        )
        .map((choices, index) => ({ sku: `sku-${index}`, options: choices }));
      expect(shapeProblems({ options, variants: matrix })).toEqual([]);
      const twin = { sku: 'twin', options: [...(matrix[pick % matrix.length]?.options ?? [])].reverse() };
      expect(codesOf({ options, variants: [...matrix, twin] })).toEqual(['duplicate_combination']);
    }),
  );
});

test('a combination does not depend on the order of its choices, and texts cannot be mistaken for one another', () => {
  const [a, b] = [variant('x', { a: '1', b: '2' }), variant('x', { b: '2', a: '1' })];
  expect(combinationOf(a.options)).toBe(combinationOf(b.options));
  expect(combinationOf(variant('x', { a: '1","b' }).options)).not.toBe(combinationOf(variant('x', { a: '1', b: '' }).options));
});
