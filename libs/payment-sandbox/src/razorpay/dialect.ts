import { createHash, timingSafeEqual } from 'node:crypto';
import { headerOf, type Asked, type Dialect, type Incoming, type Reply } from '../http/dialect';
import { matchRoute, type Routes } from '../http/routes';
import type { Work } from '../store/work';
import { collection, find, type RazorpayCall } from './call';
import { readFields, type Fields } from './fields';
import type { RazorpayKind } from './kinds';
import { refundKeys } from './keys';
import { createOrder, listOrders, updateNotes } from './orders';
import { capture } from './payments';
import { createRefund } from './refunds';
import { invalid, RazorpayRefusal } from './refusal';

/** Where Razorpay's API is served beside Stripe's: the base URL of a client is the sandbox's plus this. */
export const RAZORPAY_PREFIX = '/razorpay';

/** The key of the account: its id and the secret, which also signs what the checkout hands to the page. */
export interface RazorpayKey {
  readonly id: string;
  readonly secret: string;
}

const routes: Routes<(call: RazorpayCall) => object> = {
  'POST /v1/orders': createOrder,
  'GET /v1/orders': listOrders,
  'GET /v1/orders/:id': one('razorpay_order'),
  'PATCH /v1/orders/:id': updateNotes('razorpay_order'),
  'GET /v1/orders/:id/payments': paymentsOfOrder,
  'GET /v1/payments': (call) => collection(call, 'razorpay_payment'),
  'GET /v1/payments/:id': one('razorpay_payment'),
  'PATCH /v1/payments/:id': updateNotes('razorpay_payment'),
  'POST /v1/payments/:id/capture': capture,
  'POST /v1/payments/:id/refund': createRefund,
  'GET /v1/payments/:id/refunds': (call) =>
    collection(call, 'razorpay_refund', { payment_id: find(call.work, 'razorpay_payment', call.id).body.id }),
  'GET /v1/payments/:id/refunds/:subId': (call) => {
    readFields({}, call.fields);
    const { body } = find(call.work, 'razorpay_refund', call.subId);
    if (body.payment_id !== call.id) throw invalid('The id provided does not exist');
    return body;
  },
  'GET /v1/refunds': (call) => collection(call, 'razorpay_refund'),
  'GET /v1/refunds/:id': one('razorpay_refund'),
  'PATCH /v1/refunds/:id': updateNotes('razorpay_refund'),
};

/** "Fetch Payments for an Order" knows no pages: all of them come, the newest first (here a hundred at most). */
function paymentsOfOrder({ work, id, subId, fields }: RazorpayCall): object {
  readFields({}, fields);
  return collection({ work, id, subId, fields: { count: 100 } }, 'razorpay_payment', {
    order_id: find(work, 'razorpay_order', id).body.id,
  });
}

function one(kind: RazorpayKind): (call: RazorpayCall) => object {
  return (call) => {
    readFields({}, call.fields);
    return find(call.work, kind, call.id).body;
  };
}

/** Razorpay's API: JSON in and out, one key for refunds (docs, "Understand Razorpay APIs"). */
export class RazorpayDialect implements Dialect {
  readonly name = 'razorpay';
  readonly keyRules = refundKeys;
  /** The docs promise nothing of errors under a key: only what was done is kept. */
  readonly keepsServerErrors = false;

  constructor(private readonly key: RazorpayKey) {}

  admit(call: Incoming): void {
    const [scheme = '', given = ''] = (headerOf(call, 'authorization') ?? '').split(' ');
    const expected = digest(`${this.key.id}:${this.key.secret}`);
    const sent = /^basic$/i.test(scheme) ? Buffer.from(given, 'base64').toString('utf8') : '';
    if (!timingSafeEqual(digest(sent), expected)) throw new RazorpayRefusal('Authentication failed', {}, 401);
  }

  keyOf(call: Incoming): string | null {
    return call.method === 'POST' && call.path.endsWith('/refund') ? headerOf(call, 'x-refund-idempotency') || null : null;
  }

  /** The same request has the same bytes. */
  fingerprint({ body }: Incoming): string {
    return digest(body).toString('base64');
  }

  perform(call: Incoming, work: Work): Reply {
    const route = matchRoute(routes, call.method, call.path.slice(RAZORPAY_PREFIX.length));
    if (!route) throw new RazorpayRefusal('The requested URL was not found on the server');
    const fields = call.method === 'GET' ? queryOf(call) : bodyOf(call);
    return replyOf(200, route.handler({ work, id: route.id, subId: route.subId, fields }), true);
  }

  refusal(error: unknown): Reply | undefined {
    return error instanceof RazorpayRefusal ? replyOf(error.status, { error: error.error }, false) : undefined;
  }

  serverError(description: string): Reply {
    return replyOf(500, { error: new RazorpayRefusal(description, { code: 'SERVER_ERROR' }).error }, false);
  }

  tooManyRequests(description: string): Reply {
    return replyOf(429, { error: new RazorpayRefusal(description).error }, false);
  }

  headers(_reply: Reply, { requestId }: Asked): Record<string, string> {
    return { 'content-type': 'application/json', 'request-id': requestId };
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function queryOf({ query }: Incoming): Fields {
  return Object.fromEntries(new URLSearchParams(query));
}

function bodyOf({ body }: Incoming): Fields {
  if (body === '') return {};
  try {
    const fields: unknown = JSON.parse(body);
    if (fields !== null && typeof fields === 'object' && !Array.isArray(fields)) return fields as Fields;
  } catch {
    // Told below: neither is what the API takes.
  }
  throw invalid('The request body must be a JSON object.');
}

function replyOf(status: number, body: object, kept: boolean): Reply {
  return { status, body: JSON.stringify(body), kept };
}
