/** What `\s` and `[:space:]` hold: without Unicode, and unlike JavaScript's. */
const whiteSpace = '\\t-\\r ';

/** POSIX classes in brackets, by name. */
export const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: whiteSpace,
  blank: '\\t ',
  punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  cntrl: '\\x00-\\x1f\\x7f',
  graph: '\\x21-\\x7e',
  print: '\\x20-\\x7e',
  xdigit: '0-9A-Fa-f',
  word: 'A-Za-z0-9_',
  ascii: '\\x00-\\x7f',
};

/** A Unicode property by its PCRE name (`L`, `Lu`, `L&`, `Any`, or a script such as `Greek`); undefined for one that is not known. */
export function unicodeProperty(name: string, negated: boolean): string | undefined {
  const letter = negated ? 'P' : 'p';
  if (name === 'L&') return negated ? '[^\\p{Lu}\\p{Ll}\\p{Lt}]' : '[\\p{Lu}\\p{Ll}\\p{Lt}]';
  return [`\\${letter}{${name}}`, `\\${letter}{Script=${name}}`].find(isValid);
}

function isValid(source: string): boolean {
  try {
    new RegExp(source, 'v');
    return true;
  } catch {
    return false;
  }
}

/** Any character, newlines too; V8 takes `[^]` wrongly under the `v` flag. */
export const anything = '[\\s\\S]';

/** Escapes that stand for a place, or for a line break. */
export const anchors: Readonly<Record<string, string>> = {
  A: `(?<!${anything})`,
  z: `(?!${anything})`,
  Z: `(?=\\n?(?!${anything}))`,
  b: '\\b',
  B: '\\B',
  R: '(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85\\u2028\\u2029])',
};

const horizontal = '\\t \\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const vertical = '\\n-\\r\\x85\\u2028\\u2029';

/** Escapes that stand for a class of characters. */
export const classEscapes: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  w: '[A-Za-z0-9_]',
  W: '[^A-Za-z0-9_]',
  s: `[${whiteSpace}]`,
  S: `[^${whiteSpace}]`,
  h: `[${horizontal}]`,
  H: `[^${horizontal}]`,
  v: `[${vertical}]`,
  V: `[^${vertical}]`,
  N: '[^\\n]',
};

/** Escapes that stand for a control character, by its code. */
export const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

/** A character as itself. */
export function literal(char: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

/** A character by its code, as it may stand in or out of brackets. */
export function hex(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
