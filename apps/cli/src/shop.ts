import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogModule } from '@cartwright/catalog';
import { IdentityModule } from '@cartwright/identity';
import { InventoryModule } from '@cartwright/inventory';
import { createIndexes, createLog, loadConfig, NestLog, openDatabase, PlatformModule, type Config } from '@cartwright/platform';

@Module({})
class CliModule {
  static forRoot(config: Config, mongoUri: string): DynamicModule {
    // What the commands announce is written down, and delivered by the shop itself.
    const platform = PlatformModule.forRoot({ config, mongoUri, delivery: { deliver: false } });
    return { module: CliModule, imports: [platform, IdentityModule, InventoryModule, CatalogModule] };
  }
}

/**
 * Runs work inside the shop, without its HTTP server: on `MONGODB_URI`, on the embedded database of a shop that is running on `DATA_DIR`, or on
 * that database started for the while.
 */
export async function inShop<T>(work: (shop: INestApplicationContext, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const database = await openDatabase(config);
  try {
    const logger = new NestLog(createLog({ LOG_LEVEL: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL }));
    const shop = await NestFactory.createApplicationContext(CliModule.forRoot(config, database.uri), { logger, abortOnError: false });
    try {
      await createIndexes(shop);
      return await work(shop, config);
    } finally {
      await shop.close();
    }
  } finally {
    await database.stop();
  }
}
