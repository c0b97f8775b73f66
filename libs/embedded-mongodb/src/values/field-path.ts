import { failAt } from '../errors';

/** Takes a field path apart. Errors: 40352, 40353, 15998, 16410, 16411. */
export function splitFieldPath(path: string): string[] {
  if (path === '') throw failAt(40352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw failAt(40353, "FieldPath must not end with a '.'.");
  if (path.includes('\0')) throw failAt(16411, 'FieldPath field names may not contain null bytes.');
  const parts = path.split('.');
  if (parts.includes('')) throw failAt(15998, 'FieldPath field names may not be empty strings.');
  if (parts.some((part) => part.startsWith('$') && part !== '$id' && part !== '$ref' && part !== '$db')) {
    throw failAt(16410, "FieldPath field names may not start with '$'. Consider using $getField or $setField.");
  }
  return parts;
}
