import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { isFields } from './razorpay-entities';

/** An account's key, and how Razorpay, or a server that speaks its API, is reached. */
export interface RazorpayAccess {
  readonly keyId: string;
  readonly keySecret: string;
  /** `https://api.razorpay.com` unless given. */
  readonly apiUrl?: string;
  /** How long an answer is waited for; ten seconds unless given. */
  readonly timeoutMs?: number;
}

/**
 * What came of a call. `refused`: Razorpay says that it cannot be done (400) and nothing was. `unknown`: anything that does not say whether it
 * happened: no answer in time, a broken one, a 5xx, a 429, a 409 (the same call still runs), or a key that is not taken.
 */
export type RazorpayAnswer<T> =
  | { readonly kind: 'ok'; readonly body: T }
  | { readonly kind: 'refused'; readonly failureCode: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** A call of the API. Whoever makes one that changes something sees to it that repeating it is the same call. */
export interface RazorpayCall<T> {
  readonly method: 'GET' | 'POST';
  /** Under `/v1/`, with its query. */
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** An answer of another form is taken for a broken one. */
  readonly fits: (body: unknown) => body is T;
}

const patienceMs = 10_000;
const retries = 2;
const firstPauseMs = 200;

/** A thin client of Razorpay's REST API (razorpay.com/docs/api, "Understand Razorpay APIs"): JSON, basic authentication, a timeout, bounded retries. */
export class RazorpayClient {
  private readonly logger = new Logger(RazorpayClient.name);
  private readonly base: string;
  private readonly authorization: string;
  private readonly timeoutMs: number;

  constructor({ keyId, keySecret, apiUrl = 'https://api.razorpay.com', timeoutMs = patienceMs }: RazorpayAccess) {
    this.timeoutMs = timeoutMs;
    this.base = `${apiUrl.replace(/\/+$/, '')}/v1`;
    this.authorization = `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}`;
  }

  /** Never throws; repeats a call that got no answer, a 5xx or a 429 up to twice, a little later each time. */
  async call<T>(call: RazorpayCall<T>): Promise<RazorpayAnswer<T>> {
    for (let pauseMs = firstPauseMs, left = retries; ; pauseMs *= 2, left -= 1) {
      const { answer, again } = await this.once(call);
      if (!again || left === 0) return this.noted(call, answer);
      await sleep(pauseMs * (0.5 + Math.random())); // not all of us at once again
    }
  }

  private noted<T>({ method, path }: RazorpayCall<T>, answer: RazorpayAnswer<T>): RazorpayAnswer<T> {
    if (answer.kind === 'unknown') this.logger.warn(`Razorpay gave no answer to ${method} ${path}: ${answer.reason}`);
    if (answer.kind === 'refused') this.logger.warn(`Razorpay refused ${method} ${path}: ${answer.failureCode}`);
    return answer;
  }

  private async once<T>({ method, path, body, headers, fits }: RazorpayCall<T>): Promise<{ answer: RazorpayAnswer<T>; again: boolean }> {
    try {
      const response = await fetch(`${this.base}/${path}`, {
        method,
        headers: { authorization: this.authorization, 'content-type': 'application/json', ...headers },
        body: body && JSON.stringify(body),
        redirect: 'error', // the key goes to nobody else
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      const told: unknown = await response.json();
      if (response.ok && fits(told)) return { answer: { kind: 'ok', body: told }, again: false };
      if (response.status === 400) return { answer: { kind: 'refused', failureCode: failureCodeOf(told) }, again: false };
      const reason = response.ok ? 'an answer of an unknown form' : `${response.status} ${failureCodeOf(told)}`;
      return { answer: { kind: 'unknown', reason }, again: response.status === 429 || response.status >= 500 };
    } catch (error) {
      const { name, message, cause } = error as Error;
      return { answer: { kind: 'unknown', reason: `${name}: ${message}${cause ? ` (${String(cause)})` : ''}` }, again: true };
    }
  }
}

/** Razorpay's docs, "About Errors": `reason` says what went wrong, unless there is nothing to say; then `code` does. */
function failureCodeOf(told: unknown): string {
  const error = isFields(told) && isFields(told.error) ? told.error : {};
  const [said] = [error.reason, error.code].filter((word) => typeof word === 'string' && word !== '' && word !== 'NA');
  return String(said ?? 'invalid_request').toLowerCase();
}
