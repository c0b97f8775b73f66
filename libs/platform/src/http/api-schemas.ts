import type { Content, Schema } from './api-document';

type Schemas = Readonly<Record<string, Schema>>;

const prefix = '#/components/schemas/';

export function resolve(schema: Schema, schemas: Schemas): Schema {
  return schema.$ref ? (schemas[schema.$ref.slice(prefix.length)] ?? {}) : schema;
}

/** What Nest writes for OpenAPI 3.0, as JSON Schema says it, which OpenAPI 3.1 speaks; anywhere in a document. */
export function modernize(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from<unknown, unknown>(value, (part) => modernize(part));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, unknown>).map(([name, part]) => [
    name,
    name === 'example' || name === 'examples' ? part : modernize(part),
  ]);
  return modernSchema(Object.fromEntries(entries) as Schema);
}

function modernSchema({ nullable, allOf, ...schema }: Schema): Schema {
  // A reference may have neighbours now; it needed a wrapper before.
  const [only, ...others] = allOf ?? [];
  const plain: Schema =
    only?.$ref && others.length === 0 && !schema.properties ? { ...only, ...schema } : { ...(allOf ? { allOf } : {}), ...schema };
  if (nullable !== true) return plain;
  if (typeof plain.type === 'string')
    return { ...plain, type: [plain.type, 'null'], ...(plain.enum ? { enum: [...plain.enum, null] } : {}) };
  return { anyOf: [plain, { type: 'null' }] };
}

/** An example of a schema, made from the examples of its parts. Of what is optional it has what has an example of its own. */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.$ref) return exampleOf(resolve(schema, schemas), schemas);
  const [choice] = schema.allOf ?? schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return exampleOf(choice, schemas);
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') return objectLike(schema, schemas);
  if (type === 'array') return schema.items ? [exampleOf(schema.items, schemas)] : [];
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return true;
  return 'text';
}

function objectLike({ properties = {}, required = [] }: Schema, schemas: Schemas): Record<string, unknown> {
  const shown = Object.entries(properties).filter(([name, property]) => required.includes(name) || property.example !== undefined);
  return Object.fromEntries(shown.map(([name, property]) => [name, exampleOf(property, schemas)]));
}

/** Unknown fields of bodies are refused: says so in the schemas that only requests have. */
export function closeRequests(requested: readonly Content[], answered: readonly Content[], schemas: Schemas): void {
  const shown = reachable(answered, schemas);
  for (const name of reachable(requested, schemas)) {
    const schema = schemas[name];
    if (schema && !shown.has(name)) schema.additionalProperties = false;
  }
}

function reachable(roots: readonly unknown[], schemas: Schemas, found = new Set<string>()): Set<string> {
  for (const [, name = ''] of JSON.stringify(roots).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (found.has(name)) continue;
    found.add(name);
    reachable([schemas[name]], schemas, found);
  }
  return found;
}
