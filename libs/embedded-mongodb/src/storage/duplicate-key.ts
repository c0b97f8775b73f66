import type { Decimal128, ObjectId, Binary } from 'bson';
import { show } from '../bson/show';
import { MongoError } from '../errors';
import type { Document } from '../bson/codec';
import { valuesAt } from '../values/paths';
import type { Index } from '../indexes/index-definition';
import type { Collection } from './collection';

/** MongoDB's E11000, in its exact shape: clients parse the message as well as `keyPattern` and `keyValue`. */
export function duplicateKey(collection: Collection, index: Index, key: Buffer, document: Document): MongoError {
  const keyValue = valuesOfKey(index, key, document);
  const shown = index.fields.map((field) => `${field}: ${displayIn(index, keyValue[field])}`).join(', ');
  const rules = index.collation ? ` collation: ${show(index.collation.document)}` : '';
  const message = `E11000 duplicate key error collection: ${collection.namespace} index: ${index.spec.name}${rules} dup key: { ${shown} }`;
  return new MongoError(11000, 'DuplicateKey', message, {
    keyPattern: { ...index.spec.key },
    keyValue,
    ...(index.collation && { collation: index.collation.document }),
  });
}

/** The values behind a key; of an array, the element that made this key. */
function valuesOfKey(index: Index, key: Buffer, document: Document): Document {
  const values: Document = {};
  for (const field of index.fields) {
    const candidates = valuesAt(document, field).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
    values[field] = candidates.length < 2 ? (candidates[0] ?? null) : candidates.find((value) => makesKey(index, key, field, value));
  }
  return values;
}

function makesKey(index: Index, key: Buffer, field: string, value: unknown): boolean {
  return key.includes(index.part(index.fields.indexOf(field), value));
}

/** Under a collation MongoDB shows the key of a text, in hexadecimal, not the text. */
function displayIn({ collation }: Index, value: unknown): string {
  return collation && typeof value === 'string' ? `"0x${Buffer.from(collation.key(value)).toString('hex')}"` : display(value);
}

function display(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[ ${value.map(display).join(', ')} ]`;
  return displayTagged(value);
}

function displayTagged(value: object): string {
  switch ((value as { _bsontype?: string })._bsontype) {
    case 'ObjectId':
      return `ObjectId('${(value as ObjectId).toHexString()}')`;
    case 'Double':
      return `${String(value)}.0`;
    case 'Decimal128':
      return (value as Decimal128).toString();
    case 'Binary':
      return `BinData(${(value as Binary).sub_type}, ${Buffer.from((value as Binary).value())
        .toString('hex')
        .toUpperCase()})`;
    case undefined:
      return `{ ${Object.entries(value)
        .map(([name, inner]) => `${name}: ${display(inner)}`)
        .join(', ')} }`;
    default:
      return String(value);
  }
}
