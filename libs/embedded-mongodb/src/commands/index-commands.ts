import { encode, type Document } from '../bson/codec';
import { fail } from '../errors';
import { readIndexSpec, sameSpec } from '../indexes/index-spec';
import { listedSpec, type Index, type IndexSpec } from '../indexes/index-definition';
import type { Reply } from '../protocol/reply';
import type { Collection } from '../storage/collection';
import { buildIndex } from '../storage/index-build';
import type { Transaction } from '../transactions/transaction';
import { changeAlone, changeCatalog } from './change-catalog';
import { batchSizeOf, collectionName, findCollection, knownCollection, type CommandContext, type CommandTable } from './command';
import { openCursor } from './read-commands';

export const indexCommands: CommandTable = {
  createIndexes: {
    options: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
    inTransaction: true,
    takesWriteConcern: true,
    run: createIndexes,
  },
  dropIndexes: { options: ['index'], takesWriteConcern: true, run: dropIndexes },
  deleteIndexes: { options: ['index'], takesWriteConcern: true, run: dropIndexes },
  listIndexes: { options: ['cursor'], run: listIndexes },
};

async function createIndexes(context: CommandContext): Promise<Reply> {
  const { engine, database, body, transaction } = context;
  const name = collectionName(context);
  const stated = body['indexes'] as Document[] | undefined;
  if (!stated || stated.length === 0) throw fail('BadValue', 'Must specify at least one index to create');
  const specsOn = (collection: Collection | undefined): IndexSpec[] => stated.map((one) => readIndexSpec(one, collection?.collation));
  const find = (): Collection | undefined => engine.catalog.find(database, name);
  const there = knownCollection(context, name);
  const specs = specsOn(there);
  // What an application asks at every start needs no write, and does not wait for transactions.
  if (there && specs.every((spec) => alreadyThere(there, spec))) {
    const { length } = there.indexes;
    return { numIndexesBefore: length, numIndexesAfter: length, note: 'all indexes already exist' };
  }
  if (transaction) return createInTransaction(context, transaction, { name, there, specs });
  return changeCatalog(context, find, () => {
    const existing = find();
    const collection = existing ?? engine.catalog.create(database, name);
    const numIndexesBefore = collection.indexes.length;
    for (const spec of specsOn(collection)) {
      checkExpiry(collection, spec);
      if (!alreadyThere(collection, spec)) buildIndex(engine, collection, spec);
    }
    const numIndexesAfter = collection.indexes.length;
    const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {};
    return { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically: !existing, ...note };
  });
}

/** A transaction makes indexes only on a collection that it has made itself and not written to yet. Errors: 263. */
function createInTransaction(
  { engine, database }: CommandContext,
  transaction: Transaction,
  { name, there, specs }: { name: string; there: Collection | undefined; specs: readonly IndexSpec[] },
): Document {
  const draft = transaction.draft(`${database}.${name}`);
  const refuse = (which: string): Error =>
    fail(
      'OperationNotSupportedInTransaction',
      `Cannot create new indexes on ${which} collection ${database}.${name} in a multi-document transaction.`,
    );
  if (there && !draft) throw refuse('existing');
  if (draft && draft.locks.size > 0) throw refuse('non-empty');
  const collection = draft ?? transaction.addDraft(engine.catalog.draft(database, name));
  const numIndexesBefore = collection.indexes.length;
  for (const spec of specs) {
    checkExpiry(collection, spec);
    if (!alreadyThere(collection, spec)) engine.catalog.draftIndex(collection, spec);
  }
  return { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically: !there };
}

/** Errors: 67 for an index that would remove documents from a collection that does so itself. */
function checkExpiry({ cap }: Collection, { expireAfterSeconds }: IndexSpec): void {
  if (cap && expireAfterSeconds !== undefined) throw fail('CannotCreateIndex', 'Cannot create TTL index on a capped collection');
}

/** Errors: 85 for the same key with other options, 86 for the same name with another key. */
function alreadyThere(collection: Collection, spec: IndexSpec): boolean {
  const named = collection.indexes.find((index) => index.spec.name === spec.name);
  if (named && sameSpec(named.spec, spec)) return true;
  if (named) {
    const message =
      'An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ' +
      `Requested index: ${JSON.stringify(spec)}, existing index: ${JSON.stringify(named.spec)}`;
    const { expireAfterSeconds, weights, default_language, language_override } = spec;
    const equivalent = sameSpec({ ...named.spec, expireAfterSeconds, weights, default_language, language_override }, spec);
    throw equivalent ? fail('IndexOptionsConflict', message) : fail('IndexKeySpecsConflict', message);
  }
  const alike = collection.indexes.find((index) => sameSpec({ ...index.spec, name: spec.name }, spec));
  if (alike?.isPrimary) return true;
  if (alike) throw fail('IndexOptionsConflict', `Index already exists with a different name: ${alike.spec.name}`);
  const text = spec.weights && collection.indexes.find((index) => index.text);
  if (text) throw fail('CannotCreateIndex', `only one text index per collection allowed, found existing text index "${text.spec.name}"`);
  const sameKey = collection.indexes.find(
    ({ spec: other }) =>
      JSON.stringify(other.key) === JSON.stringify(spec.key) &&
      JSON.stringify(other.collation) === JSON.stringify(spec.collation) &&
      JSON.stringify(other.partialFilterExpression) === JSON.stringify(spec.partialFilterExpression),
  );
  if (sameKey && !sameKey.isPrimary)
    throw fail('IndexOptionsConflict', `An equivalent index already exists with a different name and options: ${sameKey.spec.name}`);
  return sameKey !== undefined;
}

async function dropIndexes(context: CommandContext): Promise<Reply> {
  const { engine, body } = context;
  const name = collectionName(context);
  const find = (): Collection | undefined => findCollection(context, name);
  return changeAlone(
    context,
    () => [find()],
    () => {
      const collection = find();
      if (!collection) throw fail('NamespaceNotFound', `ns not found ${context.database}.${name}`);
      const nIndexesWas = collection.indexes.length;
      for (const index of indexesToDrop(collection, body['index'])) engine.catalog.dropIndex(collection, index);
      return { nIndexesWas };
    },
  );
}

function indexesToDrop(collection: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return collection.indexes.filter((index) => !index.isPrimary);
  const names = Array.isArray(wanted) ? (wanted as unknown[]) : [wanted];
  return names.map((one) => {
    const [index, other] = collection.indexes.filter(({ spec }) =>
      typeof one === 'string' ? spec.name === one : JSON.stringify(spec.key) === JSON.stringify(one),
    );
    if (other) throw fail('AmbiguousIndexKeyPattern', `2 or more indexes found for key: ${JSON.stringify(one)}, identify by name instead.`);
    if (!index)
      throw fail(
        'IndexNotFound',
        typeof one === 'string' ? `index not found with name [${one}]` : `can't find index with key: ${JSON.stringify(one)}`,
      );
    if (index.isPrimary) throw fail('InvalidOptions', 'cannot drop _id index');
    return index;
  });
}

async function listIndexes(context: CommandContext): Promise<Reply> {
  const collection = findCollection(context);
  if (!collection) throw fail('NamespaceNotFound', `ns does not exist: ${context.database}.${collectionName(context)}`);
  const documents = collection.indexes.map(({ spec }) => Buffer.from(encode(listedSpec(spec))));
  return openCursor(context, collection.name, documents, { batchSize: batchSizeOf(context) });
}
