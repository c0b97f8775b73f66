import type { Document } from '../bson/codec';
import type { Collation } from './collation';

export interface FilterOptions {
  readonly collation?: Collation;
  /** Values of `$$name` in `$expr`, by name without the dollars (`{ NOW: date }`). */
  readonly variables?: Document;
}

/** Whether a document matches. */
export type Predicate = (document: Document) => boolean;

/** Compiles a filter once, to be run on many documents. Errors: 2 BadValue and the operators' own codes. */
export function compileFilter(filter: Document, options: FilterOptions = {}): Predicate {
  void filter;
  void options;
  return () => true;
}

/** The top-level fields the filter looks at, for `decodeFields`; undefined when it may look at all (`$expr`, `$jsonSchema`). */
export function rootFields(filter: Document): ReadonlySet<string> | undefined {
  void filter;
  return undefined;
}
