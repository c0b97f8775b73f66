import { Binary } from 'bson';
import { encode, decode, type Document } from '../bson/codec';
import { fail } from '../errors';
import { compileFilter } from '../query/matcher';
import type { Reply } from '../protocol/reply';
import type { Collection } from '../storage/collection';
import { changeAlone } from './change-catalog';
import {
  batchSizeOf,
  collectionName,
  checkNamespace,
  countOption,
  documentOption,
  findCollection,
  isTrue,
  knownCollection,
  type CommandContext,
  type CommandTable,
} from './command';
import { changedOptions, checkSameOptions, readCollectionOptions } from './collection-options';
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

const createTaken = [
  'autoIndexId',
  'capped',
  'size',
  'max',
  'collation',
  'validator',
  'validationLevel',
  'validationAction',
  'changeStreamPreAndPostImages',
];

const collModTaken = ['index', 'validator', 'validationLevel', 'validationAction', 'changeStreamPreAndPostImages'];
const collModRefused = ['viewOn', 'pipeline', 'cappedSize', 'cappedMax', 'expireAfterSeconds', 'timeseries', 'dryRun'];

export const catalogCommands: CommandTable = {
  create: {
    options: createOptions,
    refused: createOptions.filter((option) => !createTaken.includes(option)),
    inTransaction: true,
    takesWriteConcern: true,
    run: create,
  },
  drop: { options: [], takesWriteConcern: true, run: drop },
  dropDatabase: { options: [], takesWriteConcern: true, run: dropDatabase },
  renameCollection: { options: ['to', 'dropTarget'], takesWriteConcern: true, run: renameCollection },
  collMod: {
    options: [...collModTaken, ...collModRefused],
    refused: collModRefused,
    takesWriteConcern: true,
    run: collMod,
  },
  listCollections: { options: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'], run: listCollections },
  listDatabases: { options: ['filter', 'nameOnly', 'authorizedDatabases'], run: listDatabases },
};

async function create(context: CommandContext): Promise<Reply> {
  const name = collectionName(context);
  const { engine, database, body, transaction } = context;
  const options = readCollectionOptions(body);
  if (transaction) {
    const existing = knownCollection(context, name);
    if (existing) checkSameOptions(existing.namespace, existing.options, options);
    else transaction.addDraft(engine.catalog.draft(database, name, options));
    return {};
  }
  return engine.writer.run(() => {
    const existing = engine.catalog.find(database, name);
    if (existing) checkSameOptions(existing.namespace, existing.options, options);
    else engine.catalog.create(database, name, options);
    return {};
  });
}

async function drop(context: CommandContext): Promise<Reply> {
  const name = collectionName(context);
  const { engine } = context;
  const find = (): Collection | undefined => findCollection(context, name);
  return changeAlone(
    context,
    () => [find()],
    () => {
      const collection = find();
      if (!collection) return {};
      const nIndexesWas = collection.indexes.length;
      engine.catalog.drop(collection);
      engine.cursors.killReading((namespace) => namespace === collection.namespace);
      return { nIndexesWas, ns: collection.namespace };
    },
  );
}

async function dropDatabase(context: CommandContext): Promise<Reply> {
  const { engine, database } = context;
  return changeAlone(
    context,
    () => engine.catalog.inDatabase(database),
    () => {
      const collections = engine.catalog.dropDatabase(database);
      engine.cursors.killReading((namespace) => namespace.startsWith(`${database}.`));
      return collections.length > 0 ? { dropped: database } : {};
    },
  );
}

async function renameCollection(context: CommandContext): Promise<Reply> {
  const { engine, body } = context;
  const [from, to] = [body['renameCollection'], body['to']].map((value) => splitNamespace(value));
  if (from!.database !== to!.database) throw fail('CommandNotSupported', 'renaming a collection into another database is not supported');
  checkNamespace(to!.database, to!.name);
  const find = ({ database, name } = from!): Collection | undefined => engine.catalog.find(database, name);
  return changeAlone(
    context,
    () => [find(from), find(to)],
    () => {
      const collection = find(from);
      if (!collection) throw fail('NamespaceNotFound', `Source collection ${from!.database}.${from!.name} does not exist`);
      const target = find(to);
      if (target && !isTrue(body['dropTarget'])) throw fail('NamespaceExists', 'target namespace exists');
      engine.catalog.rename(collection, to!.name);
      return {};
    },
  );
}

function splitNamespace(value: unknown): { database: string; name: string } {
  if (typeof value !== 'string' || !value.includes('.')) throw fail('InvalidNamespace', `Invalid namespace specified '${String(value)}'`);
  const dot = value.indexOf('.');
  return { database: value.slice(0, dot), name: value.slice(dot + 1) };
}

async function collMod(context: CommandContext): Promise<Reply> {
  const { engine, body } = context;
  const name = collectionName(context);
  const wanted = documentOption(body, 'index');
  const find = (): Collection | undefined => findCollection(context, name);
  return changeAlone(
    context,
    () => [find()],
    () => {
      const collection = find();
      if (!collection) throw fail('NamespaceNotFound', `ns does not exist: ${context.database}.${name}`);
      const { options: existing, database, uuid } = collection;
      const options = changedOptions(existing, body, collection.collation);
      if (wanted) changeIndex(context, collection, wanted);
      if (options !== existing) engine.catalog.replaceOptions(collection, options);
      const operation = Object.fromEntries(collModTaken.filter((option) => option in body).map((option) => [option, body[option]]));
      const stateBefore = { collectionOptions: { ...existing, uuid: new Binary(uuid, 4) } };
      engine.oplog.tellCatalog({ type: 'modify', database, collection, operation, stateBefore });
      return {};
    },
  );
}

function changeIndex({ engine }: CommandContext, collection: Collection, wanted: Document): void {
  const index = collection.indexes.find(
    ({ spec }) => spec.name === wanted['name'] || JSON.stringify(spec.key) === JSON.stringify(wanted['keyPattern']),
  );
  if (!index) throw fail('IndexNotFound', 'cannot find index for ns');
  const expireAfterSeconds = countOption(wanted, 'expireAfterSeconds') ?? index.spec.expireAfterSeconds;
  const hidden = wanted['hidden'] === undefined ? index.spec.hidden : isTrue(wanted['hidden']) || undefined;
  engine.catalog.replaceSpec(collection, index, { ...index.spec, expireAfterSeconds, hidden });
}

function listCollections(context: CommandContext): Promise<Reply> {
  const { engine, database, body } = context;
  const matches = compileFilter(documentOption(body, 'filter') ?? {});
  const documents = engine.catalog
    .inDatabase(database)
    .map((collection) => describe(collection, isTrue(body['nameOnly'])))
    .map((document) => Buffer.from(encode(document)))
    .filter((bytes) => matches(decode(bytes)));
  return openCursor(context, '$cmd.listCollections', documents, { batchSize: batchSizeOf(context) });
}

function describe({ name, uuid, options, collation }: Collection, nameOnly: boolean): Document {
  if (nameOnly) return { name, type: 'collection' };
  return {
    name,
    type: 'collection',
    options,
    info: { readOnly: false, uuid: new Binary(uuid, 4) },
    idIndex: { v: 2, key: { _id: 1 }, name: '_id_', ...(collation && { collation: collation.document }) },
  };
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
