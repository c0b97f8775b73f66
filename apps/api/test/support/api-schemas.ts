import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json } from './client';

/** Errors that do not count, such as those of what was left out on purpose. */
type Excused = (error: ErrorObject) => boolean;

/**
 * The schemas of an API document, to hold values against. An object may have the fields that the document knows, and no others: what is shown without being documented is a
 * mistake, too. Each schema is compiled when it is asked for first, as most tests need few of them.
 */
export class ApiSchemas {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: Json) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'api', components: { schemas: closed(document.components.schemas) } });
  }

  /** What a reference refers to, or what is no reference. */
  resolve(value: Json): Json {
    const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(String(value?.$ref)) ?? [];
    return value?.$ref ? this.document.components[kind]?.[name] : value;
  }

  /** What is wrong with a value that a schema of the document describes; `undefined` when nothing is. */
  mistakes(value: unknown, schema: Json, excused: Excused = () => false): string | undefined {
    const key = JSON.stringify(schema);
    let validate = this.compiled.get(key);
    if (!validate) {
      validate = this.ajv.compile(JSON.parse(key.replaceAll('"#/components/', '"api#/components/')) as object);
      this.compiled.set(key, validate);
    }
    if (validate(value)) return undefined;
    const errors = (validate.errors ?? []).filter((error) => !excused(error));
    const said = errors.map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
    return said.length > 0 ? [...new Set(said)].slice(0, 5).join('; ') : undefined;
  }
}

/** A copy of schemas whose objects have no fields but those that are named; what others are composed of stays open, as they add to it. */
function closed(schemas: Json): Json {
  const open = new Set(
    [...JSON.stringify(schemas).matchAll(/"allOf":\[\{"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
  );
  return Object.fromEntries(Object.entries<Json>(schemas).map(([name, schema]) => [name, open.has(name) ? schema : closedObject(schema)]));
}

function closedObject(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closedObject);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(
    Object.entries<Json>(schema).map(([name, part]) => [name, name === 'example' ? part : closedObject(part)]),
  );
  const isOpen = schema.type !== 'object' || typeof schema.properties !== 'object' || schema.additionalProperties !== undefined;
  return isOpen ? parts : { ...parts, unevaluatedProperties: false };
}
