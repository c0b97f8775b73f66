import { ApiSchemas } from './api-schemas';
import type { Json } from './client';

/* The rules that the API document keeps. Each is a function of the document to findings: where, and what is missing. */

type Rule = (api: Api) => readonly string[];
type Finding = string | false | undefined;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly spec: Json;
}

/** A document that is looked into. */
export class Api {
  readonly schemas: ApiSchemas;
  readonly operations: readonly Operation[];

  /** `documented`: the codes that docs/errors.md has. */
  constructor(
    readonly document: Json,
    readonly documented: ReadonlySet<string>,
  ) {
    this.schemas = new ApiSchemas(document);
    this.operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([method, spec]) => ({ method, path, spec })),
    );
  }

  responses({ spec }: Operation): [string, Json][] {
    return Object.entries<Json>(spec.responses).map(([status, response]) => [status, this.schemas.resolve(response)]);
  }

  parameters({ spec }: Operation): Json[] {
    return (spec.parameters ?? []).map((parameter: Json) => this.schemas.resolve(parameter));
  }

  /** Everything with a schema that goes in and out. */
  contents(operation: Operation): Json[] {
    const parts = [operation.spec.requestBody, ...this.responses(operation).map(([, response]) => response)];
    return parts.flatMap((part) => Object.values<Json>(part?.content ?? {}));
  }
}

const each =
  (rule: (operation: Operation, api: Api) => readonly Finding[]): Rule =>
  (api) =>
    api.operations.flatMap((operation) => {
      const found = rule(operation, api).filter(Boolean);
      return found.map((finding) => `${operation.method.toUpperCase()} ${operation.path}: ${String(finding)}`);
    });

const isPublic = ({ spec }: Operation): boolean => spec['x-roles']?.includes('anonymous') === true;

export const rules: Readonly<Record<string, Rule>> = {
  'each operation has an id of its own': ({ operations }) => {
    const ids = operations.map(({ spec }) => String(spec.operationId));
    return ids.filter((id, index) => ids.indexOf(id) !== index || !/^[a-z][a-zA-Z]+$/.test(id));
  },

  'each operation has a summary, more to say than that, and one job that it belongs to': each(({ spec }, { document }) => {
    const tags = new Set((document.tags as Json[]).filter((tag) => tag.description).map((tag) => String(tag.name)));
    const said = String(spec.description ?? '')
      .replace(/\*\*For\*\*.*/, '')
      .trim();
    return [
      !(spec.summary?.length > 3) && 'no summary',
      (said.length < 20 || said === spec.summary) && 'no description',
      !(spec.tags?.length === 1 && tags.has(String(spec.tags[0]))) && 'not one tag that is described',
    ];
  }),

  'each operation says who may call it': each((operation) => {
    const { spec } = operation;
    const withoutToken = spec.security?.some((one: object) => Object.keys(one).length === 0) === true;
    return [
      !spec['x-roles']?.length && 'no roles',
      !/\*\*For\*\*/.test(String(spec.description)) && 'its description does not say for whom it is',
      !spec.security?.length && 'no security',
      isPublic(operation) !== withoutToken && 'security and roles differ',
    ];
  }),

  'each body and each answer has an example, and each example is valid': each((operation, api) =>
    api.contents(operation).flatMap(({ schema, examples }): Finding[] => {
      const given = Object.values<Json>(examples ?? {}).map((example) => api.schemas.resolve(example));
      return given.length === 0 ? ['no example'] : given.map((example) => api.schemas.mistakes(example?.value, schema));
    }),
  ),

  'each operation names every class of errors that it can answer with': each((operation, api) => {
    const { method, spec } = operation;
    const writes = method !== 'get';
    const expected = ['400', '414', '429', '500', '503'];
    if (!isPublic(operation)) expected.push('401');
    if (!isPublic(operation) && spec['x-roles']?.length < 4) expected.push('403');
    if (writes) expected.push('413', '415');
    if (method === 'post') expected.push('409', '422');
    // What is one of a few words is bad input where it is another.
    if (api.parameters(operation).some((parameter) => parameter.in === 'path' && !parameter.schema.enum)) expected.push('404');
    if (JSON.stringify(spec.parameters ?? []).includes('If-Match"')) expected.push('412');
    if (JSON.stringify(spec.parameters ?? []).includes('If-Match-Required')) expected.push('412', '428');
    return expected.map((status) => !spec.responses[status] && `no ${status}`);
  }),

  'each error has its codes, each with a schema and an example of its own, and all of them are in docs/errors.md': each((operation, api) =>
    api
      .responses(operation)
      .filter(([status]) => status >= '400')
      .flatMap(([status, response]) => {
        const { schema, examples } = response.content['application/problem+json'];
        const codes = (response['x-codes'] ?? []) as string[];
        const schemas = (schema.oneOf ?? [schema]) as Json[];
        const known = schemas.map((one) => api.schemas.resolve(one)?.properties?.code?.enum?.[0] as unknown);
        return [
          codes.length === 0 && `${status}: no codes`,
          ...codes.map((code) => !api.documented.has(code) && `${code} is not in docs/errors.md`),
          ...codes.map((code) => !known.includes(code) && `${status}: no schema of ${code}`),
          ...codes.map(
            (code) => api.schemas.resolve(examples?.[code])?.value.status !== Number(status) && `${status}: no example of ${code}`,
          ),
        ];
      }),
  ),

  'each answer says its headers, and each operation the headers that it takes': each((operation, api) => {
    const { method, spec } = operation;
    const taken = api.parameters(operation).map(({ name }) => String(name));
    const expected = (status: string): string[] => [
      ...['X-Request-Id', 'API-Version', 'RateLimit', 'RateLimit-Policy'],
      ...(status === '429' || status === '503' ? ['Retry-After'] : []),
      ...(status === '401' ? ['WWW-Authenticate'] : []),
      ...(status === '304' ? ['ETag'] : []),
    ];
    return [
      ...api
        .responses(operation)
        .flatMap(([status, { headers = {} }]) => expected(status).map((name) => !headers[name] && `${status} without ${name}`)),
      !taken.includes('API-Version') && 'no API-Version',
      method === 'post' && !taken.includes('Idempotency-Key') && 'no Idempotency-Key',
      '412' in spec.responses && !taken.includes('If-Match') && 'no If-Match',
      '304' in spec.responses && !taken.includes('If-None-Match') && 'no If-None-Match',
    ];
  }),

  'each list goes by pages': each((operation, api) => {
    const schema = api.schemas.resolve(operation.spec.responses['200']?.content?.['application/json']?.schema);
    if (schema?.properties?.pagination === undefined && schema?.type !== 'array') return [];
    const taken = api.parameters(operation).map(({ name }) => String(name));
    return ['limit', 'page', 'cursor'].map((name) => !taken.includes(name) && `no ${name}`);
  }),

  'each parameter says what it is, and has bounds; each in a path has an example': each((operation, api) =>
    api
      .parameters(operation)
      .flatMap((parameter): Finding[] => [
        !parameter.description && `${parameter.name} says nothing`,
        parameter.in === 'path' && parameter.example === undefined && `${parameter.name} has no example`,
        ...unbounded(parameter.schema, String(parameter.name), api),
      ]),
  ),

  'no schema has a hole: objects have fields, lists have elements': (api) => [
    ...Object.entries<Json>(api.document.components.schemas).flatMap(([name, schema]) => holes(schema, name, api)),
    ...each((operation) => api.contents(operation).flatMap(({ schema }) => (schema ? holes(schema, 'body', api) : ['no schema'])))(api),
  ],

  'whatever callers send has bounds': each((operation, api) =>
    Object.values<Json>(operation.spec.requestBody?.content ?? {}).flatMap(({ schema }) => unbounded(schema, 'body', api)),
  ),
};

