import type { Document } from '../bson/document';
import { fail, failAt } from '../errors';
import { foldingBy } from './collation-folding';

/** How strings are compared: a language's rules instead of the plain order of bytes. */
export interface Collation {
  /** MongoDB's whole document of it, defaults filled in, as `listIndexes` shows it. */
  readonly document: Document;
  /** The same for two collations exactly when they are the same rules. */
  readonly id: string;
  /** Compares two strings by this collation. */
  compare(a: string, b: string): number;
  /** A string that is the same for two strings exactly when they compare equal: for hashing and index keys of equality. */
  key(text: string): string;
}

const strengths = [1, 2, 3, 4, 5];
const booleans = ['caseLevel', 'numericOrdering', 'normalization', 'backwards'];
const choices: Readonly<Record<string, readonly string[]>> = {
  caseFirst: ['upper', 'lower', 'off'],
  alternate: ['non-ignorable', 'shifted'],
  maxVariable: ['punct', 'space'],
};
const knownOptions = ['locale', 'strength', ...booleans, ...Object.keys(choices), 'version'];
/** The version of ICU's rules that MongoDB states. */
const version = '57.1';

const parsed = new Map<string, Collation>();
const mostParsed = 100;

/**
 * Reads a `collation` document; `{ locale: 'simple' }` is undefined, that is plain byte order.
 * Errors: 2, 9, 14, 40415 as MongoDB's; 238 for what ICU can do and this server's JavaScript cannot ask of it.
 */
export function parseCollation(spec: Document | undefined): Collation | undefined {
  if (!spec || Object.keys(spec).length === 0) return undefined;
  const asked = JSON.stringify(spec);
  const known = parsed.get(asked);
  if (known) return known;
  checkTypes(spec);
  if (spec['locale'] === 'simple') return undefined;
  const collation = collationOf(spec);
  if (parsed.size >= mostParsed) parsed.clear();
  parsed.set(asked, collation);
  return collation;
}

/** Whether strings that are equal by one are equal by the other; undefined is plain byte order. */
export function sameCollation(a: Collation | undefined, b: Collation | undefined): boolean {
  return a?.id === b?.id;
}

function checkTypes(spec: Document): void {
  const unknown = Object.keys(spec).find((name) => !knownOptions.includes(name));
  if (unknown !== undefined) throw failAt(40415, `BSON field 'collation.${unknown}' is an unknown field.`);
  if (spec['locale'] === undefined) throw failAt(40414, "BSON field 'collation.locale' is missing but a required field");
  if (typeof spec['locale'] !== 'string') throw wrongType('locale', 'string');
  if (spec['strength'] !== undefined && !strengths.includes(Number(spec['strength']))) throw notValid('strength', spec['strength']);
  for (const name of booleans) if (spec[name] !== undefined && typeof spec[name] !== 'boolean') throw wrongType(name, 'bool');
  for (const [name, values] of Object.entries(choices))
    if (spec[name] !== undefined && !values.includes(spec[name] as string)) throw notValid(name, spec[name]);
}

function wrongType(name: string, expected: string): Error {
  return fail('TypeMismatch', `BSON field 'collation.${name}' is the wrong type, expected type '${expected}'`);
}

function notValid(name: string, value: unknown): Error {
  return fail('BadValue', `Enumeration value '${String(value)}' for field 'collation.${name}' is not a valid value.`);
}

function collationOf(spec: Document): Collation {
  const collator = collatorOf(spec);
  const { caseFirst, ignorePunctuation } = collator.resolvedOptions();
  const document = {
    locale: spec['locale'] as string,
    caseLevel: spec['caseLevel'] === true,
    caseFirst: caseFirst === 'false' ? 'off' : caseFirst,
    strength: Number(spec['strength'] ?? 3),
    numericOrdering: spec['numericOrdering'] === true,
    alternate: ignorePunctuation ? 'shifted' : 'non-ignorable',
    maxVariable: (spec['maxVariable'] as string | undefined) ?? 'punct',
    normalization: spec['normalization'] === true,
    backwards: spec['backwards'] === true || spec['locale'] === 'fr_CA',
    version,
  };
  checkSupported(document);
  const key = foldingBy(collator, { numeric: document.numericOrdering, identical: document.strength === 5 });
  const compare = (a: string, b: string): number => (key(a) === key(b) ? 0 : collator.compare(a, b) || (a < b ? -1 : 1));
  return { document, id: JSON.stringify(document), compare, key };
}

function checkSupported({ locale, strength, alternate, maxVariable, backwards }: Document): void {
  const what =
    alternate === 'shifted' && maxVariable === 'space'
      ? "maxVariable 'space'"
      : alternate === 'shifted' && (strength as number) > 3
        ? `strength ${String(strength)} with alternate 'shifted'`
        : backwards && locale !== 'fr_CA'
          ? "'backwards'"
          : undefined;
  if (what !== undefined) throw fail('NotImplemented', `a collation with ${what} is not supported by this server`);
}

/** Unicode's names for what ICU calls `@collation=`. */
const variants: Readonly<Record<string, string>> = { phonebook: 'phonebk', traditional: 'trad', dictionary: 'dict', gb2312han: 'gb2312' };

function collatorOf(spec: Document): Intl.Collator {
  const [name = '', variant] = (spec['locale'] as string).split('@collation=');
  const language = name.replaceAll('_', '-') + (variant ? `-u-co-${variants[variant] ?? variant}` : '');
  const { caseFirst, alternate } = spec;
  try {
    if (Intl.Collator.supportedLocalesOf(language).length > 0)
      return new Intl.Collator(language, {
        sensitivity: sensitivityOf(spec),
        numeric: spec['numericOrdering'] === true,
        ...(caseFirst !== undefined && { caseFirst: caseFirst === 'off' ? 'false' : (caseFirst as 'upper' | 'lower') }),
        ...(alternate !== undefined && { ignorePunctuation: alternate === 'shifted' }),
      });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw fail('BadValue', `Field 'locale' is invalid in: { locale: "${spec['locale'] as string}" }`);
}

function sensitivityOf({ strength, caseLevel }: Document): 'base' | 'accent' | 'case' | 'variant' {
  if (Number(strength) === 1) return caseLevel === true ? 'case' : 'base';
  return Number(strength) === 2 && caseLevel !== true ? 'accent' : 'variant';
}
