import type { Logger } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { ConfigurationRefused } from '../config/config';

/** What a server says of itself: `setName` of a replica set, `msg` of a router before a sharded cluster (MongoDB manual, `hello`). */
interface Hello {
  readonly setName?: string;
  readonly msg?: string;
}

/** A MongoDB by itself has no transactions, without which the shop sells nothing. Throws {@link ConfigurationRefused}. */
export async function refuseStandalone(connection: Pick<Connection, 'db'>): Promise<void> {
  const { setName, msg } = ((await connection.db?.command({ hello: 1 })) ?? {}) as Hello;
  if (setName || msg === 'isdbgrid') return;
  throw new ConfigurationRefused([
    'MONGODB_URI is a server by itself, and transactions need a replica set: start mongod with --replSet rs0, run rs.initiate() once in mongosh, and add ?replicaSet=rs0.',
  ]);
}

/** The shop's transactions take milliseconds, and are given up by it after 15 seconds at most. */
const longestSensibleSeconds = 15;

/** Says in the log when the server is slow to give up transactions that nobody will end. One that does not tell (not every user may ask) is taken as it is. */
export async function adviseOnTransactions(connection: Pick<Connection, 'db'>, logger: Pick<Logger, 'warn'>): Promise<void> {
  const ask = { getParameter: 1, transactionLifetimeLimitSeconds: 1 };
  const told: { transactionLifetimeLimitSeconds?: number } | undefined = await connection.db
    ?.admin()
    .command(ask)
    .catch(() => undefined);
  const seconds = told?.transactionLifetimeLimitSeconds ?? 0;
  if (seconds <= longestSensibleSeconds) return;
  logger.warn(
    `MongoDB keeps the transactions of a process that was killed or cut off for ${seconds} s, and whoever wants the same rows waits as long: start mongod with --setParameter transactionLifetimeLimitSeconds=3.`,
  );
}
