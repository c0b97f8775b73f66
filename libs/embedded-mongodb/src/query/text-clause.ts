import { isDocument, type Document } from '../bson/document';
import { typeName } from '../bson/types';
import { fail } from '../errors';
import { languageOf } from '../text/languages';
import type { SearchRequest } from '../text/search';

/** The operand of a filter's `$text`, of which there may be one, not below a `$nor`. Errors: 2. */
export function textClauseOf(filter: Document): unknown {
  const clauses = textClauses(filter);
  if (clauses.length > 1) throw fail('BadValue', 'Too many text expressions');
  return clauses[0];
}

function textClauses(filter: Document): unknown[] {
  return Object.entries(filter).flatMap(([name, operand]) => {
    if (name === '$text') return [operand];
    if ((name !== '$and' && name !== '$or' && name !== '$nor') || !Array.isArray(operand)) return [];
    const inner = operand.flatMap((clause) => (isDocument(clause) ? textClauses(clause) : []));
    if (name === '$nor' && inner.length > 0) throw fail('BadValue', 'text expression not allowed in nor');
    return inner;
  });
}

const options = ['$search', '$language', '$caseSensitive', '$diacriticSensitive'];

/** Reads the operand of `$text`. Errors: 2, 4, 14. */
export function readSearch(operand: unknown, defaultLanguage: string): SearchRequest {
  if (!isDocument(operand)) throw fail('BadValue', '$text expects an object');
  const { $search: search, $language: language = defaultLanguage, $caseSensitive, $diacriticSensitive } = operand;
  if (search === undefined) throw fail('NoSuchKey', 'Missing expected field "$search"');
  checkType('$search', search, 'string');
  checkType('$language', language, 'string');
  checkType('$caseSensitive', $caseSensitive ?? false, 'bool');
  checkType('$diacriticSensitive', $diacriticSensitive ?? false, 'bool');
  if (Object.keys(operand).some((name) => !options.includes(name))) throw fail('BadValue', 'extra fields in $text');
  return {
    search: search as string,
    language: languageOf(language as string),
    caseSensitive: $caseSensitive === true,
    diacriticSensitive: $diacriticSensitive === true,
  };
}

function checkType(name: string, value: unknown, expected: 'string' | 'bool'): void {
  if (typeName(value) !== expected)
    throw fail('TypeMismatch', `"${name}" had the wrong type. Expected ${expected}, found ${typeName(value)}`);
}
