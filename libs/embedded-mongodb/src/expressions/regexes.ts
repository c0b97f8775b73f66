import { typeName } from '../bson/types';
import { failAt, MongoError } from '../errors';
import { compileRegex, isRegex, regexParts, type CompiledRegex } from '../values/regex';
import { isNullish, named, type ExpressionOperator } from './scope';

/** Operators that look for a regular expression in a string. Errors: 51104-51111. */
export const regexOperators: Readonly<Record<string, ExpressionOperator>> = {
  $regexMatch: searching((regex, text) => regex.test(text), false),
  $regexFind: searching((regex, text) => found(regex, text, 1)[0] ?? null, null),
  $regexFindAll: searching((regex, text) => found(regex, text, Infinity), []),
};

function searching(search: (regex: CompiledRegex, text: string) => unknown, none: unknown): ExpressionOperator {
  const memory = new Map<string, CompiledRegex>();
  return named(['input', 'regex'], ['options'], ({ input, regex, options }, _scope, name) => {
    const parts = partsOf(regex, options, name);
    if (!isNullish(input) && typeof input !== 'string')
      throw failAt(51104, `${name} needs 'input' to be of type string, found: ${typeName(input)}`);
    if (!parts) return none;
    const key = `${parts.options}/${parts.pattern}`;
    const compiled = memory.get(key) ?? compiledFor(parts, name);
    // Patterns may come from documents: the memory must not grow with them.
    if (memory.size < 100) memory.set(key, compiled);
    return isNullish(input) ? none : search(compiled, input);
  });
}

interface Parts {
  readonly pattern: string;
  readonly options: string;
}

function partsOf(regex: unknown, options: unknown, name: string): Parts | undefined {
  if (!isNullish(options) && typeof options !== 'string') throw failAt(51106, `${name} needs 'options' to be of type string`);
  if (typeof options === 'string' && options.includes('\0')) throw failAt(51110, `${name}: regex options cannot contain a null byte`);
  if (isNullish(regex)) return undefined;
  if (typeof regex === 'string') {
    if (regex.includes('\0')) throw failAt(51109, `${name}: regular expression cannot contain a null byte`);
    return { pattern: regex, options: options ?? '' };
  }
  if (!isRegex(regex)) throw failAt(51105, `${name} needs 'regex' to be of type string or regex`);
  const own = regexParts(regex);
  if (own.options !== '' && typeof options === 'string')
    throw failAt(51107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`);
  return { pattern: own.pattern, options: options ?? own.options };
}

function compiledFor({ pattern, options }: Parts, name: string): CompiledRegex {
  try {
    return compileRegex(pattern, options);
  } catch (error) {
    if (error instanceof MongoError && error.code === 51091) throw failAt(51111, `Invalid Regex in ${name}: ${error.message}`);
    throw error;
  }
}

interface Found {
  readonly match: string;
  /** In code points. */
  readonly idx: number;
  readonly captures: (string | null)[];
}

function found(regex: CompiledRegex, text: string, most: number): Found[] {
  let at = 0;
  let idx = 0;
  return regex.find(text, most).map((match) => {
    for (; at < match.index; at++) if (!isSecondHalf(text.charCodeAt(at))) idx++;
    return { match: match[0], idx, captures: match.slice(1).map((capture: string | undefined) => capture ?? null) };
  });
}

/** Whether a code unit is the second half of a code point. */
function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
