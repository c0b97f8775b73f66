import type { Language } from './languages';

/** What two words must have in common to be the same. */
export interface Exactness {
  readonly caseSensitive?: boolean;
  readonly diacriticSensitive?: boolean;
}

// What separates words in text indexes of version 3 (Unicode's categories as the manual names them); in English an apostrophe does not.
const separators = String.raw`\p{Dash}\p{Pattern_Syntax}\p{Quotation_Mark}\p{Terminal_Punctuation}\p{White_Space}`;
const words = new RegExp(`[^${separators}]+`, 'gu');
const englishWords = new RegExp(`(?:[^${separators}]|')+`, 'gu');

/** The words of a text that count, as stems, in order. */
export function stemsOf(text: string, language: Language, exactness: Exactness = {}): string[] {
  const found = text.match(language.name === 'english' ? englishWords : words) ?? [];
  return found.flatMap((word) => {
    const lower = word.toLowerCase();
    if (language.stopWords.has(lower)) return [];
    const stem = language.stem(exactness.caseSensitive ? word : lower);
    return [exactness.diacriticSensitive ? stem : withoutDiacritics(stem)];
  });
}

/** A text as phrases are compared. */
export function folded(text: string, { caseSensitive, diacriticSensitive }: Exactness): string {
  const cased = caseSensitive ? text : text.toLowerCase();
  return diacriticSensitive ? cased : withoutDiacritics(cased);
}

function withoutDiacritics(text: string): string {
  // Most words have none.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
}
