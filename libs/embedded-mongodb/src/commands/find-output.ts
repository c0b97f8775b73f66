import { decode, type Document } from '../bson/codec';
import { fail } from '../errors';
import { findDocuments, findNothing, type FoundDocument, type Query } from '../execution/find-documents';
import { plan } from '../execution/planner';
import { compileProjection } from '../query/projection';
import type { Collection } from '../storage/collection';
import { mapped, type Paced } from '../values/breath';
import { valuesAt } from '../values/paths';
import { withTextScore } from '../values/text-score';
import { documentOption, isTrue, type CommandContext } from './command';
import { encoded } from './statements';

type Shape = (document: Document) => Document;

/** The found documents as bytes. Without anything to change about them they are the stored ones, never decoded. Errors: 238. */
export function foundDocuments(context: CommandContext, collection: Collection | undefined, query: Query): Paced<Buffer> {
  if (!collection) {
    // Nothing is found, but what cannot be projected is refused.
    projection(context.body, query);
    return findNothing(query).map(({ bytes }) => bytes);
  }
  const found = findDocuments({ view: context.view, collection, work: context.engine.work }, query);
  return mapped(found, shapeOf(context, collection, query));
}

/** What is sent of a found document. */
export function shapeOf(context: CommandContext, collection: Collection, query: Query): (found: FoundDocument) => Buffer {
  const { body } = context;
  const withRecordId = isTrue(body['showRecordId']) && !isTrue(body['returnKey']);
  const shape = isTrue(body['returnKey']) ? keyOnly(context, collection, query) : projection(body, query);
  if (!shape && !withRecordId) return ({ bytes }) => bytes;
  return ({ record, bytes, textScore }) => {
    const document = withTextScore(decode(bytes), textScore);
    const shaped = shape ? shape(document) : document;
    return encoded(withRecordId ? { ...shaped, $recordId: BigInt(record) } : shaped);
  };
}

function projection(body: Document, { filter, collation, variables }: Query): Shape | undefined {
  const fields = documentOption(body, 'projection');
  if (!fields || Object.keys(fields).length === 0) return undefined;
  return compileProjection(fields, { filter, collation, variables });
}

/** What the index says about a document; nothing where none was used. Of an array it says several things, and which one led here is not known. */
function keyOnly({ view }: CommandContext, collection: Collection, query: Query): Shape {
  const chosen = plan(view, collection, query);
  if (chosen.kind !== 'IXSCAN') return () => ({});
  const { index } = chosen;
  if (index.multikey !== 0 || index.text || index.collation)
    throw fail('NotImplemented', 'returnKey is not supported by this server for keys that are not the values themselves');
  return (document) => Object.fromEntries(index.fields.map((field) => [field, valuesAt(document, field)[0] ?? null]));
}
