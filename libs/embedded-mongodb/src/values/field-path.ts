import { fail, failAt } from '../errors';

/** MongoDB's limit of a path's parts. */
const LONGEST_PATH = 200;

/** Refuses what cannot be the name of one field that a pipeline makes. Errors: 15998, 16410, 16411, 16412. */
export function checkFieldName(name: string): void {
  if (name === '') throw failAt(15998, 'FieldPath field names may not be empty strings.');
  if (name.startsWith('$')) throw failAt(16410, `FieldPath field names may not start with '$': ${name}`);
  if (name.includes('\0')) throw failAt(16411, 'FieldPath field names may not contain null bytes.');
  if (name.includes('.')) throw failAt(16412, `FieldPath field names may not contain '.': ${name}`);
}

/** Takes a field path apart. Errors: 40352, 40353, 15998, 16410, 16411. */
export function splitFieldPath(path: string): string[] {
  if (path === '') throw failAt(40352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw failAt(40353, "FieldPath must not end with a '.'.");
  if (path.includes('\0')) throw failAt(16411, 'FieldPath field names may not contain null bytes.');
  const parts = path.split('.');
  if (parts.length > LONGEST_PATH) throw fail('Overflow', `FieldPath is too long, the most is ${LONGEST_PATH} components`);
  if (parts.includes('')) throw failAt(15998, 'FieldPath field names may not be empty strings.');
  if (parts.some((part) => part.startsWith('$') && part !== '$id' && part !== '$ref' && part !== '$db')) {
    throw failAt(16410, "FieldPath field names may not start with '$'. Consider using $getField or $setField.");
  }
  return parts;
}
