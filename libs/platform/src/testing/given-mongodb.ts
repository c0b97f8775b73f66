import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';

/** A new database on the MongoDB that the tests were given (`MONGODB_URI`, a replica set whose data may be lost); undefined when they were given none. */
export function databaseOnGivenMongo(): string | undefined {
  const given = process.env.MONGODB_URI;
  if (!given) return undefined;
  const [, servers, options] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*(\?.*)?$/.exec(given) ?? [];
  if (!servers) throw new Error('MONGODB_URI is no address of a MongoDB.');
  return `${servers}/test-${randomBytes(8).toString('hex')}${options ?? ''}`;
}

/** Removes the database that the address names. */
export async function dropDatabase(uri: string): Promise<void> {
  const client = await MongoClient.connect(uri);
  await client.db().dropDatabase();
  await client.close();
}
