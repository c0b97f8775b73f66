import type { Document } from '../bson/codec';
import type { Collation } from '../query/collation';

export interface UpdateOptions {
  readonly arrayFilters?: Document[];
  readonly collation?: Collation;
  /** The variables of a pipeline update: the command's `let`, by name without the dollars. */
  readonly variables?: Document;
}

export interface CompiledUpdate {
  readonly kind: 'replacement' | 'operators' | 'pipeline';
  /** Applies to a document that matched `filter`; never changes its argument. `changed` is false for a no-op, and then `document` is the argument itself. */
  apply(document: Document, filter: Document, now: Date): { document: Document; changed: boolean };
  /** The document to insert when nothing matched `filter`; without `_id` if neither names one (the server then adds an ObjectId in front). */
  upsert(filter: Document, now: Date): Document;
}

/** Compiles a replacement, an operator document or a pipeline. Errors: 9, 14, 28, 40, 52, 56, 66 and the operators' own. */
export function compileUpdate(update: Document | Document[], options: UpdateOptions = {}): CompiledUpdate {
  void update;
  void options;
  return { kind: 'operators', apply: (document) => ({ document, changed: false }), upsert: () => ({}) };
}
