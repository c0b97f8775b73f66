import type { Fault, Faults } from '../control/faults';
import { IdMint } from '../store/ids';
import { apiVersion } from '../store/kinds';
import type { Store } from '../store/store';
import type { Work } from '../store/work';
import { checkSecretKey } from './authorization';
import { expand, readExpand } from './expand';
import { decodeForm } from './form';
import { fingerprintOf, type IdempotencyKeys, type KeptAnswer } from './idempotency';
import { Refusal, type ErrorBody } from './refusal';
import { Declined, matchRoute, type Routes } from './routes';

/** A call as it came in. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What goes out. `spoilt` says how the connection betrays it. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly spoilt?: 'timeout' | 'reset' | 'truncated';
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly kept: boolean;
}

export interface ApiOptions {
  readonly store: Store;
  readonly keys: IdempotencyKeys;
  readonly faults: Faults;
  readonly routes: Routes;
  readonly secretKey: string | undefined;
  readonly seed: number | undefined;
  readonly baseUrl: () => string;
}

/** Stripe's API: who calls, has it been answered before, what is asked, do it, keep the answer with its effects, answer. */
export class StripeApi {
  private readonly requestIds: IdMint;

  constructor(private readonly options: ApiOptions) {
    this.requestIds = new IdMint(options.seed === undefined ? undefined : `requests:${options.seed}`);
  }

  async handle(call: Incoming): Promise<Outgoing> {
    const requestId = this.requestIds.mint('req_', 14);
    const key = call.method === 'POST' ? headerOf(call, 'idempotency-key') || null : null;
    try {
      checkSecretKey(headerOf(call, 'authorization'), this.options.secretKey);
      checkVersion(headerOf(call, 'stripe-version'));
      const fault = this.options.faults.take(call.method, call.path);
      return await this.perform(call, requestId, key, fault);
    } catch (error) {
      return outgoing(errorAnswer(error), requestId, key);
    }
  }

  private async perform(call: Incoming, requestId: string, key: string | null, fault: Fault | undefined): Promise<Outgoing> {
    const print = key === null ? '' : fingerprintOf(call.body);
    const kept = key === null ? undefined : this.options.keys.claim(key, call.path, print);
    if (kept) return spoil(replayed(kept, requestId, key as string), fault);
    try {
      if (fault?.when === 'before' && fault.kind === 'slow') await pause(fault.delayMs);
      const stopped = fault?.when === 'before' && fault.kind !== 'slow';
      const { work, answer } = stopped ? this.stopped(fault, requestId, key) : this.run(call, requestId, key);
      const told = fault?.kind === 'error' && fault.kept ? faultAnswer(fault) : answer;
      if (key !== null && told.kept)
        this.options.keys.keep(work, key, {
          fingerprint: print,
          path: call.path,
          status: told.status,
          body: told.body,
          requestId,
          created: work.now(),
        });
      await this.options.store.commit(work);
      if (fault?.when === 'after' && fault.kind === 'slow') await pause(fault.delayMs);
      return spoil(outgoing(told, requestId, key), fault);
    } finally {
      if (key !== null) this.options.keys.release(key);
    }
  }

  /** A fault before the effect: nothing happens. */
  private stopped(fault: Fault, requestId: string, key: string | null): { work: Work; answer: Answer } {
    return { work: this.options.store.begin({ id: requestId, idempotencyKey: key }), answer: faultAnswer(fault) };
  }

  private run(call: Incoming, requestId: string, key: string | null): { work: Work; answer: Answer } {
    const { store, routes, baseUrl } = this.options;
    const request = { id: requestId, idempotencyKey: key };
    const work = store.begin(request);
    try {
      const route = matchRoute(routes, call.method, call.path);
      if (!route)
        throw new Refusal(
          404,
          { type: 'invalid_request_error', message: `Unrecognized request URL (${call.method}: ${call.path}).` },
          false,
        );
      const raw = decodeForm(call.method === 'POST' ? call.body : call.query);
      const paths = readExpand(raw);
      const result = route.handler({ work, id: route.id, subId: route.subId, raw, baseUrl: baseUrl() });
      if (result instanceof Declined) return { work, answer: answerOf(result.status, { error: result.error }, true) };
      return { work, answer: answerOf(200, expand(work, result, paths), true) };
    } catch (error) {
      // The changes so far are dropped with their work: a refused call has no effect.
      return { work: store.begin(request), answer: errorAnswer(error) };
    }
  }
}

function headerOf(call: Incoming, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value[0] : value;
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

function answerOf(status: number, body: object, kept: boolean): Answer {
  return { status, body: JSON.stringify(body), kept };
}

function errorAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return answerOf(error.status, { error: error.error }, error.kept);
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
  return answerOf(500, { error: { type: 'api_error', message: 'An unexpected error occurred in the payment sandbox.' } }, false);
}

function faultAnswer(fault: Fault): Answer {
  const errors: Partial<Record<Fault['kind'], [number, ErrorBody]>> = {
    error: [500, { type: 'api_error', message: 'An unknown error occurred (an armed fault of the sandbox).' }],
    rate_limit: [
      429,
      { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded (an armed fault of the sandbox).' },
    ],
  };
  const [status, error] = errors[fault.kind] ?? [500, { type: 'api_error' as const, message: '' }];
  return answerOf(status, { error }, fault.kind === 'error' && fault.kept);
}

function outgoing(answer: Answer, requestId: string, key: string | null): Outgoing {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'request-id': requestId, 'stripe-version': apiVersion };
  if (key !== null) Object.assign(headers, { 'idempotency-key': key, 'original-request': requestId });
  // Stripe's answers say themselves whether a retry can help: a kept 500 would only be repeated.
  if (answer.status >= 500) headers['stripe-should-retry'] = String(!answer.kept);
  return { status: answer.status, headers, body: answer.body };
}

function replayed(kept: KeptAnswer, requestId: string, key: string): Outgoing {
  const { headers, ...rest } = outgoing({ status: kept.status, body: kept.body, kept: true }, requestId, key);
  return { ...rest, headers: { ...headers, 'original-request': kept.requestId, 'idempotent-replayed': 'true' } };
}

/** What the wire makes of an answer. */
function spoil(answer: Outgoing, fault: Fault | undefined): Outgoing {
  if (fault?.kind === 'timeout' || fault?.kind === 'reset' || fault?.kind === 'truncated') return { ...answer, spoilt: fault.kind };
  if (fault?.kind !== 'error' && fault?.kind !== 'rate_limit') return answer;
  const { status, body } = faultAnswer(fault);
  return { ...answer, status, body };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
