import type { ServerReport } from '../aggregation/pipeline';
import type { Document } from '../bson/codec';
import { fail } from '../errors';
import type { Paced } from '../values/breath';
import type { CommandContext } from './command';
import { collectionStatistics } from './storage-stats';

/** What pipelines can ask the server about itself. */
export const serverReports: Readonly<Record<ServerReport, (context: CommandContext, options: Document) => Paced<Document>>> = {
  $collStats: collectionStatistics,
  $currentOp: currentOperations,
  $listLocalSessions: ({ engine }) =>
    engine.sessions.all().map(({ transactionId: { lsid }, lastUsed }) => ({ _id: lsid, lastUse: new Date(lastUsed) })),
};

/** What runs or waits at the moment. Errors: 73 but in `admin`, 9. */
function currentOperations({ engine, database }: CommandContext, options: Document): Document[] {
  if (database !== 'admin') throw fail('InvalidNamespace', "$currentOp must be run against the 'admin' database with {aggregate: 1}");
  const unknown = Object.keys(options).find((name) => !currentOpOptions.has(name));
  if (unknown !== undefined) throw fail('FailedToParse', `Unrecognized option '${unknown}' in $currentOp stage.`);
  const host = `${engine.address.host}:${engine.address.port}`;
  return engine.operations.all().map(({ id, command, namespace, connection, startedAt }) => ({
    type: 'op',
    host,
    desc: `conn${connection.id}`,
    connectionId: connection.id,
    ...(connection.appName !== undefined && { appName: connection.appName }),
    active: true,
    currentOpTime: new Date().toISOString(),
    opid: id,
    lsid: command['lsid'],
    secs_running: BigInt(Math.floor((Date.now() - startedAt) / 1000)),
    microsecs_running: BigInt(Date.now() - startedAt) * 1000n,
    op: 'command',
    ns: namespace,
    command,
  }));
}

const currentOpOptions = new Set([
  'allUsers',
  'idleConnections',
  'idleCursors',
  'idleSessions',
  'localOps',
  'backtrace',
  'truncateOps',
  'targetAllNodes',
]);
