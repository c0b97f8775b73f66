import { BSONRegExp, BSONSymbol } from 'bson';
import { failAt } from '../errors';
import { bounded } from './bounded';
import { translatePattern } from './pcre';

/** A pattern made ready. Searching takes a second at most. */
export interface CompiledRegex {
  test(text: string): boolean;
  /** The matches from left to right, at most so many. */
  find(text: string, most: number): RegExpExecArray[];
}

const LONGEST_SEARCH_MS = 1000;

/** A repetition in a repetition takes long from some thirty characters on, several in a row from some thousands. */
const lengthsAtRisk = { none: Infinity, polynomial: 2000, exponential: 16 };

/** PCRE's longest pattern, as MongoDB builds it. */
const LONGEST_PATTERN = 16_384;

/** Compiles a PCRE pattern with MongoDB's options (i, m, s, x, u). Errors: 51091 (pattern), 51108 (option), 51156 (when it takes too long). */
export function compileRegex(pattern: string, options: string): CompiledRegex {
  for (const letter of options) {
    if (!'imsxu'.includes(letter)) throw failAt(51108, `invalid flag in regex options: ${letter}`);
  }
  if (Buffer.byteLength(pattern) > LONGEST_PATTERN) throw failAt(51091, 'Regular expression is invalid: pattern string too long');
  const { source, ignoreCase, risk } = translatePattern(pattern, options);
  const flags = ignoreCase ? 'iv' : 'v';
  const regex = build(source, flags, pattern);
  const global = new RegExp(source, `g${flags}`);
  const safely = <T>(text: string, search: () => T): T =>
    text.length < lengthsAtRisk[risk] ? search() : bounded(search, LONGEST_SEARCH_MS);
  return {
    test: (text) => safely(text, () => regex.test(text)),
    find: (text, most) => safely(text, () => findAll(global, text, most)),
  };
}

function build(source: string, flags: string, original: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw failAt(51091, `Regular expression is invalid: ${(error as Error).message} in /${original}/`);
  }
}

function findAll(global: RegExp, text: string, most: number): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (const match of text.matchAll(global)) {
    found.push(match);
    // As MongoDB, which does not search again from the very end.
    if (found.length >= most || match.index + (match[0].length || 1) >= text.length) break;
  }
  return found;
}

export function isRegex(value: unknown): value is BSONRegExp | RegExp {
  return value instanceof BSONRegExp || value instanceof RegExp;
}

/** The pattern and options of a regular expression value, whichever class it has. */
export function regexParts(value: BSONRegExp | RegExp): { pattern: string; options: string } {
  if (value instanceof BSONRegExp) return value;
  return { pattern: value.source, options: value.flags.replace(/[^imsu]/g, '') };
}

/** A test for the regular expression as a filter's value: strings it matches, and the same regular expression stored as a value. */
export function regexTest(value: BSONRegExp | RegExp): (candidate: unknown) => boolean {
  const { pattern, options } = regexParts(value);
  return patternTest(pattern, options);
}

/** As `regexTest`, of a pattern and its options. */
export function patternTest(pattern: string, options: string): (candidate: unknown) => boolean {
  const regex = compileRegex(pattern, options);
  return (candidate) => {
    if (typeof candidate === 'string') return regex.test(candidate);
    if (candidate instanceof BSONSymbol) return regex.test(candidate.value);
    if (!isRegex(candidate)) return false;
    const stored = regexParts(candidate);
    return stored.pattern === pattern && stored.options === options;
  };
}
