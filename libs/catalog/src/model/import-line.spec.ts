import { LineRefused, madeSku, readLine } from './import-line';

const good = {
  externalId: 'x-1',
  name: 'Mug',
  description: '<p>Warm.</p>',
  brand: 'Quay',
  categoryPath: ['Home', 'Mugs'],
  images: ['/m.jpg'],
  options: [{ name: 'Size.cm', values: ['8', '9'] }],
  variants: [
    { sku: 'M8', options: { 'Size.cm': '8' }, price: 100, currency: 'USD', stock: 3, barcode: '7' },
    { sku: null, options: { 'Size.cm': '9' }, price: null, currency: 'USD' },
  ],
};
const one = { options: {}, price: 5, currency: 'EUR' };

function refusalOf(text: string): { code: string; externalId?: string } {
  try {
    readLine(text);
  } catch (error) {
    if (error instanceof LineRefused) return { code: error.code, externalId: error.externalId };
    throw error;
  }
  throw new Error('The line was taken.');
}

test('a line becomes a product, with its SKUs, prices and whatever else it says', () => {
  const product = readLine(JSON.stringify(good));
  expect(product).toMatchObject({ externalId: 'x-1', basePrice: 100, currency: 'USD', categoryPath: ['Home', 'Mugs'] });
  expect(product.variants).toEqual([
    { sku: 'M8', options: [{ name: 'Size.cm', value: '8' }], price: 100, images: [], stock: 3 },
    { sku: madeSku('x-1', [{ name: 'Size.cm', value: '9' }]), options: [{ name: 'Size.cm', value: '9' }], price: null, images: [] },
  ]);
  expect(JSON.parse(product.rest ?? '')).toEqual({ variants: [{ barcode: '7', sku: 'M8' }] });
});

test('what a product must have and a line does not say has a documented stand-in', () => {
  const product = readLine(JSON.stringify({ externalId: 'x', name: 'X', brand: null, categoryPath: [], variants: [one] }));
  expect(product).toMatchObject({ brand: 'Unbranded', categoryPath: ['Uncategorised'], description: undefined, images: [], options: [] });
  expect(product.variants[0]?.sku).toBe('x');
});

test('a made SKU is the same every time, and differs with the options', () => {
  const [a, b] = [
    { name: 'a', value: '1' },
    { name: 'b', value: '2' },
  ];
  expect(madeSku('x', [a, b])).toBe(madeSku('x', [b, a]));
  expect(madeSku('x', [a])).not.toBe(madeSku('x', [b]));
  expect(madeSku('y'.repeat(200), [a]).length).toBeLessThanOrEqual(100);
});

test.each<[string, string]>([
  ['blank_line', '   '],
  ['malformed_json', '{"externalId":'],
  ['not_an_object', '[1]'],
  ['not_an_object', 'null'],
  ['missing_external_id', JSON.stringify({ ...good, externalId: undefined })],
  ['missing_external_id', JSON.stringify({ ...good, externalId: { $ne: null } })],
])('%s, without an external id to name', (code, text) => {
  expect(refusalOf(text)).toEqual({ code, externalId: undefined });
});

test.each<[string, object]>([
  ['missing_name', { name: '' }],
  ['missing_name', { name: '\u0007 ' }],
  ['missing_name', { name: 7 }],
  ['text_too_long', { name: 'n'.repeat(301) }],
  ['text_too_long', { description: 'd'.repeat(20_001) }],
  ['bad_text', { description: 7 }],
  ['unsupported_type', { type: 'bundle' }],
  ['unsupported_type', { type: 'grouped' }],
  ['unsupported_type', { type: 3 }],
  ['missing_variants', { variants: [] }],
  ['not_an_object', { variants: ['x'] }],
  ['bad_list', { images: 'x.jpg' }],
  ['bad_image', { images: [''] }],
  ['bad_category', { categoryPath: ['Home', null] }],
  ['list_too_long', { categoryPath: Array(13).fill('x') }],
  ['bad_price', { options: [], variants: [{ ...one, price: 19.99 }] }],
  ['bad_price', { options: [], variants: [{ ...one, price: -1 }] }],
  ['bad_price', { options: [], variants: [{ ...one, price: '5' }] }],
  ['bad_stock', { options: [], variants: [{ ...one, stock: -3 }] }],
  ['bad_currency', { options: [], variants: [{ ...one, currency: 'EURO' }] }],
  ['bad_currency', { options: [], variants: [{ ...one, currency: undefined }] }],
  ['mixed_currencies', { variants: [{ ...good.variants[0] }, { ...good.variants[1], currency: 'EUR' }] }],
  ['bad_sku', { options: [], variants: [{ ...one, sku: '' }] }],
  ['bad_option', { options: [{ name: 'Size', values: [1] }] }],
  ['bad_option', { variants: [{ ...one, options: { 'Size.cm': null } }] }],
  ['undeclared_option', { variants: [{ ...one, options: { Weight: '8' } }] }],
  ['undeclared_value', { variants: [{ ...one, options: { 'Size.cm': '10' } }] }],
  ['duplicate_combination', { variants: [good.variants[0], { ...good.variants[0], sku: 'other' }] }],
  ['duplicate_sku', { variants: [good.variants[0], { ...good.variants[0], options: { 'Size.cm': '9' } }] }],
  ['variants_without_options', { options: [], variants: [one, { ...one, sku: 'b' }] }],
])('%s for %j', (code, changes) => {
  expect(refusalOf(JSON.stringify({ ...good, ...changes }))).toEqual({ code, externalId: 'x-1' });
});

test('an option called __proto__ is only a name', () => {
  const line = `{"externalId":"p","name":"P","options":[{"name":"__proto__","values":["1"]}],"variants":[{"options":{"__proto__":"1"},"price":1,"currency":"USD"}]}`;
  expect(readLine(line).variants[0]?.options).toEqual([{ name: '__proto__', value: '1' }]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
