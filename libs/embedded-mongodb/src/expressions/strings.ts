import { BSONSymbol } from 'bson';
import { isIntegral, toNumber } from '../bson/numbers';
import { show } from '../bson/show';
import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { compareStrings } from '../values/compare';
import { compileRegex, isRegex, regexParts } from '../values/regex';
import { isNullish, named, taking, unary, variadic, type ExpressionOperator } from './scope';

/** Operators on strings; "CP" counts code points, "Bytes" UTF-8 bytes. */
export const stringOperators: Readonly<Record<string, ExpressionOperator>> = {
  $concat: variadic((args) => {
    if (args.some(isNullish)) return null;
    const wrong = args.find((value) => typeof value !== 'string');
    if (wrong !== undefined) throw failAt(16702, `$concat only supports strings, not ${typeName(wrong)}`);
    return args.join('');
  }),
  $toUpper: unary((value, name) => coerce(value, name).toUpperCase()),
  $toLower: unary((value, name) => coerce(value, name).toLowerCase()),
  $strcasecmp: taking(2, 2, ([a, b], _scope, name) => compareStrings(coerce(a, name).toUpperCase(), coerce(b, name).toUpperCase())),
  $strLenCP: unary((value) => [...string(value, 34471, '$strLenCP requires a string argument, found')].length),
  $strLenBytes: unary((value) => Buffer.byteLength(string(value, 34473, '$strLenBytes requires a string argument, found'))),
  $substr: taking(3, 3, substringOfBytes),
  $substrBytes: taking(3, 3, substringOfBytes),
  $substrCP: taking(3, 3, ([value, start, count], _scope, name) => {
    const points = [...coerce(value, name)];
    const from = position(start, 34450, '$substrCP: starting index must be a numeric type');
    return points.slice(from, from + position(count, 34452, '$substrCP: length must be a numeric type')).join('');
  }),
  $split: taking(2, 2, ([value, separator]) => {
    if (isNullish(value)) return null;
    const text = string(value, 40085, '$split requires an expression that evaluates to a string as a first argument, found');
    const by = string(separator, 40086, '$split requires an expression that evaluates to a string as a second argument, found');
    if (by === '') throw failAt(40087, '$split requires a non-empty separator');
    return text.split(by);
  }),
  $indexOfCP: taking(2, 4, ([value, part, start, end]) => indexOf([...text(value)], part, start, end, (s) => [...s], isNullish(value))),
  $indexOfBytes: taking(2, 4, ([value, part, start, end]) =>
    indexOf([...Buffer.from(text(value))], part, start, end, (s) => [...Buffer.from(s)], isNullish(value)),
  ),
  $trim: trimming(true, true),
  $ltrim: trimming(true, false),
  $rtrim: trimming(false, true),
  $replaceOne: replacing((input, find, replacement) => {
    const at = input.indexOf(find);
    return at < 0 ? input : input.slice(0, at) + replacement + input.slice(at + find.length);
  }),
  $replaceAll: replacing((input, find, replacement) => (find === '' ? input : input.split(find).join(replacement))),
  $regexMatch: regex((matches) => matches(1).length > 0, false),
  $regexFind: regex((matches) => matches(1)[0] ?? null, null),
  $regexFindAll: regex((matches) => matches(Infinity), []),
};

function text(value: unknown): string {
  if (isNullish(value)) return '';
  return string(value, 40093, '$indexOfCP requires a string as the first argument, found');
}

function string(value: unknown, code: number, message: string): string {
  if (typeof value !== 'string') throw failAt(code, `${message}: ${typeName(value)}`);
  return value;
}

/** A string out of what MongoDB lets pass for one here: null is empty, numbers and dates are written out. Error: 16007. */
function coerce(value: unknown, name: string): string {
  if (isNullish(value)) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof BSONSymbol) return value.value;
  if (isNumeric(value)) return show(value).replace(/\.0$/, '');
  throw failAt(16007, `can't convert from BSON type ${typeName(value)} to String in ${name}`);
}

function position(value: unknown, code: number, message: string): number {
  if (!isNumeric(value) || !isIntegral(value)) throw failAt(code, `${message} (is BSON type ${typeName(value)})`);
  if (toNumber(value) < 0) throw failAt(code + 1, message.replace('must be a numeric type', 'must be nonnegative'));
  return toNumber(value);
}

