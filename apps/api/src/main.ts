import 'reflect-metadata';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LoadDemoCatalogue } from '@cartwright/catalog';
import { EnsureFirstAdmin } from '@cartwright/identity';
import {
  boardPath,
  ConfigurationRefused,
  createHttpApplication,
  loadConfig,
  serveOpenApi,
  stopOnSignals,
  type Config,
} from '@cartwright/platform';
import { apiTags } from './api-document';
import { AppModule } from './app.module';
import { connectSandbox, startEngines, stopEngines, type Engines } from './engines';

/** How long a stop waits for requests in hand; connections that are still open then (many say nothing at all) are cut. */
const patienceMs = 5_000;

async function main(): Promise<void> {
  const startedAt = Date.now();
  const config = loadConfig();
  const engines = await startEngines(config);
  // With Redis, events and timers are the workers' business.
  const delivery = { deliver: !config.REDIS_URL };
  const shop = AppModule.forRoot({ config, mongoUri: engines.database.uri, ...engines.providers, delivery });
  const app = await createHttpApplication(shop, config);
  serveOpenApi(app, apiTags);
  stopOnSignals(async () => {
    const cut = setTimeout(() => app.getHttpServer().closeAllConnections(), patienceMs);
    await app.close();
    clearTimeout(cut);
    await stopEngines(engines);
  });
  await app.init();
  const commands = app.get(CommandBus);
  await commands.execute(new EnsureFirstAdmin({}));
  if (config.DEMO_DATA) await commands.execute(new LoadDemoCatalogue({}));
  await app.listen({ port: config.PORT, host: config.HOST });
  const url = urlOf(app, config);
  connectSandbox(engines.sandbox, url);
  process.stdout.write(`${greeting(url, engines, config)}\nReady after ${Date.now() - startedAt} ms.\n`);
}

function urlOf(app: NestFastifyApplication, config: Config): string {
  const address = app.getHttpServer().address() as { port: number } | null;
  const host = config.HOST === '0.0.0.0' || config.HOST === '::' ? '127.0.0.1' : config.HOST;
  return `http://${host}:${address?.port ?? config.PORT}`;
}

function greeting(url: string, { database, sandbox, providers }: Engines, { REDIS_URL }: Config): string {
  const lines = [
    '',
    `  Cartwright is open.`,
    '',
    `  Products     ${url}/api/products`,
    `  Swagger UI   ${url}/api/docs`,
    `  OpenAPI      ${url}/api/openapi.json`,
    `  Health       ${url}/health/ready`,
    `  Database     ${database.kind === 'server' ? 'MONGODB_URI' : `embedded, ${database.uri}`}`,
    `  Jobs         ${REDIS_URL ? `Redis: they are done by workers (npm run worker); for admins: ${url}${boardPath}` : 'in this process'}`,
    `  Payments     ${sandbox ? `sandbox, ${sandbox.url} (token pm_card_visa buys)` : Object.keys(providers).join(', ')}`,
    '',
  ];
  return lines.join('\n');
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigurationRefused || (error instanceof Error && /Busy|InUse|Refused/.test(error.name));
  process.stderr.write(`${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
});
