import type { Raw, RawHash } from './form';
import { badParam } from './refusal';

/** Turns one raw parameter into its value, or refuses it with Stripe's error. */
export type Reader<T> = (raw: Raw, param: string) => T;
export type Shape = Record<string, Reader<unknown>>;
export type Values<S extends Shape> = { [K in keyof S]?: ReturnType<S[K]> };

/** Reads a form against the table of what the endpoint takes. Unknown, missing and malformed parameters are refused as Stripe does ("Error codes"). */
export function readParams<S extends Shape, R extends keyof S = never>(
  shape: S,
  raw: RawHash,
  required: readonly R[] = [],
  inside = '',
): Values<S> & { [K in R]: ReturnType<S[K]> } {
  const values: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const name of Object.keys(raw)) {
    const param = inside ? `${inside}[${name}]` : name;
    if (!Object.hasOwn(shape, name)) unknown.push(param);
    else values[name] = (shape[name] as Reader<unknown>)(raw[name] as Raw, param);
  }
  if (unknown.length > 0)
    throw badParam(
      `Received unknown parameter${unknown.length > 1 ? 's' : ''}: ${unknown.join(', ')}`,
      unknown[0] as string,
      'parameter_unknown',
    );
  for (const name of required) {
    if (values[name as string] === undefined) throw missing(inside ? `${inside}[${String(name)}]` : String(name));
  }
  return values as Values<S> & { [K in R]: ReturnType<S[K]> };
}

export function missing(param: string): Error {
  return badParam(`Missing required param: ${param}.`, param, 'parameter_missing');
}

export const text =
  (longest = 5000): Reader<string> =>
  (raw, param) => {
    if (typeof raw !== 'string') throw badParam(`Invalid string: ${JSON.stringify(raw)}`, param);
    if (raw === '') {
      throw badParam(
        `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
        param,
        'parameter_invalid_empty',
      );
    }
    if (raw.length > longest) throw badParam(`Invalid string: ${raw.slice(0, 20)}...; must be at most ${longest} characters`, param);
    return raw;
  };

export const integer =
  (least = 0): Reader<number> =>
  (raw, param) => {
    if (typeof raw !== 'string' || !/^-?\d{1,15}$/.test(raw))
      throw badParam(`Invalid integer: ${typeof raw === 'string' ? raw : JSON.stringify(raw)}`, param, 'parameter_invalid_integer');
    const value = Number(raw);
    if (value < least)
      throw badParam(
        least === 1 ? 'This value must be greater than or equal to 1.' : 'Invalid non-negative integer',
        param,
        'parameter_invalid_integer',
      );
    return value;
  };

export const flag: Reader<boolean> = (raw, param) => {
  if (raw !== 'true' && raw !== 'false') throw badParam(`Invalid boolean: ${typeof raw === 'string' ? raw : JSON.stringify(raw)}`, param);
  return raw === 'true';
};

export const oneOf =
  <T extends string>(...values: readonly T[]): Reader<T> =>
  (raw, param) => {
    const value = values.find((known) => known === raw);
    if (value === undefined) throw badParam(`Invalid ${param}: must be one of ${values.join(', ')}`, param);
    return value;
  };

export const hash =
  <S extends Shape>(shape: S): Reader<Values<S>> =>
  (raw, param) => {
    if (typeof raw === 'string') throw badParam('Invalid hash', param);
    return readParams(shape, raw, [], param);
  };

export const list =
  <T>(read: Reader<T>): Reader<T[]> =>
  (raw, param) => {
    if (typeof raw === 'string') throw badParam('Invalid array', param);
    return Object.keys(raw).map((name) => read(raw[name] as Raw, `${param}[${name}]`));
  };

/** Either of two forms, as `off_session` takes a boolean or a hash. */
export const flagOr =
  <T>(read: Reader<T>): Reader<boolean | T> =>
  (raw, param) =>
    typeof raw === 'string' ? flag(raw, param) : read(raw, param);

/** An empty string unsets the field: Stripe's `Emptyable`. */
export const emptyable =
  <T>(read: Reader<T>): Reader<T | null> =>
  (raw, param) =>
    raw === '' ? null : read(raw, param);

/** A parameter that Stripe takes and the sandbox has no use for. */
export const ignored: Reader<Raw> = (raw) => raw;

/** Up to 50 keys of 40 characters with values of 500 (API reference, "Metadata"). An empty value deletes the key; an empty hash all of them. */
export const metadata: Reader<Record<string, string> | null> = (raw, param) => {
  if (raw === '') return null;
  if (typeof raw === 'string') throw badParam('Invalid hash', param);
  const entries = Object.entries(raw);
  if (entries.length > 50) throw badParam('You can have up to 50 metadata keys.', param);
  for (const [key, value] of entries) {
    if (key.length > 40) throw badParam(`Metadata keys can be up to 40 characters long: ${key}`, param);
    if (typeof value !== 'string' || value.length > 500)
      throw badParam(`Metadata values can be up to 500 characters: ${key}`, `${param}[${key}]`);
  }
  return raw as Record<string, string>;
};

/** The metadata after a change. */
export function mergeMetadata(
  before: Record<string, string> | null,
  change: Record<string, string> | null | undefined,
): Record<string, string> {
  if (change === undefined) return before ?? {};
  if (change === null) return {};
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== ''));
}

const addressShape = {
  city: emptyable(text()),
  country: emptyable(text(2)),
  line1: emptyable(text()),
  line2: emptyable(text()),
  postal_code: emptyable(text()),
  state: emptyable(text()),
};
export const address: Reader<{
  city: string | null;
  country: string | null;
  line1: string | null;
  line2: string | null;
  postal_code: string | null;
  state: string | null;
}> = (raw, param) => ({
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
  ...hash(addressShape)(raw, param),
});

export const shipping = hash({
  address,
  name: text(),
  phone: emptyable(text()),
  carrier: emptyable(text()),
  tracking_number: emptyable(text()),
});
