import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startPaymentSandbox as start, type PaymentSandbox, type PaymentSandboxOptions } from '../src';
import { loadSchemas, wrongInText } from './checked-answers';

/** What was wrong with answers and webhooks since the last test. */
const wrong: string[] = [];
const schemas = loadSchemas();
afterEach(() => expect(wrong.splice(0)).toEqual([]));

/** A sandbox each of whose answers is held against the schemas of the SDK: a wrong one fails the test that caused it. */
export function startPaymentSandbox(options: PaymentSandboxOptions = {}): Promise<PaymentSandbox> {
  const onAnswer: PaymentSandboxOptions['onAnswer'] = ({ method, path }, { body }) =>
    !path.startsWith('/razorpay/') && wrong.push(...wrongInText(schemas, body).map((line) => `${method} ${path}: ${line}`));
  return start({ onAnswer, ...options });
}

/** The real SDK, without retries of its own so that a test sees every answer. */
export function sdkFor(port: number, key = 'sk_test_spec', more: { timeout?: number; maxNetworkRetries?: number } = {}): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false, ...more });
}

/** A sandbox on a free port for each spec file, stopped after it. */
export function withSandbox(options: PaymentSandboxOptions = {}): { readonly sandbox: PaymentSandbox; readonly stripe: Stripe } {
  const context = {} as { sandbox: PaymentSandbox; stripe: Stripe };
  beforeAll(async () => {
    context.sandbox = await startPaymentSandbox({ port: 0, ...options });
    context.stripe = sdkFor(context.sandbox.port);
  });
  afterAll(() => context.sandbox.stop());
  return context;
}

/** The error of a call that must fail. */
export async function failure(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    return error as Stripe.errors.StripeError;
  }
  throw new Error('The call should have failed.');
}

type Json = ReturnType<typeof JSON.parse>;

/** A control plane call. */
export async function control(url: string, method: string, path: string, body?: object): Promise<Json> {
  const response = await fetch(`${url}/_sandbox/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  return response.json();
}

export interface Received {
  readonly type: string;
  readonly id: string;
  readonly payload: string;
  readonly headers: IncomingHttpHeaders;
}

/** A webhook endpoint that records what comes, answering with the given statuses first and 200 then. */
export async function webhookEndpoint(port = 0): Promise<{
  url: string;
  port: number;
  received: Received[];
  statuses: number[];
  close(): Promise<void>;
  until(count: number): Promise<void>;
}> {
  const received: Received[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const payload = Buffer.concat(chunks).toString('utf8');
      const { type, id } = JSON.parse(payload) as Received;
      if (request.headers['stripe-signature']) wrong.push(...wrongInText(schemas, payload).map((line) => `webhook ${type}: ${line}`));
      received.push({ type, id, payload, headers: request.headers });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}/webhook`,
    port: bound,
    received,
    statuses,
    until: (count) => eventually(() => expect(received.length).toBeGreaterThanOrEqual(count)),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** Repeats an expectation until it holds. */
export async function eventually(check: () => void | Promise<void>, withinMs = 5000): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 10));
    }
  }
}

/** Parameters of a payment that pays at once. */
export function aPayment(more: Partial<Stripe.PaymentIntentCreateParams> = {}): Stripe.PaymentIntentCreateParams {
  return {
    amount: 2000,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    ...more,
  };
}
