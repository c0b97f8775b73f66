/** The part of JSON Schema that the SDK's types need; `$ref` names one of the `defs`. */
export type Schema =
  | boolean
  | { readonly const: string | number | boolean }
  | { readonly type: 'string' | 'number' | 'null' }
  | { readonly type: 'array'; readonly items: Schema }
  | ObjectSchema
  | { readonly anyOf: readonly Schema[] }
  | { readonly $ref: string };

interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  readonly additionalProperties: Schema;
}

/** The schemas of one API: of objects by their name, of events by their type, of its errors and of its lists. */
export interface SchemaSet {
  readonly objects: Readonly<Record<string, Schema>>;
  readonly events: Readonly<Record<string, Schema>>;
  readonly error: Schema;
  readonly list: Schema;
  readonly defs: Readonly<Record<string, Schema>>;
}

/** What is wrong with a value, one line for each place; nothing when it is as the schema says. */
export function violations(schema: Schema, value: unknown, defs: SchemaSet['defs'], at = ''): string[] {
  if (typeof schema === 'boolean') return schema ? [] : [`${at} is not expected at all`];
  if ('$ref' in schema) return violations(defs[schema.$ref] ?? false, value, defs, at);
  if ('anyOf' in schema) return unionViolations(schema.anyOf, value, defs, at);
  if ('const' in schema) return value === schema.const ? [] : [`${at} is ${shown(value)}, not ${shown(schema.const)}`];
  if (typeOf(value) !== schema.type) return [`${at} is ${shown(value)}, not of type ${schema.type}`];
  if (schema.type === 'array')
    return (value as unknown[]).flatMap((item, index) => violations(schema.items, item, defs, `${at}[${index}]`));
  return schema.type === 'object' ? objectViolations(schema, value as Record<string, unknown>, defs, at) : [];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function objectViolations(schema: ObjectSchema, value: Record<string, unknown>, defs: SchemaSet['defs'], at: string): string[] {
  const absent = schema.required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}.${name} is missing`);
  const present = Object.entries(value).flatMap(([name, inner]) => {
    const declared = Object.hasOwn(schema.properties, name) ? schema.properties[name] : schema.additionalProperties;
    return violations(declared ?? false, inner, defs, `${at}.${name}`);
  });
  return [...absent, ...present];
}

/** A value of a union is of one of its kinds. The complaint is about the kind that comes nearest. */
function unionViolations(schemas: readonly Schema[], value: unknown, defs: SchemaSet['defs'], at: string): string[] {
  const complaints = schemas.map((schema) => violations(schema, value, defs, at));
  if (complaints.some((complaint) => complaint.length === 0)) return [];
  const nearest = complaints.filter((complaint) => complaint.some((line) => !line.startsWith(`${at} is`)));
  if (nearest.length > 0) return nearest.reduce((least, next) => (next.length < least.length ? next : least));
  return [
    `${at} is ${shown(value)}, and may be ${schemas
      .map((schema) => JSON.stringify(schema))
      .join(' or ')
      .slice(0, 300)}`,
  ];
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? 'undefined';
}
