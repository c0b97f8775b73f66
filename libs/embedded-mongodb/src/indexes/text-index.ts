import { isDocument, getField, type Document } from '../bson/document';
import { toNumber } from '../bson/numbers';
import { isNumeric } from '../bson/types';
import { fail } from '../errors';
import { isLanguage } from '../text/languages';
import { stemScores } from '../text/search';
import type { TextSettings } from '../text/text-fields';
import type { Index, IndexSpec } from './index-definition';

/** The field of a text index's key pattern that stands for the words. */
export const wordsField = '_fts';
/** Behind it, for the word's score; only where keys are unique is it part of them, as scores are made anew for each search. */
export const scoreField = '_ftsx';

/** What a text index says about itself beyond other indexes. */
export type TextOptions = Pick<IndexSpec, 'weights' | 'default_language' | 'language_override' | 'textIndexVersion'>;

/** The settings of a text index; undefined for any other. */
export function textSettingsOf({ weights, default_language, language_override }: IndexSpec): TextSettings | undefined {
  return weights && { weights, defaultLanguage: default_language!, languageOverride: language_override! };
}

/**
 * Reads key pattern and options of a text index: the text fields become `_fts` and their weights, fields before and after them stay.
 * Errors: 67 as MongoDB's.
 */
export function readTextIndex(key: Readonly<Record<string, unknown>>, stated: Document): TextOptions & { key: IndexSpec['key'] } {
  const { default_language = 'english', language_override = 'language', textIndexVersion = 3 } = stated;
  if (!isLanguage(default_language)) throw cannot('default_language is not valid');
  if (typeof language_override !== 'string' || !/^[^$.][^.]*$/.test(language_override)) throw cannot('language_override is not valid');
  if (toNumber(textIndexVersion) !== 3) throw cannot(`textIndexVersion ${String(textIndexVersion)} is not supported by this server`);
  const fields = Object.entries(key).filter(([, kind]) => kind === 'text');
  const named = fields.filter(([field]) => field !== wordsField).map(([field]) => [field, 1] as const);
  const weights = readWeights(Object.fromEntries(named), stated['weights']);
  return {
    key: normalKey(key),
    weights,
    default_language: default_language as string,
    language_override,
    textIndexVersion: 3,
  };
}

function cannot(message: string): Error {
  return fail('CannotCreateIndex', message);
}

/** `{ a: 1, title: 'text', b: 1 }` is kept as `{ a: 1, _fts: 'text', _ftsx: 1, b: 1 }`. */
function normalKey(key: Readonly<Record<string, unknown>>): IndexSpec['key'] {
  const normal: Record<string, number | string> = {};
  let left = false;
  for (const [field, kind] of Object.entries(key).filter(([name]) => name !== scoreField)) {
    if (kind !== 'text') {
      left = wordsField in normal;
      normal[field] = kind as number;
    } else {
      if (left) throw cannot("'text' fields in index must all be adjacent");
      normal[wordsField] = 'text';
      normal[scoreField] = 1;
    }
  }
  return normal;
}

function readWeights(named: Record<string, number>, stated: unknown): Record<string, number> {
  if (stated !== undefined && !isDocument(stated)) throw cannot('text index option "weights" must be an object');
  const all: [string, unknown][] = Object.entries({ ...named, ...stated });
  if (all.length === 0) throw cannot('a text index must name at least one text field');
  const weights = all.map(([field, weight]): [string, number] => {
    const number = isNumeric(weight) ? toNumber(weight) : NaN;
    if (!(number > 0 && number < 1e9)) throw cannot('text index weights must be in the exclusive interval (0,1000000000)');
    return [field, Math.trunc(number)];
  });
  return Object.fromEntries(weights.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The paths that decide about a document's keys; undefined where any may. */
export function textPaths(fields: readonly string[], { weights, languageOverride }: TextSettings): string[] | undefined {
  if ('$**' in weights) return undefined;
  return [...fields.filter((field) => field !== wordsField && field !== scoreField), ...Object.keys(weights), languageOverride];
}

/** One key for each word of the document, with the values of the fields around. Errors: 201 where one of those is an array. */
export function textKeys(index: Index, settings: TextSettings, document: Document): Buffer[] {
  const around = index.fields.map((field) => (field === wordsField || field === scoreField ? undefined : plainValue(document, field)));
  const [words, scores] = [wordsField, scoreField].map((field) => index.fields.indexOf(field));
  return [...stemScores(document, settings)].map(([stem, score]) => {
    const values = around.with(words!, stem);
    return index.key(scores! < 0 ? values : values.with(scores!, score));
  });
}

function plainValue(document: Document, field: string): unknown {
  let value: unknown = document;
  for (const name of field.split('.')) {
    value = isDocument(value) ? getField(value, name) : undefined;
    if (Array.isArray(value)) throw fail('CannotBuildIndexKeys', `Field '${field}' of text index contains an array in document`);
  }
  return value;
}
