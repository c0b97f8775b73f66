/** What `\s` and `[:space:]` hold: without Unicode, and unlike JavaScript's. */
export const whiteSpace = '\\t-\\r ';

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
