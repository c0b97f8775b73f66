import { NoAnswer } from './api-error';
import type { FileBody } from './operation';
import { waitAfter, type Outcome, type RetryPolicy } from './retries';
import type { Tokens, TokenStore } from './tokens';

/** What a sender needs of its client. */
export interface SenderOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly retries: RetryPolicy;
  readonly tokens: TokenStore;
  /** Exchanges a refresh token for new tokens; `undefined` when the shop does not take it any more. */
  readonly exchange: (refreshToken: string) => Promise<Tokens | undefined>;
}

export type As = 'caller' | 'known' | 'nobody';

/** How one call is to be made. */
interface How {
  /** For one attempt. */
  readonly timeoutMs: number;
  /** With the tokens of the session; `nobody` without; `known` with, as long as the shop takes them. */
  readonly as: As;
  /** Ends the call. */
  readonly signal: AbortSignal | undefined;
  /** Sent instead of the request's own body. */
  readonly file?: FileBody;
  /** Whether the answer, when it is a good one, is handed on while it comes. */
  readonly streams?: boolean;
}

/** Sends requests until they are answered: with the tokens of the moment, again after failures that pass, and with new tokens when the old ones have expired. */
export class Sender {
  private refreshing?: Promise<Tokens | undefined>;

  constructor(private readonly options: SenderOptions) {}

  async send(request: Request, how: How): Promise<Response> {
    const body = how.file ?? (request.method === 'GET' ? '' : await request.text());
    const attempt = (tokens: Tokens | undefined): Promise<Response> => this.answered(request, body, tokens, how);
    if (how.as === 'nobody') return attempt(undefined);
    const tokens = await this.options.tokens.get();
    const response = await attempt(tokens);
    if (!tokens || isUsedUp(body) || response.status !== 401 || (await codeOf(response)) !== 'unauthenticated') return response;
    const fresh = await this.refresh(tokens);
    return fresh || how.as === 'known' ? attempt(fresh) : response;
  }

  /** The answer that is worth handing on, after as many attempts as it took. */
  private async answered(request: Request, body: FileBody, tokens: Tokens | undefined, how: How): Promise<Response> {
    const keyed = request.headers.has('idempotency-key');
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.once(request, body, tokens, how);
      const wait = waitAfter(outcome, { method: request.method, keyed, attempt }, this.options.retries, Math.random());
      if (wait !== undefined && !isUsedUp(body)) await pause(wait, how.signal);
      else if ('response' in outcome) return outcome.response;
      else throw new NoAnswer(attempt, outcome.failure);
    }
  }

  private async once(request: Request, body: FileBody, tokens: Tokens | undefined, { timeoutMs, signal, streams }: How): Promise<Outcome> {
    const headers = new Headers(request.headers);
    if (tokens) headers.set('Authorization', `Bearer ${tokens.accessToken}`);
    // Not `AbortSignal.any` and `timeout`: Node 20 may collect a signal that only another one follows, and then nothing ends the attempt.
    const attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(new Error(`there was none within ${timeoutMs} ms`)), timeoutMs);
    const giveUp = (): void => attempt.abort(signal?.reason);
    signal?.addEventListener('abort', giveUp);
    try {
      signal?.throwIfAborted();
      const init = { method: request.method, headers, signal: attempt.signal, ...sent(body) };
      const answer = await this.options.fetch(request.url, init);
      if (streams && answer.ok) return { response: answer, code: undefined };
      // Read here, so that an answer that breaks off in the middle is asked for again.
      const text = await answer.text();
      const response = new Response(text || null, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
      return { response, code: response.status === 409 ? await codeOf(response) : undefined };
    } catch (failure) {
      if (signal?.aborted) throw failure;
      return { failure };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** New tokens in place of these: by one exchange for all calls that find out at the same time, because a refresh token that is used twice ends the session. */
  private refresh(stale: Tokens): Promise<Tokens | undefined> {
    this.refreshing ??= this.renew(stale).finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async renew(stale: Tokens): Promise<Tokens | undefined> {
    const { tokens, exchange } = this.options;
    const current = await tokens.get();
    // Somebody else, perhaps another tab, has renewed them or logged out in the meantime.
    if (current?.accessToken !== stale.accessToken) return current;
    const fresh = await exchange(stale.refreshToken);
    await tokens.set(fresh);
    return fresh;
  }
}

/** `duplex` is what `fetch` asks for with a stream. */
function sent(body: FileBody): { body?: Exclude<FileBody, () => unknown>; duplex?: 'half' } {
  const now = typeof body === 'function' ? body() : body;
  if (now === '') return {};
  return now instanceof ReadableStream ? { body: now, duplex: 'half' } : { body: now };
}

function isUsedUp(body: FileBody): boolean {
  return body instanceof ReadableStream;
}

async function codeOf(response: Response): Promise<string | undefined> {
  try {
    return ((await response.clone().json()) as { code?: string }).code;
  } catch {
    return undefined; // something in between answered, not the shop
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
