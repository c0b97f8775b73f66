import type { Document } from '../../bson/document';
import type { Collation } from '../../query/collation';

export interface ExpressionOptions {
  readonly collation?: Collation;
  readonly variables?: Document;
}
export function compileExpression(expression: unknown, options: ExpressionOptions): (document: Document) => unknown {
  void options;
  return () => expression;
}
