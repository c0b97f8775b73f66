import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createOpenApi, loadConfig, prefixRoutes, type ApiTag } from '@cartwright/platform';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from './app.module';

/** The jobs that the API's operations do for somebody, buyers first, in the order in which they come up. */
export const apiTags: readonly ApiTag[] = [
  { name: 'Sign in', description: 'Begin as a guest, make an account, log in, and keep the session alive.' },
  { name: 'Browse the catalogue', description: 'Find products by words, categories, filters and prices. No token is needed.' },
  { name: 'Cart', description: 'Collect what is to be bought. A guest has a cart, too; logging in takes it along.' },
  { name: 'Checkout and orders', description: 'Turn the cart into an order, pay for it, follow it, cancel it or send goods back.' },
  { name: 'Your account', description: 'Name, email, password, addresses and payment methods of whoever is logged in.' },
  { name: 'Manage the catalogue', description: 'Products, their variants, and categories: for admins, and for vendors what is theirs.' },
  { name: 'Stock', description: 'How much there is, where it is, and what moved it.' },
  { name: 'Ship orders', description: 'The back office: orders to be sent, parcels, deliveries.' },
  { name: 'Returns and refunds', description: 'Goods and money on their way back to the buyer.' },
  { name: 'Payments', description: 'What was collected and refunded, and what the payment providers say.' },
  { name: 'Accounts', description: 'Who has an account, and what it may do.' },
  { name: 'Watch over the shop', description: 'Mails that were sent, and jobs that failed.' },
  { name: 'Webhooks', description: 'What payment providers call.' },
  { name: 'Operations', description: 'Health and metrics, for whoever runs the shop.' },
];

/** The OpenAPI document of the shop. */
export async function describeApi(): Promise<OpenAPIObject> {
  return createOpenApi(await previewShop(), apiTags);
}

/** The shop without a database or a port: nothing is instantiated, as its document and its routes need the decorators only. */
export async function previewShop(): Promise<NestFastifyApplication> {
  const stripe = { secretKey: 'sk_test_none', webhookSecret: 'whsec_none' };
  const shop = AppModule.forRoot({ config: loadConfig({}), mongoUri: 'mongodb://nowhere.invalid', stripe });
  const app = await NestFactory.create<NestFastifyApplication>(shop, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  prefixRoutes(app);
  return app;
}

/** The document as `docs/openapi.json` holds it. */
export function asText(document: OpenAPIObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
