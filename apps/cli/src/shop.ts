import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { acting, createIndexes, createLog, loadConfig, NestLog, openDatabase, type Config } from '@cartwright/platform';
import { AppModule } from '../../api/src/app.module';
import { providersOf } from '../../api/src/engines';

const operator = { kind: 'cli', id: 'cli', roles: [] } as const;

type Work<T> = (shop: INestApplicationContext, config: Config) => Promise<T>;

/**
 * Runs work inside the shop, without its HTTP server: on `MONGODB_URI`, on the embedded database of a shop that is running on `DATA_DIR`, or on
 * that database started for the while. `readOnly` leaves even the indexes as they are. What a `command` changes, the audit log has as its doing.
 */
export async function inShop<T>(
  work: Work<T>,
  { readOnly = false, command }: { readonly readOnly?: boolean; readonly command?: string } = {},
): Promise<T> {
  const config = loadConfig();
  const database = await openDatabase(config);
  try {
    const logger = new NestLog(createLog({ LOG_LEVEL: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL }));
    // All of the shop is there, so that an event lists everybody who hears it; delivered it is by the running shop.
    const root = AppModule.forRoot({ config, mongoUri: database.uri, ...providersOf(config), delivery: { deliver: false } });
    const shop = await NestFactory.createApplicationContext(root, { logger, abortOnError: false });
    try {
      if (!readOnly) await createIndexes(shop);
      const act = command === undefined ? undefined : { action: `cli ${command}`, actor: operator };
      return await acting(act, () => work(shop, config));
    } finally {
      await shop.close();
    }
  } finally {
    await database.stop();
  }
}
