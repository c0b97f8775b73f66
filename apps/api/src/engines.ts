import { join } from 'node:path';
import { startPaymentSandbox, type PaymentSandbox } from '@cartwright/payment-sandbox';
import type { PaymentProviders } from '@cartwright/payments';
import { openDatabase, type Config, type OpenDatabase } from '@cartwright/platform';

/** What the shop stands on: its database, and the providers of payments or the sandbox in their place. */
export interface Engines {
  readonly database: OpenDatabase;
  readonly providers: PaymentProviders;
  readonly sandbox?: PaymentSandbox;
}

/** Known to everybody, and good for nothing but the sandbox on this machine. */
const sandboxSecrets = {
  stripe: { secretKey: 'sk_test_sandbox', webhookSecret: 'whsec_sandbox' },
  razorpay: { keyId: 'rzp_test_sandbox', keySecret: 'razorpay_sandbox_secret', webhookSecret: 'whsec_razorpay_sandbox' },
};

/** The events that the shop acts on, as one would choose them for a webhook endpoint at Stripe, and at Razorpay. */
const stripeEvents = [
  'payment_intent.succeeded',
  'payment_intent.amount_capturable_updated',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'setup_intent.succeeded',
  'payment_method.attached',
  'payment_method.detached',
  'payment_method.updated',
  'payment_method.automatically_updated',
  'customer.deleted',
];
const razorpayEvents = ['payment.authorized', 'payment.captured', 'payment.failed', 'order.paid', 'refund.processed', 'refund.failed'];

/** Starts the embedded parts in place of those that the configuration does not name. */
export async function startEngines(config: Config): Promise<Engines> {
  const database = await openDatabase(config);
  if (config.STRIPE_SECRET_KEY || config.RAZORPAY_KEY_ID) return { database, providers: providersOf(config) };
  const sandbox = await startPaymentSandbox({
    port: config.PAYMENT_SANDBOX_PORT,
    dataDir: join(config.DATA_DIR, 'payment-sandbox'),
    secretKey: sandboxSecrets.stripe.secretKey,
    razorpayKey: { id: sandboxSecrets.razorpay.keyId, secret: sandboxSecrets.razorpay.keySecret },
  });
  return { database, sandbox, providers: sandboxProviders(sandbox.url) };
}

/** The providers that the configuration names, or the sandbox that an API process on this machine runs. */
export function providersOf(config: Config): PaymentProviders {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL: apiUrl } = config;
  const { RAZORPAY_KEY_ID: keyId, RAZORPAY_KEY_SECRET: keySecret, RAZORPAY_WEBHOOK_SECRET: secret } = config;
  const stripe = secretKey && webhookSecret ? { secretKey, webhookSecret, apiUrl } : undefined;
  const razorpay = keyId && keySecret && secret ? { keyId, keySecret, webhookSecret: secret, apiUrl: config.RAZORPAY_API_URL } : undefined;
  return stripe || razorpay ? { stripe, razorpay } : sandboxProviders(`http://127.0.0.1:${config.PAYMENT_SANDBOX_PORT}`);
}

function sandboxProviders(url: string): PaymentProviders {
  const { stripe, razorpay } = sandboxSecrets;
  return { stripe: { ...stripe, apiUrl: url }, razorpay: { ...razorpay, apiUrl: `${url}/razorpay` } };
}

/** From now on the sandbox reports to the shop at this address. */
export function connectSandbox(sandbox: PaymentSandbox | undefined, shopUrl: string): void {
  const webhooks = `${shopUrl}/api/payments/webhooks`;
  sandbox?.setWebhook(`${webhooks}/stripe`, sandboxSecrets.stripe.webhookSecret, stripeEvents);
  sandbox?.setRazorpayWebhook(`${webhooks}/razorpay`, sandboxSecrets.razorpay.webhookSecret, razorpayEvents);
}

export async function stopEngines({ database, sandbox }: Engines): Promise<void> {
  await sandbox?.stop();
  await database.stop();
}

/**
 * The environment of a process that pays at a sandbox run by another one.
 * @public by way of the build, to tools/cluster.mjs
 */
export function sandboxVariables(url: string): Record<string, string> {
  const { stripe, razorpay } = sandboxSecrets;
  return {
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
    STRIPE_API_URL: url,
    RAZORPAY_KEY_ID: razorpay.keyId,
    RAZORPAY_KEY_SECRET: razorpay.keySecret,
    RAZORPAY_WEBHOOK_SECRET: razorpay.webhookSecret,
    RAZORPAY_API_URL: `${url}/razorpay`,
  };
}
