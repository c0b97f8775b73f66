import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, release, totalmem, type } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import type { Document } from '../bson/codec';
import type { Work } from '../execution/find-documents';
import { fail } from '../errors';
import { documentOption, type CommandContext, type CommandTable } from './command';
import { serverVersion } from './handshake-commands';
import { collStats, dbStats } from './storage-stats';

export const diagnosticCommands: CommandTable = {
  serverStatus: { options: ['repl', 'metrics', 'locks', 'wiredTiger', 'tcmalloc'], run: serverStatus },
  getCmdLineOpts: { options: [], run: () => ({ argv: ['embedded-mongodb'], parsed: {} }) },
  getLog: { options: [], run: getLog },
  hostInfo: { options: [], run: hostInfo },
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

/** There is no log but what shells show at their start. Error: 96. */
function getLog({ engine, body }: CommandContext): Document {
  const name: unknown = body['getLog'];
  if (name === '*') return { names: ['global', 'startupWarnings'] };
  if (name !== 'global' && name !== 'startupWarnings') throw fail('OperationFailed', `No log named '${String(name)}'`);
  if (name === 'global') return { totalLinesWritten: 0, log: [] };
  const line = {
    t: { $date: new Date(engine.startedAt).toISOString() },
    s: 'W',
    c: 'CONTROL',
    id: 22120,
    ctx: 'initandlisten',
    msg: 'This is embedded-mongodb, for evaluation, development and tests. Access control is not enabled: whoever reaches it may read and change everything',
  };
  return { totalLinesWritten: 1, log: [JSON.stringify(line)] };
}

function hostInfo(): Document {
  const memory = Math.round(totalmem() / 1048576);
  return {
    system: { currentTime: new Date(), hostname: hostname(), cpuAddrSize: 64, memSizeMB: memory, numCores: cpus().length, cpuArch: arch() },
    os: { type: type(), name: type(), version: release() },
    extra: {},
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

function replSetGetStatus({ engine }: CommandContext): Document {
  const name = `${engine.address.host}:${engine.address.port}`;
  return { set: 'rs0', myState: 1, members: [{ _id: 0, name, health: 1, state: 1, stateStr: 'PRIMARY', self: true }] };
}

function configureFailPoint({ engine, body }: CommandContext): Document {
  engine.failPoints.configure(String(body['configureFailPoint']), body['mode'], documentOption(body, 'data') ?? {});
  return {};
}
