import { Decimal128, ObjectId } from 'bson';
import { isDocument } from './document';
import { unbox } from './numbers';
import { isNumeric } from './types';

/** A value as MongoDB prints it in error messages: `{ a: "x", b: [ 1 ] }`. */
export function show(value: unknown): string {
  if (value === undefined) return 'EOO';
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `"${value}"`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Decimal128) return value.toString();
  if (isNumeric(value))
    return typeof value === 'object' && Number.isInteger(unbox(value)) ? `${String(unbox(value))}.0` : String(unbox(value));
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(show).join(', ')} ]`;
  if (!isDocument(value)) return `${value.constructor.name}(${JSON.stringify(value)})`;
  const fields = Object.entries(value).map(([name, inner]) => `${name}: ${show(inner)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