function partsOf(schema: Json): Json[] {
  return [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as Json[];
}

/** Where a schema allows anything at all, without saying so. */
function holes(schema: Json, path: string, api: Api): string[] {
  if (schema.$ref) return api.schemas.resolve(schema) ? [] : [`${path}: leads nowhere`];
  const type = [schema.type].flat()[0] as string | undefined;
  const properties = Object.entries<Json>(schema.properties ?? {});
  const inner = [
    ...partsOf(schema).flatMap((part, at) => holes(part, `${path}|${at}`, api)),
    ...properties.flatMap(([name, property]) => holes(property, `${path}.${name}`, api)),
    ...(schema.items ? holes(schema.items, `${path}[]`, api) : []),
  ];
  if (!type && partsOf(schema).length === 0) return [`${path}: no type`, ...inner];
  if (type === 'array' && !schema.items) return [`${path}: no elements`];
  if (type === 'object' && properties.length === 0 && schema.additionalProperties === undefined) return [`${path}: no fields`];
  if (type === 'object' && schema.additionalProperties === true && !schema.description) return [`${path}: any fields, and not a word why`];
  return inner;
}

/** Where a schema of what callers send has no bounds. */
function unbounded(given: Json, path: string, api: Api, seen: readonly Json[] = []): string[] {
  const schema = api.schemas.resolve(given);
  if (seen.includes(schema)) return [];
  const within = (part: Json, name: string): string[] => unbounded(part, name, api, [...seen, schema]);
  const isBounded: Readonly<Record<string, boolean>> = {
    string: [schema.maxLength, schema.enum, schema.pattern].some((bound) => bound !== undefined) || schema.format === 'date-time',
    array: schema.maxItems !== undefined,
    integer: schema.maximum !== undefined && schema.minimum !== undefined,
    number: schema.maximum !== undefined && schema.minimum !== undefined,
  };
  return [
    ...([schema.type].flat() as string[]).filter((type) => isBounded[type] === false).map(() => `${path}: no bounds`),
    ...partsOf(schema).flatMap((part) => within(part, path)),
    ...Object.entries<Json>(schema.properties ?? {}).flatMap(([name, property]) => within(property, `${path}.${name}`)),
    ...(schema.items ? within(schema.items, `${path}[]`) : []),
  ];
}
