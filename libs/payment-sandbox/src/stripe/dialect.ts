import { createHash } from 'node:crypto';
import { headerOf, type Asked, type Dialect, type Incoming, type Reply } from '../http/dialect';
import { decodeForm } from '../http/form';
import { Refusal } from '../http/refusal';
import { Declined, matchRoute, type Routes } from '../http/routes';
import type { Work } from '../store/work';
import { checkSecretKey } from './authorization';
import { balanceTransactionRoutes } from './balance-transactions';
import { chargeRoutes } from './charges';
import { customerRoutes } from './customers';
import { disputeRoutes } from './disputes';
import { eventRoutes } from './events';
import { expand, readExpand } from './expand';
import { apiVersion } from './kinds';
import { stripeKeys } from './keys';
import { paymentIntentRoutes } from './payment-intents';
import { paymentMethodRoutes } from './payment-methods';
import { refundRoutes } from './refunds';
import { setupIntentRoutes } from './setup-intents';
import { webhookEndpointRoutes } from './webhook-endpoints';

const routes: Routes = {
  ...paymentIntentRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...paymentMethodRoutes,
  ...customerRoutes,
  ...setupIntentRoutes,
  ...disputeRoutes,
  ...balanceTransactionRoutes,
  ...webhookEndpointRoutes,
  ...eventRoutes,
};

/** Stripe's API as the pinned SDK speaks it: forms in, JSON out (API reference, "Introduction"). */
export class StripeDialect implements Dialect {
  readonly name = 'stripe';
  readonly keyRules = stripeKeys;
  readonly keepsServerErrors = true;

  /** `baseUrl`: where the sandbox is reached, for links in answers. */
  constructor(
    private readonly secretKey: string | undefined,
    private readonly baseUrl: () => string,
  ) {}

  admit(call: Incoming): void {
    checkSecretKey(headerOf(call, 'authorization'), this.secretKey);
    checkVersion(headerOf(call, 'stripe-version'));
  }

  keyOf(call: Incoming): string | null {
    return call.method === 'POST' ? headerOf(call, 'idempotency-key') || null : null;
  }

  /** Equal for the same parameters in any order. */
  fingerprint({ body }: Incoming): string {
    return createHash('sha256').update(body.split('&').sort().join('&')).digest('base64');
  }

  perform(call: Incoming, work: Work): Reply {
    const route = matchRoute(routes, call.method, call.path);
    if (!route) throw unknownUrl(call);
    const raw = decodeForm(call.method === 'POST' ? call.body : call.query);
    const paths = readExpand(raw);
    const result = route.handler({ work, id: route.id, subId: route.subId, raw, baseUrl: this.baseUrl() });
    if (result instanceof Declined) return replyOf(result.status, { error: result.error }, true);
    return replyOf(200, expand(work, result, paths), true);
  }

  refusal(error: unknown): Reply | undefined {
    return error instanceof Refusal ? replyOf(error.status, { error: error.error }, error.kept) : undefined;
  }

  serverError(message: string): Reply {
    return replyOf(500, { error: { type: 'api_error', message } }, false);
  }

  tooManyRequests(message: string): Reply {
    return replyOf(429, { error: { type: 'invalid_request_error', code: 'rate_limit', message } }, false);
  }

  headers(reply: Reply, { requestId, key, replayOf }: Asked): Record<string, string> {
    const headers: Record<string, string> = { 'content-type': 'application/json', 'request-id': requestId, 'stripe-version': apiVersion };
    if (key !== null) Object.assign(headers, { 'idempotency-key': key, 'original-request': replayOf ?? requestId });
    if (replayOf) headers['idempotent-replayed'] = 'true';
    // Stripe's answers say themselves whether a retry can help: a kept 500 would only be repeated.
    if (reply.status >= 500) headers['stripe-should-retry'] = String(!reply.kept);
    return headers;
  }
}

/** Stripe serves each caller the version that it asks for; this stand-in has only the one that the pinned SDK sends. */
function checkVersion(version: string | undefined): void {
  if (version === undefined || version === apiVersion) return;
  throw new Refusal(
    400,
    { type: 'invalid_request_error', message: `Invalid Stripe API version: ${version}. This sandbox speaks ${apiVersion}.` },
    false,
  );
}

function unknownUrl({ method, path }: Incoming): Refusal {
  return new Refusal(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${method}: ${path}).` }, false);
}

function replyOf(status: number, body: object, kept: boolean): Reply {
  return { status, body: JSON.stringify(body), kept };
}
