import { typeName } from '../bson/types';
import type { Document } from '../bson/codec';
import { fail, failAt } from '../errors';
import { guard } from '../execution/find-documents';
import { rangeOfId, type Collection } from '../storage/collection';
import { breath, strideLength, type Breath, type Paced } from '../values/breath';
import { documentOption, findCollection, toNumber, type CommandContext } from './command';
import { outcome } from './give-way';

interface Sizes {
  readonly count: number;
  readonly size: number;
  readonly indexSizes: Readonly<Record<string, number>>;
  readonly indexSize: number;
}

/** Reads all of it. Error: 175 when it or an index of it goes meanwhile. */
function* sizesOf({ engine }: CommandContext, collection: Collection): Generator<Breath, Sizes> {
  const { indexes } = collection;
  const check = guard(collection, indexes);
  let [count, size, indexSize] = [0, 0, 0];
  for (const stored of withBreaths(engine.current.records(collection, false), check)) {
    if (stored === breath) yield breath;
    else {
      count++;
      size += stored.bytes.length;
    }
  }
  const indexSizes: Record<string, number> = {};
  for (const { id, spec } of indexes) {
    let own = 0;
    const keys = engine.environment.range(engine.environment.keys, { ...rangeOfId(id), withValues: false });
    for (const entry of withBreaths(keys, check)) {
      if (entry === breath) yield breath;
      else own += entry.key.length;
    }
    indexSizes[spec.name] = own;
    indexSize += own;
  }
  return { count, size, indexSizes, indexSize };
}

function* withBreaths<T>(stored: Iterable<T>, check: () => void): Generator<T | Breath> {
  let position = 0;
  for (const item of stored) {
    if (++position % strideLength === 0) {
      yield breath;
      check();
    }
    yield item;
  }
}

export async function dbStats(context: CommandContext): Promise<Document> {
  const { engine, database, body } = context;
  const scale = scaleOf(body);
  const collections = engine.catalog.inDatabase(database);
  const sizes: Sizes[] = [];
  for (const collection of collections) sizes.push(await outcome(context, sizesOf(context, collection)));
  const sum = (pick: (sizes: Sizes) => number): number => sizes.reduce((total, one) => total + pick(one), 0);
  const objects = sum(({ count }) => count);
  const [dataSize, indexSize] = [sum(({ size }) => size), sum((one) => one.indexSize)];
  return {
    db: database,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects === 0 ? 0 : dataSize / objects,
    dataSize: dataSize / scale,
    storageSize: dataSize / scale,
    indexes: collections.reduce((total, { indexes }) => total + indexes.length, 0),
    indexSize: indexSize / scale,
    totalSize: (dataSize + indexSize) / scale,
    scaleFactor: scale,
  };
}

export async function collStats(context: CommandContext): Promise<Document> {
  const collection = findCollection(context);
  const ns = `${context.database}.${String(context.body['collStats'])}`;
  const scale = scaleOf(context.body);
  if (!collection)
    return { ns, size: 0, count: 0, storageSize: 0, totalSize: 0, nindexes: 0, totalIndexSize: 0, indexSizes: {}, scaleFactor: scale };
  return { ns, ...storageStats(collection, await outcome(context, sizesOf(context, collection)), scale) };
}

function storageStats({ cap, indexes }: Collection, { count, size, indexSizes, indexSize }: Sizes, scale: number): Document {
  return {
    count,
    size: size / scale,
    avgObjSize: count === 0 ? 0 : size / count,
    storageSize: size / scale,
    capped: cap !== undefined,
    // No limit of documents is 0 here.
    ...(cap && { max: Number.isFinite(cap.max) ? cap.max : 0, maxSize: cap.size / scale }),
    nindexes: indexes.length,
    totalIndexSize: indexSize / scale,
    totalSize: (size + indexSize) / scale,
    indexSizes: Object.fromEntries(Object.entries(indexSizes).map(([name, own]) => [name, own / scale])),
    scaleFactor: scale,
  };
}

const reported = ['storageStats', 'count'];
const notReported = ['latencyStats', 'queryExecStats'];

/** The one document of `$collStats`. Errors: 26 for a collection that is not there, 238 for what is not kept, 263, 40415; 175. */
export function collectionStatistics(context: CommandContext, options: Document): Paced<Document> {
  const { database, body } = context;
  if (context.transaction) throw fail('OperationNotSupportedInTransaction', 'Cannot run $collStats in a multi-document transaction');
  for (const name of Object.keys(options)) {
    if (notReported.includes(name)) throw fail('NotImplemented', `$collStats with ${name} is not supported by this server`);
    if (!reported.includes(name)) throw failAt(40415, `BSON field '$collStats.${name}' is an unknown field.`);
  }
  const [asked, storage] = [Object.keys(options)[0], documentOption(options, 'storageStats')];
  const [scale, count] = [storage && scaleOf(storage), documentOption(options, 'count') !== undefined];
  const ns = `${database}.${String(body['aggregate'])}`;
  const collection = findCollection(context, String(body['aggregate']));
  if (!collection && asked !== undefined)
    throw fail('NamespaceNotFound', `Unable to retrieve ${asked} in $collStats stage :: caused by :: Collection [${ns}] not found.`);
  return statistics(context, ns, collection, { scale, count });
}

function* statistics(
  context: CommandContext,
  ns: string,
  collection: Collection | undefined,
  { scale, count }: { scale: number | undefined; count: boolean },
): Generator<Document | Breath> {
  const sizes = collection && (scale !== undefined || count) ? yield* sizesOf(context, collection) : undefined;
  const { host, port } = context.engine.address;
  yield {
    ns,
    host: `${host}:${port}`,
    localTime: new Date(),
    ...(scale !== undefined && { storageStats: storageStats(collection!, sizes!, scale) }),
    ...(count && { count: sizes!.count }),
  };
}

/** By how many bytes sizes are divided. Errors: 14, 51024. */
function scaleOf(options: Document): number {
  const stated: unknown = options['scale'];
  if (stated === undefined || stated === null) return 1;
  const scale = toNumber(stated);
  if (scale === undefined)
    throw fail('TypeMismatch', `BSON field 'scale' is the wrong type '${typeName(stated)}', expected types '[int, decimal, double, long]'`);
  if (!(scale >= 1)) throw failAt(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`);
  return Math.floor(scale);
}
