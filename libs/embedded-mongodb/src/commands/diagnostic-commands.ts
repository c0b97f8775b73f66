import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import type { Document } from '../bson/codec';
import type { Work } from '../execution/find-documents';
import { rangeOfId, type Collection } from '../storage/collection';
import { strideLength } from '../values/breath';
import { findCollection, documentOption, type CommandContext, type CommandTable } from './command';
import { giveWay } from './give-way';
import { serverVersion } from './handshake-commands';

export const diagnosticCommands: CommandTable = {
  serverStatus: { options: ['repl', 'metrics', 'locks', 'wiredTiger', 'tcmalloc'], run: serverStatus },
  getCmdLineOpts: { options: [], run: () => ({ argv: ['embedded-mongodb'], parsed: {} }) },
  getLog: { options: [], run: () => ({ totalLinesWritten: 0, log: [] }) },
  hostInfo: { options: [], run: () => ({ system: { currentTime: new Date(), hostname: hostname() } }) },
  dbStats: { options: ['scale', 'freeStorage'], run: dbStats },
  dbstats: { options: ['scale', 'freeStorage'], run: dbStats },
  collStats: { options: ['scale'], run: collStats },
  replSetGetStatus: { options: [], run: replSetGetStatus },
  configureFailPoint: { options: ['mode', 'data'], run: configureFailPoint },
};

function serverStatus({ engine }: CommandContext): Document {
  const uptime = (Date.now() - engine.startedAt) / 1000;
  return {
    host: `${engine.address.host}:${engine.address.port}`,
    version: serverVersion,
    process: 'embedded-mongodb',
    pid: BigInt(process.pid),
    uptime,
    uptimeMillis: BigInt(Math.round(uptime * 1000)),
    localTime: new Date(),
    connections: { current: engine.connections.current, available: 100_000, totalCreated: engine.connections.total },
    storageEngine: { name: 'lmdb', supportsCommittedReads: true, persistent: true },
    transactions: { currentOpen: engine.sessions.openTransactions },
    logicalSessionRecordCache: { activeSessionsCount: engine.sessions.size },
    metrics: { cursor: { open: { total: engine.cursors.size } }, queryExecutor: searchCost(engine.work) },
    extra_info: cpuTime(),
    mem: { resident: Math.round(process.memoryUsage.rss() / 1048576), supported: true },
  };
}

function searchCost({ keysExamined, documentsExamined, scans }: Work): Document {
  return {
    scanned: BigInt(keysExamined),
    scannedObjects: BigInt(documentsExamined),
    collectionScans: { nonTailable: BigInt(scans), total: BigInt(scans) },
  };
}

/** Microseconds of CPU that the server has used: of its own thread where it shares the process with its clients and the system tells, else of the process. */
function cpuTime(): Document {
  const { user, system } = (isMainThread ? undefined : threadTime()) ?? process.cpuUsage();
  return { note: 'fields vary by platform', user_time_us: BigInt(user), system_time_us: BigInt(system) };
}

/** From Linux's own account, in ticks of 10 ms (source: proc(5), fields 14 and 15 of `stat`). */
function threadTime(): { user: number; system: number } | undefined {
  if (process.platform !== 'linux') return undefined;
  const [user, system] = readFileSync('/proc/thread-self/stat', 'latin1').split(') ')[1]!.split(' ').slice(11, 13);
  return { user: Number(user) * 10_000, system: Number(system) * 10_000 };
}

interface Sizes {
  readonly count: number;
  readonly size: number;
  readonly indexSizes: Readonly<Record<string, number>>;
  readonly indexSize: number;
}

async function sizesOf(context: CommandContext, collection: Collection): Promise<Sizes> {
  const { engine } = context;
  let [count, size, indexSize] = [0, 0, 0];
  for (const { bytes } of engine.current.records(collection, false)) {
    if (++count % strideLength === 0) await giveWay(context);
    size += bytes.length;
  }
  const indexSizes: Record<string, number> = {};
  for (const { id, spec } of collection.indexes) {
    let own = 0;
    for (const { key } of engine.environment.range(engine.environment.keys, { ...rangeOfId(id), withValues: false })) own += key.length;
    indexSizes[spec.name] = own;
    indexSize += own;
  }
  return { count, size, indexSizes, indexSize };
}

async function dbStats(context: CommandContext): Promise<Document> {
  const { engine, database, body } = context;
  const scale = Number(body['scale'] ?? 1);
  const collections = engine.catalog.inDatabase(database);
  const sizes: Sizes[] = [];
  for (const collection of collections) sizes.push(await sizesOf(context, collection));
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

async function collStats(context: CommandContext): Promise<Document> {
  const collection = findCollection(context);
  const ns = `${context.database}.${String(context.body['collStats'])}`;
  if (!collection)
    return { ns, size: 0, count: 0, storageSize: 0, totalSize: 0, nindexes: 0, totalIndexSize: 0, indexSizes: {}, scaleFactor: 1 };
  const { cap } = collection;
  const scale = Number(context.body['scale'] ?? 1);
  const { count, size, indexSizes, indexSize } = await sizesOf(context, collection);
  return {
    ns,
    count,
    size: size / scale,
    avgObjSize: count === 0 ? 0 : size / count,
    storageSize: size / scale,
    capped: cap !== undefined,
    // No limit of documents is 0 here.
    ...(cap && { max: Number.isFinite(cap.max) ? cap.max : 0, maxSize: cap.size / scale }),
    nindexes: collection.indexes.length,
    totalIndexSize: indexSize / scale,
    totalSize: (size + indexSize) / scale,
    indexSizes: Object.fromEntries(Object.entries(indexSizes).map(([name, own]) => [name, own / scale])),
    scaleFactor: scale,
  };
}

function replSetGetStatus({ engine }: CommandContext): Document {
  const name = `${engine.address.host}:${engine.address.port}`;
  return { set: 'rs0', myState: 1, members: [{ _id: 0, name, health: 1, state: 1, stateStr: 'PRIMARY', self: true }] };
}

function configureFailPoint({ engine, body }: CommandContext): Document {
  engine.failPoints.configure(String(body['configureFailPoint']), body['mode'], documentOption(body, 'data') ?? {});
  return {};
}
