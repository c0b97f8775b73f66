import { isDocument } from '../bson/document';
import type { Document } from '../bson/codec';
import { compileExpression } from '../expressions/compile';
import { failAt } from '../errors';
import { documentOption } from './command';

/**
 * The variables of a command's `let`, evaluated once; undefined when there are none. Errors: 9 for a name that is none, 4890500 for a value
 * that would need a document.
 */
export function letOption(body: Document, now: Date): Document | undefined {
  const variables = documentOption(body, 'let');
  if (!variables || Object.keys(variables).length === 0) return undefined;
  if (readsDocument(Object.values(variables))) throw failAt(4890500, 'Command let Expression does not evaluate to a constant');
  return evaluateLet(variables, { NOW: now }, {});
}

/** The values of variables that are given by expressions, for one document. */
export function evaluateLet(vars: Document, variables: Document, document: Document): Document {
  const values = Object.fromEntries(Object.keys(vars).map((name) => [name, `$$${name}`]));
  return compileExpression({ $let: { vars, in: values } }, { variables })(document) as Document;
}

function readsDocument(expression: unknown): boolean {
  if (typeof expression === 'string') return /^\$([^$]|\$(ROOT|CURRENT)(\.|$))/.test(expression);
  if (Array.isArray(expression)) return expression.some(readsDocument);
  if (!isDocument(expression) || '$literal' in expression || '$const' in expression) return false;
  return Object.values(expression).some(readsDocument);
}
