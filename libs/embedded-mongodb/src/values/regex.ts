import { BSONRegExp, BSONSymbol } from 'bson';
import { failAt } from '../errors';

/** Compiles a PCRE pattern with MongoDB's options (i, m, s, x, u) to a JavaScript one. Errors: 51091 (pattern), 51108 (option). */
export function compileRegex(pattern: string, options: string): RegExp {
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const letters = new Set([...options, ...(inline?.[1] ?? '')]);
  for (const letter of letters) {
    if (!'imsxu'.includes(letter)) throw failAt(51108, `invalid flag in regex options: ${letter}`);
  }
  let source = inline ? pattern.slice(inline[0].length) : pattern;
  if (letters.has('x')) source = withoutComments(source);
  source = source
    .replaceAll('(?P<', '(?<')
    .replace(/^\\A/, '^')
    .replace(/\\[zZ]$/, '$');
  const flags = ['i', 'm', 's'].filter((letter) => letters.has(letter)).join('');
  return build(source, flags, pattern);
}

// By code point if the pattern allows it (JavaScript's stricter `u` syntax refuses needless escapes that PCRE takes).
function build(source: string, flags: string, original: string): RegExp {
  if (/[^\x20-\x7e]|\\p|^\.|\.\$|[^\\]\./.test(source)) {
    try {
      return new RegExp(source, `${flags}u`);
    } catch {
      // Falls back to the laxer syntax.
    }
  }
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw failAt(51091, `Regular expression is invalid: ${(error as Error).message} in /${original}/`);
  }
}

/** What option `x` means: blanks and `#` comments outside character classes do not count. */
function withoutComments(source: string): string {
  return source.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\s+|#[^\n]*/g, (token) => (/^(\s|#)/.test(token) ? '' : token));
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
  const regex = compileRegex(pattern, options);
  return (candidate) => {
    if (typeof candidate === 'string') return regex.test(candidate);
    if (candidate instanceof BSONSymbol) return regex.test(candidate.value);
    if (!isRegex(candidate)) return false;
    const stored = regexParts(candidate);
    return stored.pattern === pattern && stored.options === options;
  };
}
