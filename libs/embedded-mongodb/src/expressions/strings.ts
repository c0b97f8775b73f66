import { isNumeric, typeName } from '../bson/types';
import { failAt } from '../errors';
import { compareStrings } from '../values/compare';
import { int32Of, longOf, type IntegerErrors } from './integers';
import { isNullish, named, taking, unary, variadic, type ExpressionOperator } from './scope';
import { textOf } from './text';

/** Operators on strings; "CP" counts code points, "Bytes" UTF-8 bytes. Only ASCII letters change case, as in MongoDB. */
export const stringOperators: Readonly<Record<string, ExpressionOperator>> = {
  $concat: variadic(concatenated),
  $toUpper: unary((value, name) => upper(textOf(value, name))),
  $toLower: unary((value, name) => textOf(value, name).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
  $strcasecmp: taking(2, 2, ([a, b], _scope, name) => compareStrings(upper(textOf(a, name)), upper(textOf(b, name)))),
  $strLenCP: unary((value) => [...string(value, 34471, '$strLenCP requires a string argument, found')].length),
  $strLenBytes: unary((value) => Buffer.byteLength(string(value, 34473, '$strLenBytes requires a string argument, found'))),
  $substr: taking(3, 3, substringOfBytes),
  $substrBytes: taking(3, 3, substringOfBytes),
  $substrCP: taking(3, 3, substringOfPoints),
  $split: taking(2, 2, ([value, separator]) => {
    if (isNullish(value) || isNullish(separator)) return null;
    const text = string(value, 40085, '$split requires an expression that evaluates to a string as a first argument, found');
    const by = string(separator, 40086, '$split requires an expression that evaluates to a string as a second argument, found');
    if (by === '') throw failAt(40087, '$split requires a non-empty separator');
    return text.split(by);
  }),
  $indexOfCP: indexOf(
    (text) => [...text],
    { subject: 40093, part: 40094 },
    () => 1,
  ),
  $indexOfBytes: indexOf(
    (text) => [...Buffer.from(text)],
    { subject: 40091, part: 40092 },
    (part) => part,
  ),
  $trim: trimming(true, true),
  $ltrim: trimming(true, false),
  $rtrim: trimming(false, true),
  $replaceOne: replacing((input, find, replacement) => {
    const at = input.indexOf(find);
    return input.slice(0, at) + replacement + input.slice(at + find.length);
  }),
  $replaceAll: replacing((input, find, replacement) =>
    find === '' ? [...input].map((point) => replacement + point).join('') + replacement : input.split(find).join(replacement),
  ),
};

// In order: what comes before a null is held to its type, what comes after is not looked at.
function concatenated(args: unknown[]): string | null {
  let text = '';
  for (const value of args) {
    if (isNullish(value)) return null;
    text += string(value, 16702, '$concat only supports strings, not');
  }
  return text;
}

function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function string(value: unknown, code: number, message: string): string {
  if (typeof value !== 'string') throw failAt(code, `${message}: ${typeName(value)}`);
  return value;
}

function substringOfPoints([value, start, count]: unknown[], _scope: unknown, name: string): string {
  const points = [...textOf(value, name)];
  const from = int32Of(start, `${name}: starting index`, { notNumeric: 34450, notIntegral: 34451 });
  const length = int32Of(count, `${name}: length`, { notNumeric: 34452, notIntegral: 34453, negative: 34454 });
  if (from < 0) throw failAt(34455, `${name}: the starting index must be nonnegative integer.`);
  return points.slice(from, from + length).join('');
}

function substringOfBytes([value, start, count]: unknown[], _scope: unknown, name: string): string {
  const bytes = Buffer.from(textOf(value, name));
  if (!isNumeric(start)) throw failAt(16034, `${name}: starting index must be a numeric type (is BSON type ${typeName(start)})`);
  if (!isNumeric(count)) throw failAt(16035, `${name}: length must be a numeric type (is BSON type ${typeName(count)})`);
  const [from, length] = [Number(longOf(start)), Number(longOf(count))];
  if (from < 0) throw failAt(50752, `${name}: starting index must be non-negative (got: ${from})`);
  if (isInside(bytes, from)) throw failAt(28656, `${name}: Invalid range, starting index is a UTF-8 continuation byte.`);
  const to = length < 0 ? bytes.length : Math.min(from + length, bytes.length);
  if (isInside(bytes, to)) throw failAt(28657, `${name}: Invalid range, ending index is in the middle of a UTF-8 character.`);
  return bytes.toString('utf8', from, to);
}

/** Whether the byte goes on with a character that began before it. */
function isInside(bytes: Buffer, at: number): boolean {
  return at < bytes.length && (bytes[at]! & 0xc0) === 0x80;
}

const indexErrors: IntegerErrors = { notNumeric: 40096, notIntegral: 40096, negative: 40097 };

// Of the part's units `inside` have to lie before the end: by code points the first alone, by bytes all.
function indexOf<T>(
  split: (text: string) => T[],
  codes: { subject: number; part: number },
  inside: (length: number) => number,
): ExpressionOperator {
  return taking(2, 4, (args, _scope, name) => {
    const [subject, part, start, end] = args;
    if (isNullish(subject)) return null;
    const units = split(string(subject, codes.subject, `${name} requires a string as the first argument, found`));
    const wanted = split(string(part, codes.part, `${name} requires a string as the second argument, found`));
    const from = args.length < 3 ? 0 : int32Of(start, `${name}: starting index`, indexErrors);
    const to = args.length < 4 ? units.length : Math.min(int32Of(end, `${name}: ending index`, indexErrors), units.length);
    if (from > units.length) return -1;
    for (let i = from; i + inside(wanted.length) <= to; i++) if (wanted.every((unit, j) => units[i + j] === unit)) return i;
    return -1;
  });
}

const blanks = [...'\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'];

function trimming(front: boolean, back: boolean): ExpressionOperator {
  return named(['input'], ['chars'], (args, _scope, name) => {
    const { input, chars } = args;
    if (isNullish(input)) return null;
    const points = [...string(input, 50699, `${name} requires its input to be a string, got`)];
    if ('chars' in args && isNullish(chars)) return null;
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
    const [text, wanted, instead] = [
      stringOrNull(input, 51746, `${name} requires that 'input' be a string, found`),
      stringOrNull(find, 51745, `${name} requires that 'find' be a string, found`),
      stringOrNull(replacement, 51744, `${name} requires that 'replacement' be a string, found`),
    ];
    if (text === null || wanted === null || instead === null) return null;
    return text.includes(wanted) ? apply(text, wanted, instead) : text;
  });
}

function stringOrNull(value: unknown, code: number, message: string): string | null {
  return isNullish(value) ? null : string(value, code, message);
}
