import { fail } from '../errors';

/** The part of MongoDB's collation document that is honoured: language, strength, case level, case first and numeric ordering. */
export interface Collation {
  readonly locale: string;
  readonly strength: number;
  readonly caseLevel: boolean;
  readonly caseFirst: 'upper' | 'lower' | 'off';
  readonly numericOrdering: boolean;
  /** Compares two strings by this collation. */
  compare(a: string, b: string): number;
  /** A string that is the same for two strings exactly when they compare equal: for hashing and index keys of equality. */
  key(text: string): string;
}

const knownOptions = new Set([
  'locale',
  'strength',
  'caseLevel',
  'caseFirst',
  'numericOrdering',
  'alternate',
  'maxVariable',
  'backwards',
  'normalization',
  'version',
]);

/** Reads a command's `collation` option; `{ locale: 'simple' }` is undefined, that is plain byte order. Errors: 2 BadValue, 40414, 40415. */
export function parseCollation(spec: Record<string, unknown> | undefined): Collation | undefined {
  if (!spec || Object.keys(spec).length === 0) return undefined;
  const unknown = Object.keys(spec).find((name) => !knownOptions.has(name));
  if (unknown) throw fail('BadValue', `BSON field 'collation.${unknown}' is an unknown field.`);
  const { locale } = spec;
  if (typeof locale !== 'string') throw fail('FailedToParse', "BSON field 'collation.locale' is missing but a required field");
  if (locale === 'simple') return undefined;
  const strength = spec['strength'] === undefined ? 3 : Number(spec['strength']);
  if (![1, 2, 3, 4, 5].includes(strength))
    throw fail('BadValue', `Enumeration value '${strength}' for field 'collation.strength' is not a valid value.`);
  const collator = collatorFor(locale, strength, spec);
  const key = foldingFor(strength, spec);
  return {
    locale,
    strength,
    caseLevel: spec['caseLevel'] === true,
    caseFirst: spec['caseFirst'] === 'upper' || spec['caseFirst'] === 'lower' ? spec['caseFirst'] : 'off',
    numericOrdering: spec['numericOrdering'] === true,
    compare: (a, b) => (key(a) === key(b) ? 0 : collator.compare(a, b) || (a < b ? -1 : 1)),
    key,
  };
}

function collatorFor(locale: string, strength: number, spec: Record<string, unknown>): Intl.Collator {
  const caseFirst = spec['caseFirst'] === 'upper' ? 'upper' : spec['caseFirst'] === 'lower' ? 'lower' : 'false';
  const sensitivity =
    strength === 1 ? (spec['caseLevel'] === true ? 'case' : 'base') : strength === 2 && spec['caseLevel'] !== true ? 'accent' : 'variant';
  try {
    return new Intl.Collator(locale.replaceAll('_', '-'), { sensitivity, caseFirst, numeric: spec['numericOrdering'] === true });
  } catch {
    throw fail('BadValue', `Field 'locale' is invalid in: { locale: "${locale}" }`);
  }
}

/**
 * Node gives no access to ICU's sort keys, so equality under a collation is decided by folding the text: accents away at strength 1,
 * case away below 3. The comparison above is held to it, so that the two never disagree.
 */
function foldingFor(strength: number, spec: Record<string, unknown>): (text: string) => string {
  const keepCase = strength >= 3 || spec['caseLevel'] === true;
  const fold = (text: string): string => {
    const accents = strength === 1 ? text.normalize('NFKD').replace(/\p{M}/gu, '') : text.normalize(strength === 2 ? 'NFKD' : 'NFC');
    return keepCase ? accents : accents.toLowerCase();
  };
  return spec['numericOrdering'] === true ? (text) => fold(text).replace(/0+(?=\d)/g, '') : fold;
}
