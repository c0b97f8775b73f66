import type { Document } from '../bson/codec';
import { fail } from '../errors';
import type { Index } from '../indexes/index-definition';
import { readSearch, textClauseOf } from '../query/text-clause';
import type { Collection } from '../storage/collection';
import { TextSearch } from '../text/search';

/** A filter's `$text`, with the index that it is asked of. */
export interface TextQuery {
  readonly index: Index;
  readonly search: TextSearch;
}

/** The text query in a filter, if there is one. Errors: 27 where the collection has no text index, 2, 4, 14. */
export function textQueryOf(collection: Collection, filter: Document): TextQuery | undefined {
  const clause = textClauseOf(filter);
  if (clause === undefined) return undefined;
  const index = collection.indexes.find(({ text, spec }) => text && !spec.hidden);
  if (!index) throw fail('IndexNotFound', 'text index required for $text query');
  const settings = index.text!;
  return { index, search: new TextSearch(readSearch(clause, settings.defaultLanguage), settings) };
}
