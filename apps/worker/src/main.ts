import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createIndexes, createLog, Health, loadConfig, NestLog, openDatabase, serveStatus, stopOnSignals } from '@cartwright/platform';
import { AppModule } from '../../api/src/app.module';
import { providersOf } from '../../api/src/engines';

/** Delivers events and runs timers without serving HTTP. Any number of workers may run beside the API: what is due is leased in the database. */
async function main(): Promise<void> {
  const config = loadConfig();
  const database = await openDatabase(config);
  const shop = AppModule.forRoot({ config, mongoUri: database.uri, ...providersOf(config) });
  const app = await NestFactory.createApplicationContext(shop, { logger: new NestLog(createLog(config)), abortOnError: false });
  const status = await serveStatus(app);
  await app.get(Health).startWith('indexes', () => createIndexes(app));
  stopOnSignals(async () => {
    await status.stop();
    await app.close();
    await database.stop();
  });
  process.stdout.write(`The worker is at work.\nHealth and metrics: ${status.url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
