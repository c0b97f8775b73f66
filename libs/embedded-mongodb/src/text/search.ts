import type { Document } from '../bson/document';
import type { Language } from './languages';
import { textFieldsOf, type TextField, type TextSettings } from './text-fields';
import { folded, stemsOf, type Exactness } from './tokens';

/** How much each stem of a document counts: what a text index keeps. */
export function stemScores(document: Document, settings: TextSettings): Map<string, number> {
  const scores = new Map<string, number>();
  for (const field of textFieldsOf(document, settings)) addScores(scores, field);
  return scores;
}

/**
 * Each further occurrence counts half of the one before; the rarer a text's other words, the more; and a text that is nothing
 * but the word, a tenth more. (As the manual's examples of `textScore` show.)
 */
function addScores(scores: Map<string, number>, { text, language, weight }: TextField): void {
  const stems = stemsOf(text, language);
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  for (const [stem, count] of counts) {
    const frequency = 2 - 2 ** (1 - count);
    const share = 0.5 + (0.5 * count) / stems.length;
    const alone = text.toLowerCase() === stem ? 1.1 : 1;
    scores.set(stem, (scores.get(stem) ?? 0) + weight * frequency * share * alone);
  }
}

/** What a `$text` asks for. */
export interface SearchRequest extends Exactness {
  readonly search: string;
  readonly language: Language;
}

/** A `$search` string taken apart. */
export interface ParsedSearch {
  /** Any of them will do. */
  readonly terms: readonly string[];
  readonly negatedTerms: readonly string[];
  readonly phrases: readonly string[];
  readonly negatedPhrases: readonly string[];
}

/** A search, made ready to be asked of documents of one collection. */
export class TextSearch {
  readonly parsed: ParsedSearch;
  /** The stems under which an index keeps the wanted words. */
  readonly indexed: readonly string[];
  private readonly exact: boolean;
  private last: { document: Document; scores: Map<string, number> } | undefined;

  constructor(
    private readonly request: SearchRequest,
    private readonly settings: TextSettings,
  ) {
    this.parsed = parseSearch(request);
    this.indexed = [...new Set(stemsOf(wordsOf(request.search).wanted, request.language))];
    this.exact = request.caseSensitive === true || request.diacriticSensitive === true;
  }

  matches(document: Document): boolean {
    const { terms, negatedTerms, phrases, negatedPhrases } = this.parsed;
    const scores = this.scoresOf(document);
    if (!this.indexed.some((stem) => scores.has(stem))) return false;
    if (!this.exact && negatedTerms.length + phrases.length + negatedPhrases.length === 0) return true;
    const fields = textFieldsOf(document, this.settings);
    const stems = this.exact ? stemSet(fields, this.request) : scores;
    return (
      terms.some((term) => stems.has(term)) &&
      !negatedTerms.some((term) => stems.has(term)) &&
      phrases.every((phrase) => this.holds(fields, phrase)) &&
      !negatedPhrases.some((phrase) => this.holds(fields, phrase))
    );
  }

  /** The sum of what its stems count that are asked for. */
  score(document: Document): number {
    const scores = this.scoresOf(document);
    return this.indexed.reduce((sum, stem) => sum + (scores.get(stem) ?? 0), 0);
  }

  private holds(fields: readonly TextField[], phrase: string): boolean {
    const wanted = folded(phrase, this.request);
    return fields.some(({ text }) => folded(text, this.request).includes(wanted));
  }

  private scoresOf(document: Document): Map<string, number> {
    if (this.last?.document !== document) this.last = { document, scores: stemScores(document, this.settings) };
    return this.last.scores;
  }
}

function stemSet(fields: readonly TextField[], exactness: Exactness): Set<string> {
  return new Set(fields.flatMap(({ text, language }) => stemsOf(text, language, exactness)));
}

function parseSearch(request: SearchRequest): ParsedSearch {
  const { wanted, unwanted, phrases, negatedPhrases } = wordsOf(request.search);
  const terms = (text: string): string[] => [...new Set(stemsOf(text, request.language, request))];
  return { terms: terms(wanted), negatedTerms: terms(unwanted), phrases, negatedPhrases };
}

interface SearchWords {
  readonly wanted: string;
  readonly unwanted: string;
  readonly phrases: string[];
  readonly negatedPhrases: string[];
}

/**
 * A word or phrase right behind a hyphen that follows a blank is unwanted; the words of a wanted phrase are wanted as such, too. A
 * quotation mark that nothing closes means nothing.
 */
function wordsOf(search: string): SearchWords {
  const phrases: string[] = [];
  const negatedPhrases: string[] = [];
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const [, hyphen, phrase, word] of search.matchAll(/(?:(?<=^|\s)(-))?(?:"([^"]*)"|([^\s"]+))|\S/gu)) {
    const negated = hyphen === '-';
    if (phrase !== undefined) {
      (negated ? negatedPhrases : phrases).push(phrase);
      if (!negated) wanted.push(phrase);
    } else if (word !== undefined) {
      (negated ? unwanted : wanted).push(word);
    }
  }
  return { wanted: wanted.join(' '), unwanted: unwanted.join(' '), phrases, negatedPhrases };
}
