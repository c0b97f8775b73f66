import type { Document } from '../bson/codec';
import { isDocument } from '../bson/document';
import { parseCollation } from '../values/collation';
import { fail } from '../errors';
import { documentOption } from './command';

/** What of a `create` command stays with the collection, as `listCollections` shows it. Errors: 2, 9, 14, 40415. */
export function readCollectionOptions(body: Document): Document {
  const collation = parseCollation(documentOption(body, 'collation'));
  return { ...(collation && { collation: collation.document }) };
}

/** Errors: 48 when a collection is there with other options; with the same ones, creating it again succeeds since MongoDB 7. */
export function checkSameOptions(namespace: string, existing: Document, asked: Document): void {
  if (canonical(existing) === canonical(asked)) return;
  throw fail('NamespaceExists', `Collection ${namespace} already exists with different options.`);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    isDocument(inner) ? Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)) : inner,
  );
}
