import type { Json } from './client';

/** An operation of the API document. */
export interface Operation {
  readonly method: string;
  /** With its parameters as `{name}`. */
  readonly path: string;
  readonly roles: readonly string[];
  /** Names of the parameters in the path. */
  readonly ids: readonly string[];
  readonly query: readonly { readonly name: string; readonly schema: Json }[];
  /** Whether it is refused without an `If-Match`. */
  readonly needsIfMatch: boolean;
  /** Whether it answers with a page of a list. */
  readonly isList: boolean;
  /** The schema of the JSON body; absent when there is none. */
  readonly body?: Json;
  /** The type and an example of a body that is a file; absent when it is none. */
  readonly file?: { readonly type: string; readonly example: string };
}

/** A place in a body: the names and indexes that lead to it, and what the document says of it. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly schema: Json;
}

export const named = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`;

/** What the API document of a running shop says, as data to make requests of. */
export class ApiDocument {
  readonly operations: readonly Operation[];

  constructor(private readonly document: Json) {
    this.operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
      Object.entries<Json>(methods).map(([method, spec]) => {
        const parameters = (spec.parameters ?? []) as Json[];
        return {
          method: method.toUpperCase(),
          path,
          roles: spec['x-roles'] as string[],
          ids: [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string),
          query: parameters.filter((parameter) => parameter.in === 'query').map(({ name, schema }) => ({ name, schema })),
          isList: 'pagination' in (this.resolve(spec.responses['200']?.content?.['application/json']?.schema ?? {}).properties ?? {}),
          needsIfMatch: '428' in spec.responses,
          body: spec.requestBody?.content?.['application/json']?.schema,
          ...fileOf(spec),
        };
      }),
    );
  }

  /** A body that fits a schema, with every optional field in it. */
  example(schema: Json): Json {
    const known = this.resolve(schema);
    if (known.example !== undefined) return known.example;
    if (known.default !== undefined) return known.default;
    if (known.enum) return known.enum[0];
    const types = [known.type].flat() as unknown[];
    if (types.includes('object') && known.properties)
      return Object.fromEntries(Object.entries<Json>(known.properties).map(([name, inner]) => [name, this.example(inner)]));
    if (types.includes('object')) return { Size: 'M' };
    if (types.includes('array')) return [this.example(known.items)];
    if (types.includes('integer') || types.includes('number')) return Math.max(1, known.minimum ?? 1);
    if (types.includes('boolean')) return true;
    if (known.pattern === '^[0-9a-f]{24}$') return 'f'.repeat(24);
    const wellKnown = { '^[0-9a-f]{24}$': 'f'.repeat(24), '^[A-Z]{3}$': 'USD', '^[A-Z]{2}$': 'US' }[String(known.pattern)];
    if (wellKnown) return wellKnown;
    if (known.format === 'email') return 'somebody@example.com';
    if (known.format === 'date-time') return '2026-01-31T12:00:00.000Z';
    if (known.format === 'uri-reference') return '/images/mug.jpg';
    return 'x'.repeat(Math.max(12, known.minLength ?? 0)).slice(0, known.maxLength ?? 12);
  }

  /** Every place of a body where a single value stands. */
  values(schema: Json, path: Place['path'] = []): Place[] {
    const known = this.resolve(schema);
    const types = [known.type].flat() as unknown[];
    if (known.properties) return Object.entries<Json>(known.properties).flatMap(([name, inner]) => this.values(inner, [...path, name]));
    if (known.additionalProperties === true) return []; // somebody else's form, such as a provider's event, in which any value is right
    if (types.includes('object')) return [{ path: [...path, 'Size'], schema: known.additionalProperties }];
    if (types.includes('array')) return this.values(known.items, [...path, 0]);
    return [{ path, schema: known }];
  }

  /** Every place of a body where an object with fields of its own stands, the body itself among them. */
  objects(schema: Json, path: Place['path'] = []): Place[] {
    const known = this.resolve(schema);
    if (known.items) return this.objects(known.items, [...path, 0]);
    if (!known.properties) return [];
    return [
      { path, schema: known },
      ...Object.entries<Json>(known.properties).flatMap(([name, inner]) => this.objects(inner, [...path, name])),
    ];
  }

  private resolve(schema: Json): Json {
    if (schema.$ref) return this.resolve(this.document.components.schemas[(schema.$ref as string).replace('#/components/schemas/', '')]);
    const parts = (schema.allOf ?? schema.oneOf ?? schema.anyOf) as Json[] | undefined;
    if (!parts) return schema;
    const [first = {}] = parts.filter((part) => part.type !== 'null');
    return { ...this.resolve(first), ...Object.fromEntries(Object.entries(schema).filter(([key]) => !/^(all|one|any)Of$/.test(key))) };
  }
}

function fileOf({ requestBody }: Json): Pick<Operation, 'file'> {
  const [[type, content] = ['application/json']] = Object.entries<Json>(requestBody?.content ?? {});
  return type === 'application/json' ? {} : { file: { type, example: content?.examples.example.value as string } };
}

/** A copy of a body with another value at a place. */
export function withValue(body: Json, path: Place['path'], value: unknown): Json {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const copy = Array.isArray(body) ? [...body] : { ...body };
  copy[name] = withValue(copy[name], rest, value);
  return copy;
}

/** Works on many things at once, and answers in their order; one thing waits for another only where there are many. */
export async function atOnce<T, R>(things: readonly T[], work: (thing: T) => Promise<R>, most = 8): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < things.length; at = next++) results[at] = await work(things[at] as T);
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}
