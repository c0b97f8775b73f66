import type { Document } from '../bson/document';
import { isDocument } from '../bson/document';
import { failAt } from '../errors';

/** Under a symbol, which copies of a document keep and stored documents cannot have. */
const key = Symbol('text score');

interface Scored {
  [key]?: number;
}

/** The document, knowing how well it matched a `$text`. */
export function withTextScore<T extends Document>(document: T, score: number | undefined): T {
  if (score !== undefined) (document as Scored)[key] = score;
  return document;
}

/** Gives a document that was made from another the other's score. */
export function keepTextScore(from: Document, to: Document): Document {
  return withTextScore(to, (from as Scored)[key]);
}

/** How well the document matched. Error: 40218 where nothing was searched for. */
export function textScoreOf(document: Document): number {
  const score = (document as Scored)[key];
  if (score === undefined) throw noTextScore();
  return score;
}

export function noTextScore(): Error {
  return failAt(40218, 'query requires text score metadata, but it is not available');
}

/** What MongoDB's queries may know besides; none here does. */
const otherMeta = new Set(
  'indexKey randVal recordId sortKey searchScore searchScoreDetails searchHighlights searchSequenceToken geoNearDistance geoNearPoint'.split(
    ' ',
  ),
);

/** Checks the operand of `$meta`. Errors: 14, 17308 for an unknown one, 40218 for data that no query here has. */
export function checkMeta(operand: unknown): void {
  if (typeof operand !== 'string') throw failAt(14, 'The argument to $meta must be a string');
  if (operand === 'textScore') return;
  if (!otherMeta.has(operand)) throw failAt(17308, `Unsupported argument to $meta: ${operand}`);
  throw failAt(40218, `query requires ${operand} metadata, but it is not available`);
}

/** Whether a projection, a sort or a pipeline asks for `{ $meta: 'textScore' }`. */
export function asksForTextScore(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(asksForTextScore);
  return isDocument(value) && (value['$meta'] === 'textScore' || Object.values(value).some(asksForTextScore));
}
