import { resolve } from 'node:path';
import { ControlPlane } from './control/control-plane';
import { Faults } from './control/faults';
import { scheduled } from './control/scheduled';
import { Scheduler } from './control/scheduler';
import { Api, type Outgoing } from './http/api';
import type { Incoming } from './http/dialect';
import { pruneKeptAnswers } from './http/idempotency';
import { createHttpServer, listen } from './http/server';
import { RAZORPAY_PREFIX, RazorpayDialect, type RazorpayKey } from './razorpay/dialect';
import { razorpayWebhooks } from './razorpay/webhook';
import { StripeDialect } from './stripe/dialect';
import { stripeWebhooks } from './stripe/webhook';
import { followEndpoints } from './stripe/webhook-endpoints';
import { LmdbShelf } from './store/lmdb-shelf';
import { MemoryShelf } from './store/memory-shelf';
import { Store } from './store/store';
import { WebhookDispatcher } from './webhooks/dispatcher';

/** Where events are sent: a URL, the secret that signs them, and the types to send (all when left out). */
export interface Webhook {
  readonly url: string;
  readonly secret: string;
  readonly events?: readonly string[];
}

/** Options of `startPaymentSandbox`; all have defaults. */
export interface PaymentSandboxOptions {
  /** Address to listen on; 127.0.0.1 unless given. */
  readonly host?: string;
  /** 12111 unless given; 0 takes any free port. */
  readonly port?: number;
  /** Folder that keeps the state over restarts and crashes; without it the state ends with `stop`. */
  readonly dataDir?: string;
  /** The only key accepted; any `sk_test_...` when left out. */
  readonly secretKey?: string;
  /** Where events are sent. */
  readonly webhook?: Webhook;
  /** The key of the Razorpay account; `rzp_test_sandbox` with the secret `razorpay_sandbox_secret` unless given. */
  readonly razorpayKey?: RazorpayKey;
  /** Makes ids the same in every run that does the same. */
  readonly seed?: number;
  /** Stops the clock at this second (since 1970): it moves only when the control plane advances it. With `seed`, the same calls then give the same everything. */
  readonly standsAt?: number;
  /** Pauses between the attempts to deliver an event; after the last it is given up. */
  readonly webhookRetryMs?: readonly number[];
  /** Told of each answer of the API before it is sent. */
  readonly onAnswer?: (call: Incoming, answer: Outgoing) => void;
}

/** A running sandbox. */
export interface PaymentSandbox {
  readonly url: string;
  readonly port: number;
  /** Sends events to this URL from now on, and what an earlier run of the same `dataDir` could not deliver. */
  setWebhook(url: string, secret: string, events?: readonly string[]): void;
  /** What a Razorpay client takes for `https://api.razorpay.com`. */
  readonly razorpayUrl: string;
  /** The same for Razorpay's events, which have their own signature. */
  setRazorpayWebhook(url: string, secret: string, events?: readonly string[]): void;
  /** Ends all connections and closes the state. */
  stop(): Promise<void>;
}

const DEFAULT_RAZORPAY_KEY = { id: 'rzp_test_sandbox', secret: 'razorpay_sandbox_secret' };
const DEFAULT_PORT = 12111;
const DEFAULT_RETRY_MS = [200, 1000, 3000, 10_000, 30_000, 60_000, 300_000];

/**
 * Starts a stand-in for Stripe's API that the `stripe` SDK talks to over a socket.
 * Throws `SandboxPortInUse` when the port is taken and `DataFolderInUse` when another process keeps its state in the folder.
 */
export async function startPaymentSandbox(options: PaymentSandboxOptions = {}): Promise<PaymentSandbox> {
  const { host = '127.0.0.1', port = DEFAULT_PORT, dataDir, secretKey, webhook, seed, webhookRetryMs = DEFAULT_RETRY_MS } = options;
  const { razorpayKey = DEFAULT_RAZORPAY_KEY, standsAt } = options;
  const store = new Store(dataDir === undefined ? new MemoryShelf() : new LmdbShelf(resolve(dataDir)), seed, standsAt);
  const faults = new Faults();
  const dispatcher = new WebhookDispatcher(store, [stripeWebhooks, razorpayWebhooks], webhookRetryMs);
  const scheduler = new Scheduler(store, scheduled);
  const control = new ControlPlane({ store, faults, dispatcher, scheduler, razorpaySecret: razorpayKey.secret });
  let url = '';
  const stripe = new Api(new StripeDialect(secretKey, () => url), store, faults, seed);
  const razorpay = new Api(new RazorpayDialect(razorpayKey), store, faults, seed);
  const respond = async (call: Incoming): Promise<Outgoing> => {
    const answer = await (call.path.startsWith(`${RAZORPAY_PREFIX}/`) ? razorpay : stripe).handle(call);
    options.onAnswer?.(call, answer);
    return answer;
  };
  const server = createHttpServer((call, remote) => (control.serves(call.path) ? control.handle(call, remote) : respond(call)));
  const bound = await listen(server, host, port).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  url = `http://${host}:${bound}`;
  await pruneKeptAnswers(store);
  followEndpoints(store, dispatcher);
  if (webhook) dispatcher.aim('stripe', { kind: 'event', ...webhook });
  await scheduler.runDue();
  return {
    url,
    port: bound,
    razorpayUrl: `${url}${RAZORPAY_PREFIX}`,
    setRazorpayWebhook: (target, secret, events) => dispatcher.aim('razorpay', { kind: 'razorpay_event', url: target, secret, events }),
    setWebhook: (target, secret, events) => dispatcher.aim('stripe', { kind: 'event', url: target, secret, events }),
    stop: async () => {
      dispatcher.stop();
      scheduler.stop();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      await store.close();
    },
  };
}
