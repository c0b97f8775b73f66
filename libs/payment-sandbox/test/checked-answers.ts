import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as derivation from './derive-schemas';
import { violations, type SchemaSet } from './json-schema';

const sdk = dirname(require.resolve('stripe'));
const versionFile = join(sdk, '..', 'VERSION');
const rulesFile = join(__dirname, 'derive-schemas.ts');

/**
 * The schemas of the pinned SDK. Deriving them takes the compiler a second, so that they are kept for the other spec files,
 * under a name made from what they are derived from.
 */
export function loadSchemas(): SchemaSet {
  const source = createHash('sha256').update(readFileSync(versionFile)).update(readFileSync(rulesFile)).digest('hex').slice(0, 16);
  const file = join(sdk, '..', '..', '.cache', `stripe-schemas-${source}.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SchemaSet;
  } catch {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the compiler is loaded only when there is something to derive
    const { deriveSchemas } = require('./derive-schemas') as typeof derivation;
    const schemas = deriveSchemas(sdk);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(schemas));
    renameSync(`${file}.${process.pid}`, file);
    return schemas;
  }
}

/** What is wrong with the body of an answer or a webhook: an error, a list, or one of Stripe's objects. */
export function wrongIn(schemas: SchemaSet, body: unknown): string[] {
  const { objects, events, error, list, defs } = schemas;
  const fields = body as { error?: unknown; object?: unknown; data?: unknown; type?: unknown };
  if (fields.error !== undefined) return violations(error, fields.error, defs, 'error');
  if (fields.object === 'list')
    return [...violations(list, body, defs, 'list'), ...(fields.data as unknown[]).flatMap((item) => wrongIn(schemas, item))];
  const [named, name] = fields.object === 'event' ? [events, fields.type] : [objects, fields.object];
  return violations(named[String(name)] ?? false, body, defs, String(name));
}

/** The same for text that should be JSON. */
export function wrongInText(schemas: SchemaSet, text: string): string[] {
  try {
    return wrongIn(schemas, JSON.parse(text));
  } catch {
    return [`not JSON: ${text.slice(0, 60)}`];
  }
}
