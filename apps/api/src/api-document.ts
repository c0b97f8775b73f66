import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createOpenApi, loadConfig, prefixRoutes } from '@cartwright/platform';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from './app.module';

/** The OpenAPI document of the shop, made without a database or a port: nothing is instantiated, as the document needs the decorators only. */
export async function describeApi(): Promise<OpenAPIObject> {
  const stripe = { secretKey: 'sk_test_none', webhookSecret: 'whsec_none' };
  const shop = AppModule.forRoot({ config: loadConfig({}), mongoUri: 'mongodb://nowhere.invalid', stripe });
  const app = await NestFactory.create<NestFastifyApplication>(shop, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  prefixRoutes(app);
  return createOpenApi(app);
}

/** The document as `docs/openapi.json` holds it. */
export function asText(document: OpenAPIObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
