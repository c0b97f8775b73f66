import type { Document } from '../bson/codec';
import { isDocument } from '../bson/document';
import { show } from '../bson/show';
import { fail, failAt } from '../errors';
import { compileFilter } from '../query/matcher';
import { parseCollation, sameCollation, type Collation } from '../values/collation';
import type { IndexSpec } from './index-definition';
import { readTextIndex, type TextOptions } from './text-index';

const known = new Set([
  'key',
  'name',
  'unique',
  'sparse',
  'hidden',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'v',
  'ns',
  'collation',
]);
/** Only for a text index. */
const ofText = new Set(['weights', 'default_language', 'language_override', 'textIndexVersion']);
/** What needs machinery that this server does not have. */
const refused = new Set([
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'wildcardProjection',
  'clustered',
  'prepareUnique',
  'storageEngine',
  'dropDups',
]);

/** Reads one index of a `createIndexes` command; without a collation it has the collection's. Errors: 67, 197, 14, 2 as MongoDB gives them. */
export function readIndexSpec(stated: Document, inherited?: Collation): IndexSpec {
  for (const option of Object.keys(stated)) checkOption(option);
  const { name, unique, sparse, hidden, expireAfterSeconds, partialFilterExpression } = stated;
  const { key, ...textOptions } = readKeyAndText(stated);
  if (typeof name !== 'string' || name === '')
    throw fail('FailedToParse', "The 'name' field is a required property of an index specification");
  const collation = readCollation(stated['collation'], inherited);
  checkIdIndex(key, collation, inherited);
  checkKind(key, collation, isSet(unique));
  const partial = readPartial(partialFilterExpression, sparse);
  return {
    name,
    key,
    ...(isSet(unique) && { unique: true }),
    ...(isSet(sparse) && { sparse: true }),
    ...(isSet(hidden) && { hidden: true }),
    ...(partial && { partialFilterExpression: partial }),
    ...(collation && { collation: collation.document }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds: readExpiry(expireAfterSeconds, key) }),
    ...textOptions,
  };
}

/** Whether a requested index is the one that exists. */
export function sameSpec(a: IndexSpec, b: IndexSpec): boolean {
  const shape = ({ name, key, unique, sparse, ...options }: IndexSpec): string =>
    JSON.stringify([
      name,
      Object.entries(key),
      Boolean(unique),
      Boolean(sparse),
      Object.entries(options)
        // Hiding an index does not make it another one.
        .filter(([option, value]) => option !== 'hidden' && value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  return shape(a) === shape(b);
}

function checkOption(option: string): void {
  if (refused.has(option)) throw fail('CannotCreateIndex', `index option '${option}' is not supported by this server`);
  if (!known.has(option) && !ofText.has(option))
    throw fail('InvalidIndexSpecificationOption', `The field '${option}' is not valid for an index specification.`);
}

function readCollation(stated: unknown, inherited: Collation | undefined): Collation | undefined {
  if (stated === undefined) return inherited;
  if (!isDocument(stated)) throw fail('TypeMismatch', "The field 'collation' must be an object");
  if (Object.keys(stated).length === 0) throw fail('BadValue', "The field 'collation' cannot be an empty object.");
  return parseCollation(stated);
}

/** A text index keeps words, a hashed one single values: neither goes with every option. */
function checkKind(key: IndexSpec['key'], collation: Collation | undefined, unique: boolean): void {
  const kind = ['text', 'hashed'].find((one) => Object.values(key).includes(one));
  if (kind === 'text' && collation)
    throw fail('CannotCreateIndex', `Index type 'text' does not support collation: ${show(collation.document)}`);
  if (kind === 'hashed' && unique) throw failAt(16764, 'Currently hashed indexes cannot guarantee uniqueness. Use a regular index.');
}

function checkIdIndex(key: IndexSpec['key'], collation: Collation | undefined, inherited: Collation | undefined): void {
  if (JSON.stringify(key) === '{"_id":1}' && !sameCollation(collation, inherited))
    throw fail('BadValue', 'The _id index must have the same collation as the collection.');
}

function readKeyAndText(stated: Document): TextOptions & { key: IndexSpec['key'] } {
  const key = readKey(stated['key']);
  if (Object.values(key).includes('text')) return readTextIndex(key, stated);
  const foreign = Object.keys(stated).find((option) => ofText.has(option));
  if (foreign !== undefined) throw fail('CannotCreateIndex', `index option '${foreign}' is only for text indexes`);
  return { key };
}

function readKey(stated: unknown): IndexSpec['key'] {
  if (typeof stated !== 'object' || stated === null || Object.keys(stated).length === 0)
    throw fail('CannotCreateIndex', 'Index keys cannot be empty.');
  const key: Record<string, number | string> = {};
  for (const [field, direction] of Object.entries(stated)) key[field] = readDirection(field, direction);
  return key;
}

function readDirection(field: string, direction: unknown): number | string {
  if (field === '$**' && direction === 'text') return direction;
  if (field === '' || field.startsWith('$') || field.split('.').some((part) => part === '' || part.startsWith('$'))) {
    if (!/\$(ref|id|db)$/.test(field)) throw fail('CannotCreateIndex', `Index key contains an illegal field name: '${field}'.`);
  }
  if (field.includes('$**')) throw fail('CannotCreateIndex', 'wildcard indexes are not supported by this server');
  if (direction === 'text' || direction === 'hashed') return direction;
  if (typeof direction === 'string') throw fail('CannotCreateIndex', `index type '${direction}' is not supported by this server`);
  const number = Number(direction);
  if (!number) throw fail('CannotCreateIndex', `Values in the index key pattern cannot be ${String(direction)}.`);
  return number;
}

const partialOperators = new Set(['$and', '$or', '$in', '$eq', '$gt', '$gte', '$lt', '$lte', '$exists', '$type']);

function readPartial(stated: unknown, sparse: unknown): Document | undefined {
  if (stated === undefined) return undefined;
  if (typeof stated !== 'object' || stated === null) throw fail('TypeMismatch', "The field 'partialFilterExpression' must be an object");
  if (isSet(sparse)) throw fail('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  const foreign = operatorsIn(stated).find((operator) => !partialOperators.has(operator));
  if (foreign !== undefined) throw fail('CannotCreateIndex', `Expression not supported in partial index: ${foreign}`);
  compileFilter(stated as Document);
  return stated as Document;
}

function operatorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(operatorsIn);
  if (typeof value !== 'object' || value === null || '_bsontype' in value || value instanceof Date) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name.startsWith('$') ? [name] : []), ...operatorsIn(inner)]);
}

function readExpiry(value: unknown, key: IndexSpec['key']): number {
  const seconds = Number(value);
  if (Object.keys(key).length > 1)
    throw fail('CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL.');
  if (!(seconds >= 0 && seconds <= 2 ** 31 - 1))
    throw fail(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, try a value in 0..2147483647: ${seconds}`,
    );
  return Math.trunc(seconds);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && Number(value) !== 0;
}