function substringOfBytes([value, start, count]: unknown[], _scope: unknown, name: string): string {
  const bytes = Buffer.from(coerce(value, name));
  if (!isNumeric(start)) throw failAt(16034, `${name}: starting index must be a numeric type (is BSON type ${typeName(start)})`);
  if (!isNumeric(count)) throw failAt(16035, `${name}: length must be a numeric type (is BSON type ${typeName(count)})`);
  const from = toNumber(start);
  if (from < 0) throw failAt(50752, `${name}: starting index must be non-negative (got: ${from})`);
  const to = toNumber(count) < 0 ? bytes.length : Math.min(from + toNumber(count), bytes.length);
  for (const at of [from, to]) {
    if (at < bytes.length && (bytes[at]! & 0xc0) === 0x80)
      throw failAt(28656, `${name}: Invalid range, starting or ending index is in the middle of a UTF-8 character.`);
  }
  return bytes.toString('utf8', from, to);
}

function indexOf<T>(units: T[], part: unknown, start: unknown, end: unknown, split: (text: string) => T[], absent: boolean): number | null {
  if (absent) return null;
  const wanted = split(string(part, 40094, '$indexOfCP requires a string as the second argument, found'));
  const from = isNullish(start) ? 0 : position(start, 40096, '$indexOfCP starting index must be a numeric type');
  const to = isNullish(end) ? units.length : Math.min(position(end, 40096, '$indexOfCP ending index must be a numeric type'), units.length);
  for (let i = from; i + wanted.length <= to; i++) if (wanted.every((unit, j) => units[i + j] === unit)) return i;
  return -1;
}

const blanks = [...'\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'];

function trimming(front: boolean, back: boolean): ExpressionOperator {
  return named(['input'], ['chars'], ({ input, chars, ...rest }, _scope, name) => {
    void rest;
    if (isNullish(input) || chars === null) return null;
    const points = [...string(input, 50699, `${name} requires its input to be a string, got`)];
    const away = new Set(chars === undefined ? blanks : [...string(chars, 50700, `${name} requires 'chars' to be a string, got`)]);
    let from = 0;
    let to = points.length;
    while (front && from < to && away.has(points[from]!)) from++;
    while (back && to > from && away.has(points[to - 1]!)) to--;
    return points.slice(from, to).join('');
  });
}

function replacing(apply: (input: string, find: string, replacement: string) => string): ExpressionOperator {
  return named(['input', 'find', 'replacement'], [], ({ input, find, replacement }, _scope, name) => {
    if (isNullish(input) || isNullish(find) || isNullish(replacement)) return null;
    return apply(
      string(input, 51746, `${name} requires that 'input' be a string, found`),
      string(find, 51745, `${name} requires that 'find' be a string, found`),
      string(replacement, 51744, `${name} requires that 'replacement' be a string, found`),
    );
  });
}

interface Found {
  match: string;
  idx: number;
  captures: (string | null)[];
}

function regex(apply: (matches: (most: number) => Found[]) => unknown, none: unknown): ExpressionOperator {
  const memory = new Map<string, RegExp>();
  return named(['input', 'regex'], ['options'], ({ input, regex: pattern, options }, _scope, name) => {
    if (isNullish(input) || isNullish(pattern)) return none;
    const subject = string(input, 51104, `${name} needs 'input' to be of type string, found`);
    if (typeof pattern !== 'string' && !isRegex(pattern)) throw failAt(51105, `${name} needs 'regex' to be of type string or regex`);
    const parts = typeof pattern === 'string' ? { pattern, options: '' } : regexParts(pattern);
    if (parts.options && options) throw failAt(51107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`);
    const flags = (options as string | undefined) ?? parts.options;
    const key = `${flags}/${parts.pattern}`;
    const compiled = memory.get(key) ?? compileRegex(parts.pattern, flags);
    // Patterns may come from documents: the memory must not grow with them.
    if (memory.size < 100) memory.set(key, compiled);
    return apply((most) => search(compiled, subject, most));
  });
}

function search(pattern: RegExp, subject: string, most: number): Found[] {
  const global = new RegExp(pattern.source, `${pattern.flags}g`);
  const found: Found[] = [];
  for (const match of subject.matchAll(global)) {
    if (found.length >= most) break;
    // The index is in code points.
    const idx = [...subject.slice(0, match.index)].length;
    found.push({ match: match[0], idx, captures: match.slice(1).map((capture: string | undefined) => capture ?? null) });
  }
  return found;
}
