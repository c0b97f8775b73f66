import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..');

test('whatever breaks clients of the last release is declared in docs/api-changes', () => {
  const said = execFileSync(process.execPath, [join(root, 'tools/api-changes.mjs')], { encoding: 'utf8' });
  expect(said).toContain('all of them declared');
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a document is changed freely
type Json = any;

const problem = (...codes: string[]): Json => ({ description: '', 'x-codes': codes });

/** A small document: an order is read, and placed. */
function api(): Json {
  const order = {
    type: 'object',
    properties: {
      status: { type: 'string', enum: ['Open', 'Paid'] },
      total: { type: 'integer' },
      items: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
      note: { type: 'string' },
    },
    required: ['status', 'total', 'items'],
  };
  const wish = {
    type: 'object',
    properties: {
      quantity: { type: 'integer', minimum: 1, maximum: 99 },
      speed: { type: 'string', enum: ['slow', 'fast'] },
      gift: { type: 'object', properties: { text: { type: 'string' } }, required: [] },
    },
    required: ['quantity'],
  };
  const json = (name: string): Json => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });
  const sort = { name: 'sort', in: 'query', required: false, schema: { type: 'string', enum: ['total', 'name'] } };
  return {
    paths: {
      '/orders': {
        get: {
          'x-roles': ['guest', 'user'],
          parameters: [sort],
          responses: { '200': { content: json('Order') }, '404': problem('not_found', 'gone') },
        },
        post: { 'x-roles': ['user'], requestBody: { content: json('Wish') }, responses: { '201': { content: json('Order') } } },
      },
    },
    components: {
      parameters: {},
      schemas: { Order: order, Wish: wish, Item: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] } },
    },
  };
}

type Change = (parts: { get: Json; post: Json; order: Json; wish: Json; schemas: Json; document: Json }) => unknown;

const breaking: readonly [string, Change, string][] = [
  ['an operation is removed', ({ document }) => delete document.paths['/orders'].get, 'GET /orders: is gone'],
  ['a role is shut out', ({ get }) => (get['x-roles'] = ['user']), 'GET /orders: no longer lets in guest'],
  ['a parameter is removed', ({ get }) => (get.parameters = []), 'GET /orders: query sort is no longer taken'],
  [
    'a parameter is added that is required',
    ({ get }) => get.parameters.push({ name: 'shop', in: 'query', required: true, schema: {} }),
    'GET /orders: query shop is required now',
  ],
  [
    'a value of a parameter is removed',
    ({ get }) => (get.parameters[0].schema.enum = ['total']),
    'GET /orders: query sort may no longer be "name"',
  ],
  ['a field of a body is removed', ({ wish }) => delete wish.properties.gift, 'POST /orders: body.gift is no longer taken'],
  ['a field of a body is required now', ({ wish }) => wish.required.push('speed'), 'POST /orders: body.speed is required now'],
  [
    'a new field of a body is required',
    ({ wish }) => Object.assign(wish, { properties: { ...wish.properties, shop: { type: 'string' } }, required: ['quantity', 'shop'] }),
    'POST /orders: body.shop is required now',
  ],
  [
    'a field of a body takes fewer types',
    ({ wish }) => (wish.properties.gift = { type: 'string' }),
    'POST /orders: body.gift may no longer be object',
  ],
  [
    'a value of a field of a body is removed',
    ({ wish }) => (wish.properties.speed.enum = ['slow']),
    'POST /orders: body.speed may no longer be "fast"',
  ],
  ['a bound is narrower', ({ wish }) => (wish.properties.quantity.maximum = 9), 'POST /orders: body.quantity has maximum 9 now'],
  ['a body is required now', ({ post }) => (post.requestBody.required = true), 'POST /orders: a body is required now'],
  ['a status is removed', ({ post }) => (post.responses = { '200': post.responses['201'] }), 'POST /orders: 201 is gone'],
  ['a code is removed', ({ get }) => get.responses['404']['x-codes'].pop(), 'GET /orders: 404 gone is gone'],
  ['a field of an answer is removed', ({ schemas }) => delete schemas.Item.properties.sku, 'GET /orders: 200.items[].sku is gone'],
  ['a field of an answer may be missing', ({ order }) => order.required.shift(), 'GET /orders: 200.status may be missing now'],
  [
    'a field of an answer may be of another type',
    ({ order }) => (order.properties.total = { type: ['integer', 'null'] }),
    'GET /orders: 200.total may be null now',
  ],
  [
    'a field of an answer has another value',
    ({ order }) => order.properties.status.enum.push('Lost'),
    'GET /orders: 200.status may be "Lost" now',
  ],
];

const harmless: readonly [string, Change][] = [
  ['nothing', () => undefined],
  ['an operation is added', ({ document, get }) => (document.paths['/shops'] = { get })],
  ['a parameter is added', ({ get }) => get.parameters.push({ name: 'q', in: 'query', schema: { type: 'string' } })],
  ['a field of a body is added', ({ wish }) => (wish.properties.colour = { type: 'string' })],
  [
    'a field that is required is added in a part that is new',
    ({ wish }) => (wish.properties.parcel = { type: 'object', properties: { size: { type: 'string' } }, required: ['size'] }),
  ],
  ['a bound is wider', ({ wish }) => (wish.properties.quantity.maximum = 999)],
  ['a field of a body is no longer required', ({ wish }) => (wish.required = [])],
  ['a field of an answer is added', ({ order }) => (order.properties.tax = { type: 'integer' })],
  ['a code is added', ({ get }) => get.responses['404']['x-codes'].push('moved')],
  [
    'a schema has another name',
    ({ document }) => Object.assign(document, JSON.parse(JSON.stringify(document).replaceAll('Item"', 'Line"'))),
  ],
  ['anybody is let in', ({ get }) => (get['x-roles'] = ['anonymous'])],
];

/** Run by Node itself, as Jest's CommonJS mode does not load ES modules; once, for all pairs. */
const program = `
  import { breakingChanges, contractOf } from './tools/api-changes/compare.mjs';
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const { before, all } = JSON.parse(text);
  process.stdout.write(JSON.stringify(all.map((after) => breakingChanges(contractOf(before), contractOf(after)))));
`;

function changed(change: Change): Json {
  const document = api();
  const { get, post } = document.paths['/orders'];
  const { schemas } = document.components;
  change({ get, post, order: schemas.Order, wish: schemas.Wish, schemas, document });
  return document;
}

const all = [...breaking, ...harmless].map(([, change]) => changed(change));
const found = JSON.parse(
  execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    input: JSON.stringify({ before: api(), all }),
    encoding: 'utf8',
  }),
) as string[][];

test.each(breaking.map(([what, , said], index) => [what, said, found[index]] as const))('it breaks clients when %s', (_, said, changes) => {
  expect(changes).toContain(said);
});

test.each(harmless.map(([what], index) => [what, found[breaking.length + index]] as const))('it breaks nobody when %s', (_, changes) => {
  expect(changes).toEqual([]);
});
