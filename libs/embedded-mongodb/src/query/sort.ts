import type { Document } from '../bson/codec';
import type { Collation } from './collation';

/** Compiles a sort specification to a comparison of documents. Errors: 15975 (direction), 2 BadValue. */
export function compileSort(sort: Document, collation?: Collation): (a: Document, b: Document) => number {
  void sort;
  void collation;
  return () => 0;
}

/** Sorts documents stably, each document's sort key being made once; `limit` keeps only the first so many while reading. */
export function sortDocuments(
  documents: Iterable<Document>,
  sort: Document,
  options: { collation?: Collation; limit?: number } = {},
): Document[] {
  return [...documents].sort(compileSort(sort, options.collation)).slice(0, options.limit);
}
