import type { Condition } from './conditions';
import { bsonType, bsonTypes } from '../bson/types';
import { isRegex } from '../values/regex';
import { mayHoldText } from '../indexes/folded';
import { typeByte } from '../indexes/key-string';

/** A stretch of one field's encoded values, end exclusive. */
export interface Interval {
  readonly start: Buffer;
  readonly end: Buffer;
  /** One single value. */
  readonly point: boolean;
}

/** One field of an index, as a question sees it. */
export interface KeyField {
  readonly descending: boolean;
  /** What its keys tell about text: its order, whether it is equal (under the question's collation), or nothing (under another one). */
  readonly text: 'order' | 'equality' | 'nothing';
  encode(value: unknown): Buffer;
}

const after = Buffer.from([0xff]);
/** Before what ends a value or goes on behind it, but after a zero inside a text, turned over: in a descending field `a\0` comes before `a`. */
export const beforeEnd = Buffer.from([0x01]);
/** More than the twelve bytes of the last ObjectId. */
const behindAll = Buffer.alloc(13, 0xff);

/** Where the values that fulfil the condition lie, in key order; undefined: anywhere. May be too wide, never too narrow. */
export function intervalsOf(condition: Condition, field: KeyField): Interval[] | undefined {
  const { operator, value } = condition;
  switch (operator) {
    case '$eq':
      return equality(value, field);
    case '$in':
      return anyOf(value, field);
    case '$exists':
      return value === false ? equality(null, field) : undefined;
    case '$regex':
      return regex(value as { pattern: string; options: string }, field);
    default:
      return comparison(operator, value, field);
  }
}

/** What lies in both lists. */
export function intersection(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const left of a) {
    for (const right of b) {
      const start = Buffer.compare(left.start, right.start) > 0 ? left.start : right.start;
      const end = Buffer.compare(left.end, right.end) < 0 ? left.end : right.end;
      if (Buffer.compare(start, end) < 0) result.push({ start, end, point: left.point || right.point });
    }
  }
  return result;
}

function equality(value: unknown, field: KeyField): Interval[] | undefined {
  if (value === undefined || Array.isArray(value)) return undefined;
  if (field.text === 'nothing' && mayHoldText(value)) return undefined;
  const start = field.encode(value);
  return [{ start, end: Buffer.concat([start, after]), point: true }];
}

function anyOf(values: unknown, field: KeyField): Interval[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const points = new Map<string, Interval>();
  for (const value of values as unknown[]) {
    const intervals = isRegex(value) ? regex(value as { pattern: string; options: string }, field) : equality(value, field);
    if (!intervals) return undefined;
    for (const interval of intervals) points.set(interval.start.toString('latin1'), interval);
  }
  const sorted = [...points.values()].sort((a, b) => Buffer.compare(a.start, b.start));
  return sorted.every(({ point }) => point) ? sorted : union(sorted);
}

function union(sorted: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const interval of sorted) {
    const last = result.at(-1);
    if (!last || Buffer.compare(last.end, interval.start) < 0) result.push(interval);
    else if (Buffer.compare(last.end, interval.end) < 0) result[result.length - 1] = { start: last.start, end: interval.end, point: false };
  }
  return result;
}

/** Comparisons hold only among values of the same kind, so the kind's own stretch closes the open side. */
function comparison(operator: string, value: unknown, field: KeyField): Interval[] | undefined {
  const kind = comparableKind(value, field);
  if (kind === undefined) return undefined;
  const { descending } = field;
  const at = field.encode(value);
  const before = Buffer.concat([at, beforeEnd]);
  const behind = Buffer.concat([at, after]);
  const first = Buffer.from([descending ? ~kind & 0xff : kind]);
  const last = Buffer.concat([first, behindAll]);
  const upwards = operator.startsWith('$gt') !== descending;
  const inclusive = operator.endsWith('e');
  const interval = upwards
    ? { start: inclusive ? at : behind, end: last, point: false }
    : { start: first, end: inclusive ? behind : before, point: false };
  return [interval];
}

function comparableKind(value: unknown, { text }: KeyField): number | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return typeByte.number;
    case 'string':
      return text === 'order' ? typeByte.string : undefined;
    case 'boolean':
      return typeByte.bool;
  }
  switch (bsonType(value)) {
    case bsonTypes.double:
    case bsonTypes.decimal:
      return typeByte.number;
    case bsonTypes.date:
      return typeByte.date;
    case bsonTypes.objectId:
      return typeByte.objectId;
    case bsonTypes.timestamp:
      return typeByte.timestamp;
    default:
      return undefined;
  }
}

/** `^abc` is a range of strings. A stored regular expression matches an equal one, so those are always looked at. */
function regex({ pattern, options }: { pattern: string; options: string }, field: KeyField): Interval[] | undefined {
  const prefix = literalPrefix(pattern, options);
  if (field.text !== 'order' || prefix === '') return undefined;
  const { descending } = field;
  const encoded = field.encode(prefix);
  // Without the closing zero: all strings that go on from here.
  const start = encoded.subarray(0, encoded.length - 1);
  const regexStart = Buffer.from([descending ? ~typeByte.regex & 0xff : typeByte.regex]);
  return [
    // Twice, because in a descending field the closing zero is itself 0xff.
    { start, end: Buffer.concat([start, after, after]), point: false },
    { start: regexStart, end: Buffer.concat([regexStart, after, after]), point: false },
  ].sort((a, b) => Buffer.compare(a.start, b.start));
}

function literalPrefix(pattern: string, options: string): string {
  if (!pattern.startsWith('^') || pattern.includes('|') || /[imx]/.test(options)) return '';
  const [literal = ''] = /^[\p{L}\p{N} _\-@#/,:;=&%!~"'<>]*/u.exec(pattern.slice(1)) ?? [];
  const next = pattern[1 + literal.length];
  // A character may be two code units.
  return next !== undefined && '*?{'.includes(next) ? [...literal].slice(0, -1).join('') : literal;
}
