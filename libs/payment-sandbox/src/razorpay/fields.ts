import { invalid } from './refusal';
import type { OrderNotes } from './kinds';

/** What came as JSON or in a query. */
export type Fields = Readonly<Record<string, unknown>>;
type Reader<T> = (value: unknown, field: string) => T;
type Shape = Record<string, Reader<unknown>>;
type Values<S extends Shape> = { [K in keyof S]?: ReturnType<S[K]> };

/** Reads fields against the table of what the endpoint takes; refuses what is unknown, missing or of another type. */
export function readFields<S extends Shape, R extends keyof S = never>(
  shape: S,
  fields: Fields,
  required: readonly R[] = [],
): Values<S> & { [K in R]: ReturnType<S[K]> } {
  const extra = Object.keys(fields).filter((name) => !Object.hasOwn(shape, name));
  if (extra.length > 0) throw invalid(`${extra.join(', ')} is/are not required and should not be sent`, undefined, 'extra_field_sent');
  for (const name of required) {
    if (fields[name as string] === undefined || fields[name as string] === '')
      throw invalid(`The ${String(name)} field is required.`, String(name));
  }
  const read = Object.entries(fields).map(([name, value]) => [name, (shape[name] as Reader<unknown>)(value, name)]);
  return Object.fromEntries(read) as Values<S> & { [K in R]: ReturnType<S[K]> };
}

/** A whole number, which may come as text, in a query or from clients that write it so. */
export const whole =
  (least = 0): Reader<number> =>
  (value, field) => {
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw invalid(`The ${field} must be an integer.`, field);
    if (number < least) throw invalid(`The ${field} must be at least ${least}.`, field);
    return number;
  };

export const text =
  (longest = 255): Reader<string> =>
  (value, field) => {
    if (typeof value !== 'string') throw invalid(`The ${field} must be a string.`, field);
    if (value.length > longest) throw invalid(`The ${field} may not be greater than ${longest} characters.`, field);
    return value;
  };

/** True or false, also as 1 or 0. */
export const flag: Reader<boolean> = (value, field) => {
  if (value === true || value === 1 || value === '1') return true;
  if (value === false || value === 0 || value === '0') return false;
  throw invalid(`The ${field} field must be true or false.`, field);
};

export const oneOf =
  <T extends string>(...values: readonly T[]): Reader<T> =>
  (value, field) => {
    const found = values.find((known) => known === value);
    if (found === undefined) throw invalid(`The selected ${field} is invalid.`, field);
    return found;
  };

export const inside =
  <S extends Shape>(shape: S): Reader<Values<S>> =>
  (value, field) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalid(`The ${field} must be an array.`, field);
    return readFields(shape, value as Fields);
  };

const MOST_NOTES = 15;
const LONGEST_NOTE = 256;

/** Up to 15 pairs of 256 characters ("Understand Razorpay APIs", Notes). */
export const notes: Reader<OrderNotes> = (value, field) => {
  if (Array.isArray(value) && value.length === 0) return [];
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalid(`The ${field} must be an array.`, field);
  const pairs = Object.entries(value as Fields);
  if (pairs.length > MOST_NOTES) throw invalid(`Number of fields in notes should be less than or equal to ${MOST_NOTES}`, field);
  const tooLong = pairs.some(([name, note]) => name.length > LONGEST_NOTE || String(note).length > LONGEST_NOTE);
  if (tooLong) throw invalid(`Length of notes' keys and values should be less than or equal to ${LONGEST_NOTE}`, field);
  return pairs.length === 0 ? [] : Object.fromEntries(pairs.map(([name, note]) => [name, String(note)]));
};
