import { getConnectionToken } from '@nestjs/mongoose';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { adviseOnTransactions, refuseStandalone } from './replica-set';

/**
 * Creates every index that the schemas declare, between the making of the application and its first request. An index that exists already costs
 * nothing; one that was declared differently before stops the start with MongoDB's own words. A server without transactions is refused.
 */
export async function createIndexes(app: INestApplicationContext): Promise<void> {
  const connection = app.get<Connection>(getConnectionToken(), { strict: false });
  await refuseStandalone(connection);
  await adviseOnTransactions(connection, new Logger('database'));
  await Promise.all(Object.values(connection.models).map((model) => model.createIndexes()));
}
