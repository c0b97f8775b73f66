import { secondsUntil } from './api-error';

/** How often and after how long a call is tried again. */
export interface RetryPolicy {
  /** Attempts in all; 1 for no retries. */
  readonly attempts: number;
  /** The first wait is up to this long, in milliseconds; each further one up to twice the one before. */
  readonly firstWaitMs: number;
  /** No wait is longer than this, in milliseconds. When `Retry-After` asks for more, the error is thrown at once. */
  readonly longestWaitMs: number;
}

export const defaultRetries: RetryPolicy = { attempts: 4, firstWaitMs: 250, longestWaitMs: 10_000 };

/** What came of an attempt: an answer, or an error of `fetch`. */
export type Outcome = { readonly response: Response; readonly code?: string } | { readonly failure: unknown };

/**
 * How long to wait before the next attempt, in milliseconds; `undefined` to take the outcome as it is. `random` is in [0, 1): clients that failed together shall not come back together.
 */
export function waitAfter(
  outcome: Outcome,
  call: { method: string; keyed: boolean; attempt: number },
  policy: RetryPolicy,
  random: number,
): number | undefined {
  if (call.attempt >= policy.attempts || !isWorthRepeating(outcome, call)) return undefined;
  const ceiling = Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** (call.attempt - 1));
  const backoff = ceiling / 2 + (random * ceiling) / 2;
  if ('failure' in outcome) return backoff;
  const asked = secondsUntil(outcome.response.headers.get('retry-after'), Date.now());
  if (asked === undefined) return backoff;
  // Never sooner than asked; and not all in the same moment.
  return asked * 1000 > policy.longestWaitMs ? undefined : asked * 1000 + (random * ceiling) / 2;
}

function isWorthRepeating(outcome: Outcome, { method, keyed }: { method: string; keyed: boolean }): boolean {
  const isSafe = ['GET', 'HEAD', 'PUT', 'DELETE'].includes(method) || (method === 'POST' && keyed);
  if ('failure' in outcome) return isSafe;
  const { status, headers } = outcome.response;
  // Refused before anything was done, so that even a PATCH may come again.
  if (status === 429) return true;
  if (!isSafe || headers.get('idempotent-replayed') === 'true') return false;
  return [502, 503, 504].includes(status) || (status === 409 && outcome.code === 'idempotency_in_progress');
}
