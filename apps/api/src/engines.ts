import { join } from 'node:path';
import { startPaymentSandbox, type PaymentSandbox } from '@cartwright/payment-sandbox';
import { openDatabase, type Config, type OpenDatabase } from '@cartwright/platform';
import type { ShopOptions } from './app.module';

/** What the shop stands on: its database, and Stripe or the sandbox in its place. */
export interface Engines {
  readonly database: OpenDatabase;
  readonly stripe: ShopOptions['stripe'];
  readonly sandbox?: PaymentSandbox;
}

/** Known to everybody, and good for nothing but the sandbox on this machine. */
const sandboxSecrets = { secretKey: 'sk_test_sandbox', webhookSecret: 'whsec_sandbox' };

/** The events that the shop acts on, as one would choose them for a webhook endpoint at Stripe. */
const events = [
  'payment_intent.succeeded',
  'payment_intent.amount_capturable_updated',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'charge.refunded',
  'refund.updated',
  'refund.failed',
  'setup_intent.succeeded',
  'payment_method.attached',
  'payment_method.detached',
  'payment_method.updated',
  'payment_method.automatically_updated',
  'customer.deleted',
];

/** Starts the embedded parts in place of those that the configuration does not name. */
export async function startEngines(config: Config): Promise<Engines> {
  const database = await openDatabase(config);
  if (config.STRIPE_SECRET_KEY) return { database, stripe: stripeOf(config) };
  const sandbox = await startPaymentSandbox({
    port: config.PAYMENT_SANDBOX_PORT,
    dataDir: join(config.DATA_DIR, 'payment-sandbox'),
    secretKey: sandboxSecrets.secretKey,
  });
  return { database, sandbox, stripe: { ...sandboxSecrets, apiUrl: sandbox.url } };
}

/** Stripe as the configuration names it, or the sandbox that an API process on this machine runs. */
export function stripeOf(config: Config): ShopOptions['stripe'] {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL: apiUrl } = config;
  if (secretKey && webhookSecret) return { secretKey, webhookSecret, apiUrl };
  return { ...sandboxSecrets, apiUrl: `http://127.0.0.1:${config.PAYMENT_SANDBOX_PORT}` };
}

/** From now on the sandbox reports to the shop at this address. */
export function connectSandbox(sandbox: PaymentSandbox | undefined, shopUrl: string): void {
  sandbox?.setWebhook(`${shopUrl}/api/payments/webhooks/stripe`, sandboxSecrets.webhookSecret, events);
}

export async function stopEngines({ database, sandbox }: Engines): Promise<void> {
  await sandbox?.stop();
  await database.stop();
}
