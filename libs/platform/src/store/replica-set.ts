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
