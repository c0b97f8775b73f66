import { isDocument, type Document } from '../bson/document';
import { failAt } from '../errors';
import { isLanguage, languageOf, type Language } from './languages';

/** What of a document a text index holds. */
export interface TextSettings {
  /** By path; `$**` for every field that is not named. */
  readonly weights: Readonly<Record<string, number>>;
  readonly defaultLanguage: string;
  /** The field by which a document, or an embedded one, names its own language. */
  readonly languageOverride: string;
}

/** One text of a document, in its language, and how much it counts. */
export interface TextField {
  readonly text: string;
  readonly language: Language;
  readonly weight: number;
}

/** The texts of a document that an index holds; arrays are gone through. Errors: 17261, 17262 for a language that is none. */
export function textFieldsOf(document: Document, settings: TextSettings): TextField[] {
  const fields: TextField[] = [];
  collect(document, '', { settings, language: languageOf(settings.defaultLanguage), fields });
  return fields;
}

interface Walk {
  readonly settings: TextSettings;
  readonly language: Language;
  readonly fields: TextField[];
}

function collect(document: Document, prefix: string, walk: Walk): void {
  const language = languageIn(document, walk);
  for (const [name, value] of Object.entries(document)) {
    if (name !== walk.settings.languageOverride) collectValue(value, prefix + name, { ...walk, language });
  }
}

function languageIn(document: Document, { settings, language }: Walk): Language {
  const named = Object.hasOwn(document, settings.languageOverride) ? document[settings.languageOverride] : undefined;
  if (named === undefined) return language;
  if (typeof named !== 'string') throw failAt(17261, 'found language override field in document with non-string type');
  if (!isLanguage(named)) throw failAt(17262, `language override unsupported: ${named}`);
  return languageOf(named);
}

function collectValue(value: unknown, path: string, walk: Walk): void {
  if (Array.isArray(value)) {
    for (const element of value) if (!Array.isArray(element)) collectValue(element, path, walk);
  } else if (isDocument(value)) {
    collect(value, `${path}.`, walk);
  } else if (typeof value === 'string') {
    const { weights } = walk.settings;
    const weight = Object.hasOwn(weights, path) ? weights[path] : weights['$**'];
    if (weight !== undefined) walk.fields.push({ text: value, language: walk.language, weight });
  }
}
