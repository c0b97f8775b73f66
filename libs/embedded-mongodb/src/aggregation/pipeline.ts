import type { Document } from '../bson/codec';
import type { Collation } from '../query/collation';

/** What a pipeline may ask of the server around it. */
export interface PipelineContext {
  /** All documents of a collection of the same database, in natural order. */
  collection(name: string): Iterable<Document>;
  /** The documents of a collection that match, by index if there is one; absent: the whole collection is read and filtered. */
  find?(name: string, filter: Document): Iterable<Document>;
  readonly now: Date;
  /** The command's `let`, by name without the dollars. */
  readonly variables?: Document;
  readonly collation?: Collation;
}

/** `$out` or `$merge` at the end of a pipeline, for the server to carry out on the pipeline's output. */
export type PipelineTerminal =
  | { readonly stage: '$out'; readonly database?: string; readonly collection: string }
  | {
      readonly stage: '$merge';
      readonly database?: string;
      readonly collection: string;
      readonly on: readonly string[];
      readonly whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | Document[];
      readonly whenNotMatched: 'insert' | 'discard' | 'fail';
      readonly variables?: Document;
    };

export interface CompiledPipeline {
  /** Runs the stages over the whole collection's documents; lazy as far as the stages allow. */
  run(input: Iterable<Document>): Iterable<Document>;
  /** Runs what is left when the server has already applied `leadingMatch`, and, if told so, `leadingSort` (and `leadingLimit` after it) too. */
  runAfter(applied: { match?: boolean; sort?: boolean; limit?: boolean }, input: Iterable<Document>): Iterable<Document>;
  /** The front `$match` stages as one filter. */
  readonly leadingMatch?: Document;
  /** The `$sort` directly after the leading matches (or in front). */
  readonly leadingSort?: Document;
  /** A bound on how many documents are needed after `leadingMatch` and `leadingSort` ($limit, or $skip + $limit). */
  readonly leadingLimit?: number;
  /** All collections the pipeline reads besides its own ($lookup, $unionWith, $graphLookup). */
  readonly collections: readonly string[];
  readonly terminal?: PipelineTerminal;
}

/** Compiles an aggregation pipeline. Errors: 40324 for an unknown stage, 168 for an unknown expression, and the stages' own. */
export function compilePipeline(stages: Document[], context: PipelineContext): CompiledPipeline {
  void stages;
  void context;
  return { run: (input) => input, runAfter: (_applied, input) => input, collections: [] };
}
