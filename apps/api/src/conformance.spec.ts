import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Conformance } from '../test/support/conformance';

const document = JSON.parse(readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8'));
const conformance = new Conformance(document);
const { CartDto: cart, ProductDto: product, forbidden } = document.components.examples;

const json = { 'content-type': 'application/json; charset=utf-8' };
const problem = { 'content-type': 'application/problem+json; charset=utf-8' };

/** What is wrong with an answer. */
function mistake(request: string, status: number, headers: Record<string, string>, body?: unknown): string | undefined {
  const [method = '', path = ''] = request.split(' ');
  return conformance.mistake({ method, path, status, headers: new Headers(headers), text: body === undefined ? '' : JSON.stringify(body) });
}

test('answers as they are documented pass', () => {
  expect(mistake('GET /api/cart', 200, { ...json, etag: '"1"' }, cart.value)).toBeUndefined();
  expect(mistake('GET /api/cart', 304, { etag: '"1"' })).toBeUndefined();
  expect(mistake('POST /api/cart/items', 201, { 'preference-applied': 'return=minimal' })).toBeUndefined();
  expect(mistake('GET /api/nothing', 404, problem, forbidden.value)).toBeUndefined();
  expect(
    mistake('GET /api/orders?fields=status', 200, json, { data: [{ status: 'Shipped' }], pagination: { limit: 1, total: 1 } }),
  ).toBeUndefined();
});

test.each([
  ['a status that is not documented', () => mistake('GET /api/cart', 202, json, cart.value), /GET \/api\/cart with 202: .*status/],
  ['a field that is not documented', () => mistake('GET /api/cart', 200, json, { ...cart.value, __v: 1 }), /unevaluated.*__v/],
  ['a field that is missing', () => mistake('GET /api/cart', 200, json, { ...cart.value, items: undefined }), /required.*items/],
  [
    'a field of another type',
    () => mistake('GET /api/products/x', 200, json, { ...product.value, basePrice: 19.99 }),
    /basePrice must be integer/,
  ],
  ['another code', () => mistake('GET /api/cart', 429, problem, { ...forbidden.value, status: 429 }), /the code forbidden/],
  ['another type of content', () => mistake('GET /api/cart', 200, { 'content-type': 'text/html' }, '<p>'), /text\/html/],
  ['a header that is not documented', () => mistake('GET /api/products', 200, { ...json, etag: '"1"' }, {}), /ETag/],
  ['a body where none is documented', () => mistake('DELETE /api/categories/x', 204, {}, {}), /a body/],
  ['an operation that is not documented', () => mistake('GET /api/secrets', 200, json, {}), /does not know this operation/],
])('%s is told', (_, told, as) => {
  expect(told()).toMatch(as);
});
