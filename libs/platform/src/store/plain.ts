import { Types } from 'mongoose';

/** A stored document as the rest of the shop sees it: `_id` is `id`, and every ObjectId is its 24 hexadecimal digits. */
export function fromStored(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (value instanceof Types.ObjectId) return value.toHexString();
  if (Array.isArray(value)) return value.map(fromStored);
  if (!isPlain(value)) return value;
  const plain: Record<string, unknown> = {};
  for (const key of Object.keys(value)) plain[key === '_id' ? 'id' : key] = fromStored(value[key]);
  return plain;
}

/** The way back: `id` is `_id`; the schema's casting turns the digits into ObjectIds where it says so. */
export function toStored(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(toStored);
  if (!isPlain(value)) return value;
  const stored: Record<string, unknown> = {};
  for (const key of Object.keys(value)) if (value[key] !== undefined) stored[key === 'id' ? '_id' : key] = toStored(value[key]);
  return stored;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
