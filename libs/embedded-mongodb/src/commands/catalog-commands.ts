import { Binary } from 'bson';
import { encode, decode, type Document } from '../bson/codec';
import { fail } from '../errors';
import { compileFilter } from '../query/matcher';
import { buildIndex } from '../storage/index-build';
import { readIndexSpec, sameSpec } from '../indexes/index-spec';
import type { Index, IndexSpec } from '../indexes/index-definition';
import type { Reply } from '../protocol/reply';
import type { Collection } from '../storage/collection';
import { Blocked } from '../storage/direct-writes';
import {
  collectionName,
  checkNamespace,
  countOption,
  documentOption,
  findCollection,
  isTrue,
  type CommandContext,
  type CommandTable,
} from './command';
import { openCursor } from './read-commands';

const createOptions = [
  'capped',
  'size',
  'max',
  'timeseries',
  'viewOn',
  'pipeline',
  'validator',
  'validationLevel',
  'validationAction',
  'collation',
  'storageEngine',
  'indexOptionDefaults',
  'clusteredIndex',
  'changeStreamPreAndPostImages',
  'encryptedFields',
  'autoIndexId',
  'expireAfterSeconds',
];

export const catalogCommands: CommandTable = {
  create: {
    options: createOptions,
    refused: createOptions.filter((option) => option !== 'autoIndexId' && option !== 'size' && option !== 'max'),
    inTransaction: true,
    run: create,
  },
  drop: { options: [], run: drop },
  dropDatabase: { options: [], run: dropDatabase },
  renameCollection: { options: ['to', 'dropTarget'], run: renameCollection },
  collMod: {
    options: ['index', 'validator', 'validationLevel', 'validationAction'],
    refused: ['validator', 'validationLevel', 'validationAction'],
    run: collMod,
  },
  createIndexes: { options: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'], inTransaction: true, run: createIndexes },
  dropIndexes: { options: ['index'], run: dropIndexes },
  deleteIndexes: { options: ['index'], run: dropIndexes },
  listIndexes: { options: ['cursor'], run: listIndexes },
  listCollections: { options: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'], run: listCollections },
  listDatabases: { options: ['filter', 'nameOnly', 'authorizedDatabases'], run: listDatabases },
};

/** Runs a change of the catalogue in a write of its own, after the transactions that have changed the collection. */
async function changeCatalog<T>({ engine }: CommandContext, collection: () => Collection | undefined, job: () => T): Promise<T> {
  for (;;) {
    try {
      return await engine.writer.run(() => {
        const [holder] = collection()?.locks.values() ?? [];
        if (holder) throw new Blocked(holder);
        return job();
      });
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      await error.holder.ended;
    }
  }
}

async function create(context: CommandContext): Promise<Reply> {
  const name = collectionName(context);
  const { engine, database } = context;
  return engine.writer.run(() => {
    // Since MongoDB 7 creating again what is there, with the same options, succeeds.
    if (!engine.catalog.find(database, name)) engine.catalog.create(database, name);
    return {};
  });
}

async function drop(context: CommandContext): Promise<Reply> {
  const name = collectionName(context);
  const { engine } = context;
  const find = (): Collection | undefined => findCollection(context, name);
  return changeCatalog(context, find, () => {
    const collection = find();
    if (!collection) return {};
    const nIndexesWas = collection.indexes.length;
    engine.catalog.drop(collection);
    engine.cursors.killWhere(({ namespace }) => namespace === collection.namespace);
    return { nIndexesWas, ns: collection.namespace };
  });
}

async function dropDatabase(context: CommandContext): Promise<Reply> {
  const { engine, database } = context;
  const locked = (): Collection | undefined => engine.catalog.inDatabase(database).find(({ locks }) => locks.size > 0);
  return changeCatalog(context, locked, () => {
    const collections = engine.catalog.inDatabase(database);
    for (const collection of collections) engine.catalog.drop(collection);
    engine.cursors.killWhere(({ namespace }) => namespace.startsWith(`${database}.`));
    return collections.length > 0 ? { dropped: database } : {};
  });
}

async function renameCollection(context: CommandContext): Promise<Reply> {
  const { engine, body } = context;
  const [from, to] = [body['renameCollection'], body['to']].map((value) => splitNamespace(value));
  if (from!.database !== to!.database) throw fail('CommandNotSupported', 'renaming a collection into another database is not supported');
  checkNamespace(to!.database, to!.name);
  const source = (): Collection | undefined => engine.catalog.find(from!.database, from!.name);
  return changeCatalog(context, source, () => {
    const collection = source();
    if (!collection) throw fail('NamespaceNotFound', `Source collection ${from!.database}.${from!.name} does not exist`);
    const target = engine.catalog.find(to!.database, to!.name);
    if (target && !isTrue(body['dropTarget'])) throw fail('NamespaceExists', 'target namespace exists');
    if (target) engine.catalog.drop(target);
    engine.catalog.rename(collection, to!.name);
    return {};
  });
}

function splitNamespace(value: unknown): { database: string; name: string } {
  if (typeof value !== 'string' || !value.includes('.')) throw fail('InvalidNamespace', `Invalid namespace specified '${String(value)}'`);
  const dot = value.indexOf('.');
  return { database: value.slice(0, dot), name: value.slice(dot + 1) };
}

async function createIndexes(context: CommandContext): Promise<Reply> {
  const { engine, database, body, transaction } = context;
  const name = collectionName(context);
  const specs = (body['indexes'] as Document[] | undefined)?.map(readIndexSpec);
  if (!specs || specs.length === 0) throw fail('BadValue', 'Must specify at least one index to create');
  const find = (): Collection | undefined => engine.catalog.find(database, name);
  if (transaction && find()?.locks.size)
    throw fail('OperationNotSupportedInTransaction', 'Cannot create new indexes on a collection that the transaction has changed');
  const there = find();
  // What an application asks at every start needs no write, and does not wait for transactions.
  if (there && specs.every((spec) => alreadyThere(there, spec))) {
    const { length } = there.indexes;
    return { numIndexesBefore: length, numIndexesAfter: length, note: 'all indexes already exist' };
  }
  return changeCatalog(context, find, () => {
    const existing = find();
    const collection = existing ?? engine.catalog.create(database, name);
    const numIndexesBefore = collection.indexes.length;
    for (const spec of specs) if (!alreadyThere(collection, spec)) buildIndex(engine, collection, spec);
    const numIndexesAfter = collection.indexes.length;
    const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {};
    return { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically: !existing, ...note };
  });
}

/** Errors: 85 for the same key with other options, 86 for the same name with another key. */
function alreadyThere(collection: Collection, spec: IndexSpec): boolean {
  const named = collection.indexes.find((index) => index.spec.name === spec.name);
  if (named && sameSpec(named.spec, spec)) return true;
  if (named) {
    const message =
      'An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ' +
      `Requested index: ${JSON.stringify(spec)}, existing index: ${JSON.stringify(named.spec)}`;
    const equivalent = sameSpec({ ...named.spec, expireAfterSeconds: spec.expireAfterSeconds }, spec);
    throw equivalent ? fail('IndexOptionsConflict', message) : fail('IndexKeySpecsConflict', message);
  }
  const alike = collection.indexes.find((index) => sameSpec({ ...index.spec, name: spec.name }, spec));
  if (alike?.isPrimary) return true;
  if (alike) throw fail('IndexOptionsConflict', `Index already exists with a different name: ${alike.spec.name}`);
  const sameKey = collection.indexes.find(
    ({ spec: other }) =>
      JSON.stringify(other.key) === JSON.stringify(spec.key) &&
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
  return changeCatalog(context, find, () => {
    const collection = find();
    if (!collection) throw fail('NamespaceNotFound', `ns not found ${context.database}.${name}`);
    const nIndexesWas = collection.indexes.length;
    for (const index of indexesToDrop(collection, body['index'])) engine.catalog.dropIndex(collection, index);
    return { nIndexesWas };
  });
}

function indexesToDrop(collection: Collection, wanted: unknown): Index[] {
  if (wanted === '*') return collection.indexes.filter((index) => !index.isPrimary);
  const names = Array.isArray(wanted) ? (wanted as unknown[]) : [wanted];
  return names.map((one) => {
    const index =
      typeof one === 'string'
        ? collection.indexes.find(({ spec }) => spec.name === one)
        : collection.indexes.find(({ spec }) => JSON.stringify(spec.key) === JSON.stringify(one));
    if (!index)
      throw fail(
        'IndexNotFound',
        typeof one === 'string' ? `index not found with name [${one}]` : `can't find index with key: ${JSON.stringify(one)}`,
      );
    if (index.isPrimary) throw fail('InvalidOptions', 'cannot drop _id index');
    return index;
  });
}

async function collMod(context: CommandContext): Promise<Reply> {
  const { engine, body } = context;
  const name = collectionName(context);
  const wanted = documentOption(body, 'index');
  const find = (): Collection | undefined => findCollection(context, name);
  return changeCatalog(context, find, () => {
    const collection = find();
    if (!collection) throw fail('NamespaceNotFound', `ns does not exist: ${context.database}.${name}`);
    if (!wanted) return {};
    const index = collection.indexes.find(
      ({ spec }) => spec.name === wanted['name'] || JSON.stringify(spec.key) === JSON.stringify(wanted['keyPattern']),
    );
    if (!index) throw fail('IndexNotFound', 'cannot find index for ns');
    const expireAfterSeconds = countOption(wanted, 'expireAfterSeconds') ?? index.spec.expireAfterSeconds;
    const hidden = wanted['hidden'] === undefined ? index.spec.hidden : isTrue(wanted['hidden']) || undefined;
    engine.catalog.replaceSpec(collection, index, { ...index.spec, expireAfterSeconds, hidden });
    return {};
  });
}

function listIndexes(context: CommandContext): Reply {
  const collection = findCollection(context);
  if (!collection) throw fail('NamespaceNotFound', `ns does not exist: ${context.database}.${collectionName(context)}`);
  const documents = collection.indexes.map(({ spec: { name, key, ...options } }) => Buffer.from(encode({ v: 2, key, name, ...options })));
  return openCursor(context, collection.name, documents, { batchSize: batchSizeOf(context) });
}

function listCollections(context: CommandContext): Reply {
  const { engine, database, body } = context;
  const matches = compileFilter(documentOption(body, 'filter') ?? {});
  const documents = engine.catalog
    .inDatabase(database)
    .map((collection) => describe(collection, isTrue(body['nameOnly'])))
    .map((document) => Buffer.from(encode(document)))
    .filter((bytes) => matches(decode(bytes)));
  return openCursor(context, '$cmd.listCollections', documents, { batchSize: batchSizeOf(context) });
}

function describe({ name, uuid }: Collection, nameOnly: boolean): Document {
  if (nameOnly) return { name, type: 'collection' };
  return {
    name,
    type: 'collection',
    options: {},
    info: { readOnly: false, uuid: new Binary(uuid, 4) },
    idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
  };
}

function batchSizeOf({ body }: CommandContext): number | undefined {
  return countOption(documentOption(body, 'cursor') ?? {}, 'batchSize');
}

function listDatabases(context: CommandContext): Reply {
  const { engine, body } = context;
  const matches = compileFilter(documentOption(body, 'filter') ?? {});
  const nameOnly = isTrue(body['nameOnly']);
  const databases = engine.catalog
    .databases()
    .map((name) => (nameOnly ? { name } : { name, sizeOnDisk: 8192n, empty: false }))
    .filter((database) => matches(database));
  return { databases, ...(!nameOnly && { totalSize: BigInt(databases.length) * 8192n, totalSizeMb: 0n }) };
}
