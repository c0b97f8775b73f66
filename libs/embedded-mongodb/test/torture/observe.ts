import { isDeepStrictEqual } from 'node:util';
import type { Document } from 'bson';
import type { RawConnection } from '../raw-connection';
import { catalogueDocuments, type CatalogueState } from './catalogue-steps';
import type { Place } from './step';

/** The database has not kept what it promised. */
export class Violation extends Error {}

/** What the database holds in a place now. */
export function observe(connection: RawConnection, { database, collection, id }: Place): Promise<Document | undefined> {
  if (collection === undefined) return catalogueState(connection, database);
  return readAll(connection, database, { find: collection, filter: { _id: id } }).then(([document]) => document);
}

/** All that a `find` gives. Errors: `Violation` when it is refused. */
export async function readAll(connection: RawConnection, database: string, find: Document): Promise<Document[]> {
  const documents: Document[] = [];
  let reply = await demand(connection, database, { ...find, batchSize: 10_000 });
  for (;;) {
    const cursor = reply['cursor'] as { id: bigint | { toString(): string }; firstBatch?: Document[]; nextBatch?: Document[]; ns: string };
    documents.push(...(cursor.firstBatch ?? cursor.nextBatch ?? []));
    if (String(cursor.id) === '0') return documents;
    const collection = cursor.ns.slice(cursor.ns.indexOf('.') + 1);
    reply = await demand(connection, database, { getMore: cursor.id, collection, batchSize: 10_000 });
  }
}

/** The reply to a command that must succeed. */
export async function demand(connection: RawConnection, database: string, command: Document): Promise<Document> {
  const reply = await connection.send(database, command);
  if (reply['ok'] === 1) return reply;
  throw new Violation(`${Object.keys(command)[0]} is refused: ${JSON.stringify(reply)}`);
}

/** Reads each collection by each of its indexes: a document that one of them does not lead to makes the count differ. */
async function catalogueState(connection: RawConnection, database: string): Promise<CatalogueState> {
  const { cursor } = await demand(connection, database, { listCollections: 1, nameOnly: true });
  const names = (cursor as { firstBatch: { name: string }[] }).firstBatch.map(({ name }) => name);
  const state: Record<string, CatalogueState[string]> = {};
  for (const name of names) {
    const listed = await demand(connection, database, { listIndexes: name });
    const indexes = (listed['cursor'] as { firstBatch: Document[] }).firstBatch;
    for (const index of indexes) await readByIndex(connection, { database, collection: name }, index);
    const documents = await readAll(connection, database, { find: name });
    state[name] = { documents: documents.length, indexes: indexes.map((index) => index['name'] as string) };
  }
  return state;
}

async function readByIndex(connection: RawConnection, where: { database: string; collection: string }, index: Document): Promise<void> {
  const filter = (index['partialFilterExpression'] as Document | undefined) ?? {};
  const found = await readAll(connection, where.database, { find: where.collection, filter, hint: index['name'] as string });
  const expected = catalogueDocuments.filter(
    (document) => (!index['sparse'] || 'third' in document) && (!index['partialFilterExpression'] || document.parity === 1),
  );
  if (isDeepStrictEqual(byId(found), expected)) return;
  throw new Violation(
    `${where.database}.${where.collection}: index ${index['name']} gives ${found.length} of ${expected.length} documents`,
  );
}

function byId(documents: Document[]): Document[] {
  return [...documents].sort((a, b) => (a['_id'] as number) - (b['_id'] as number));
}
