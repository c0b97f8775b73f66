import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startEmbeddedMongo } from '@cartwright/embedded-mongodb';
import { loadConfig, type Config } from '../config/config';
import { createHttpApplication } from '../http/http-server';
import type { DeliveryOptions } from '../messaging/relay';
import { PlatformModule } from '../platform.module';
import { databaseOnGivenMongo, dropDatabase } from './given-mongodb';
import { acceptTestCallers } from './test-callers';

export interface TestAppOptions {
  /** The contexts under test. */
  readonly imports: readonly (Type<unknown> | DynamicModule)[];
  /** Fakes and probes beside them. */
  readonly providers?: readonly Type<unknown>[];
  /** What differs from the configuration of an empty environment. */
  readonly config?: Partial<Config>;
  readonly delivery?: Partial<DeliveryOptions>;
  /** How long Redis may take to answer, in milliseconds. */
  readonly redisWithinMs?: number;
  /** Whether the driver tells of each command that it sends to the database. */
  readonly watchCommands?: boolean;
  /** The database of another test app, for a second process of the same shop; without, it has one of its own. */
  readonly mongoUri?: string;
}

export interface TestApp {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly config: Config;
  readonly mongoUri: string;
  /** Ends everything and removes its data. */
  stop(): Promise<void>;
}

@Module({})
class TestRoot {}

/**
 * The platform and the given contexts as a running server, on an embedded database of its own, or one on `MONGODB_URI`. Until the identity context is among the
 * imports, `bearer(caller)` makes tokens for any caller.
 */
export async function startTestApp(options: TestAppOptions): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartwright-'));
  const given = options.mongoUri ? undefined : databaseOnGivenMongo();
  const shared = options.mongoUri ?? given;
  const own = shared ? undefined : await startEmbeddedMongo({ dataDir: join(dataDir, 'mongodb'), mode: 'inline', durable: false });
  const mongoUri = own?.uri ?? String(shared);
  const config = Object.freeze({ ...loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal', DATA_DIR: dataDir }), ...options.config });
  const delivery = { pollMs: 50, firstRetryMs: 20, ...options.delivery };
  const root: DynamicModule = {
    module: TestRoot,
    imports: [
      PlatformModule.forRoot({
        config,
        mongoUri: options.watchCommands ? watched(mongoUri) : mongoUri,
        delivery,
        redisWithinMs: options.redisWithinMs,
      }),
      ...options.imports,
    ],
    providers: [...(options.providers ?? [])],
  };
  const removeAll = async (): Promise<void> => {
    if (given) await dropDatabase(given);
    await own?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  acceptTestCallers();
  const app = await startListening(root, config).catch(async (error: unknown) => {
    await removeAll();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await app.close();
    await removeAll();
  };
  return { url: (await app.getUrl()).replace('[::1]', '127.0.0.1'), app, config, mongoUri, stop };
}

async function startListening(root: DynamicModule, config: Config): Promise<NestFastifyApplication> {
  const app = await createHttpApplication(root, config);
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

function watched(uri: string): string {
  const url = new URL(uri);
  url.searchParams.set('monitorCommands', 'true');
  return url.href;
}
