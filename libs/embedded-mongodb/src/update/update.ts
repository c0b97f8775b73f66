import { isDocument, type Document } from '../bson/document';
import { fail } from '../errors';
import type { Collation } from '../values/collation';
import type { UpdateDescription } from './description';
import { compileOperatorUpdate } from './operator-update';
import { compilePipelineUpdate } from './pipeline-update';
import { compileReplacement } from './replacement';

export { updateOperators } from './operator-update';

export interface UpdateOptions {
  readonly arrayFilters?: Document[];
  readonly collation?: Collation;
  /** The command's `let` and `NOW`, by name without the dollars: for pipeline updates, and for `$expr` beside a positional `$`. */
  readonly variables?: Document;
}

/** An update, applied. */
export interface Applied {
  readonly document: Document;
  /** False for a no-op; then `document` is the one that was given. */
  readonly changed: boolean;
  /** Tells what changed; absent, or answering undefined, where the document counts as replaced. */
  readonly describe?: () => UpdateDescription | undefined;
}

export interface CompiledUpdate {
  readonly kind: 'replacement' | 'operators' | 'pipeline';
  /** Applies to a document that matched `filter`; never changes its argument. */
  apply(document: Document, filter: Document, now: Date): Applied;
  /** The document to insert when nothing matched `filter`; without `_id` if neither names one (the server then adds an ObjectId in front). */
  upsert(filter: Document, now: Date): Document;
}

/** Compiles a replacement, an operator document or a pipeline. Errors: 9, 14, 28, 40, 52, 56, 66 and the operators' own. */
export function compileUpdate(update: Document | Document[], options: UpdateOptions = {}): CompiledUpdate {
  if (Array.isArray(update)) return compilePipelineUpdate(update, options);
  if (!isDocument(update)) throw fail('FailedToParse', 'Update argument must be either an object or an array');
  return Object.keys(update)[0]?.startsWith('$') ? compileOperatorUpdate(update, options) : compileReplacement(update);
}
