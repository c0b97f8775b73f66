import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spectral, type RulesetDefinition } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { Api, rules } from '../test/support/api-rules';
import type { Json } from '../test/support/client';

/* docs/openapi.json, which api-document.spec.ts holds against the code, is held against what the whole field asks of such a document, and against rules of our own. */

const docs = join(__dirname, '../../../docs');
const text = readFileSync(join(docs, 'openapi.json'), 'utf8');
const documented = new Set([...readFileSync(join(docs, 'errors.md'), 'utf8').matchAll(/^\| `(\w+)`/gm)].map(([, code]) => String(code)));
const api = new Api(JSON.parse(text), documented);

test.each(Object.entries(rules))('%s', (_, rule) => {
  expect(rule(api)).toEqual([]);
});

/** Of each rule, something that breaks it: a rule that nobody has seen fail is not a rule. */
const damages: readonly [keyof typeof rules, RegExp, (operation: Json, document: Json) => void][] = [
  ['each operation has an id of its own', /addCartItem/, (_, { paths }) => (paths['/api/cart'].get.operationId = 'addCartItem')],
  [
    'each operation has a summary, more to say than that, and one job that it belongs to',
    /items: no summary.*no description.*not one tag/,
    (operation) => Object.assign(operation, { summary: '', description: '**For** `user`.', tags: ['Cart', 'Stock'] }),
  ],
  ['each operation says who may call it', /security and roles differ/, (operation) => (operation.security = [{}])],
  [
    'each body and each answer has an example, and each example is valid',
    /must NOT have unevaluated|quantity.*must be integer/,
    ({ requestBody }) => (requestBody.content['application/json'].examples.example.value.quantity = 'two'),
  ],
  [
    'each body and each answer has an example, and each example is valid',
    /unevaluated.*secret/,
    (_, { components }) => (components.examples.CartDto.value.secret = 1),
  ],
  [
    'each body and each answer has an example, and each example is valid',
    /no example/,
    ({ responses }) => delete responses['201'].content['application/json'].examples,
  ],
  [
    'each operation names every class of errors that it can answer with',
    /no 401.*no 422/,
    ({ responses }) => ['401', '422'].forEach((status) => delete responses[status]),
  ],
  [
    'each error has its codes, each with a schema and an example of its own, and all of them are in docs/errors.md',
    /not in docs\/errors.md.*no schema of made_up.*no example of made_up/,
    ({ responses }) => responses['404']['x-codes'].push('made_up'),
  ],
  [
    'each answer says its headers, and each operation the headers that it takes',
    /201 without RateLimit.*no Idempotency-Key/,
    (operation) => {
      delete operation.responses['201'].headers.RateLimit;
      operation.parameters = operation.parameters.filter(({ $ref }: Json) => !/Idempotency/.test(String($ref)));
    },
  ],
  [
    'each list goes by pages',
    /GET \/api\/orders: no cursor/,
    (_, { paths }) =>
      (paths['/api/orders'].get.parameters = paths['/api/orders'].get.parameters.filter(({ name }: Json) => name !== 'cursor')),
  ],
  [
    'each parameter says what it is, and has bounds; each in a path has an example',
    /q says nothing.*q: no bounds/,
    ({ parameters }) => parameters.push({ name: 'q', in: 'query', schema: { type: 'string' } }),
  ],
  [
    'no schema has a hole: objects have fields, lists have elements',
    /CartDto\.items: no elements/,
    (_, { components }) => (components.schemas.CartDto.properties.items = { type: 'array' }),
  ],
  [
    'no schema has a hole: objects have fields, lists have elements',
    /body: no type/,
    ({ requestBody }) => (requestBody.content['application/json'].schema = {}),
  ],
  [
    'whatever callers send has bounds',
    /body\.note: no bounds/,
    (_, { components }) => (components.schemas.AddCartItemDto.properties.note = { type: 'string' }),
  ],
];

function only(document: Json, paths: readonly string[]): Json {
  return Object.fromEntries(paths.map((path) => [path, document.paths[path]]));
}

test.each(damages)('the rule "%s" finds a damage (%s)', (name, found, damage) => {
  const document = JSON.parse(text);
  document.paths = only(document, ['/api/cart', '/api/cart/items', '/api/orders']);
  const operation = document.paths['/api/cart/items'].post;
  damage(operation, document);
  expect(rules[name]?.(new Api(document, documented)).join(' ')).toMatch(found);
});

test('each rule is seen to find something', () => {
  expect(Object.keys(rules).filter((name) => !damages.some(([damaged]) => damaged === name))).toEqual([]);
});

/** What Spectral would ask beside, and why not. */
const notAsked = {
  // The rule above does this, in a twentieth of the time.
  'oas3-valid-media-example': 'off',
  'oas3-valid-schema-example': 'off',
  // Tags stand in the order in which their jobs come up.
  'openapi-tags-alphabetical': 'off',
  // Whoever runs the shop answers for it; the document does not know who that is.
  'info-contact': 'off',
} as const;

async function spectralFindings(document: Json): Promise<string[]> {
  const spectral = new Spectral();
  // Spectral's types do not know its own rules.
  spectral.setRuleset({ extends: [[oas, 'all']], rules: notAsked } as unknown as RulesetDefinition);
  const found = await spectral.run(document as Record<string, unknown>);
  return found.map(({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`);
}

test('Spectral finds nothing to say, with all of its rules for OpenAPI', async () => {
  expect(await spectralFindings(JSON.parse(text))).toEqual([]);
}, 120_000);

test('Spectral finds what is damaged', async () => {
  const document = JSON.parse(text);
  document.paths = only(document, ['/api/cart', '/api/cart/items']);
  document.paths['/api/cart'].get.operationId = 'addCartItem';
  expect((await spectralFindings(document)).join('\n')).toContain('operation-operationId-unique');
}, 120_000);
