import type { FastifyReply, FastifyRequest } from 'fastify';
import { TooManyRequests } from './problem';

const windowSeconds = 60;

interface Window {
  used: number;
  readonly endsAt: number;
}

/**
 * Counts requests in windows of a minute, for each key. In the memory of this process: with several processes each counts for itself.
 * Headers as in the IETF draft "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers).
 */
export class RateLimit {
  private readonly windows = new Map<string, Window>();
  private nextSweep = 0;

  constructor(
    private readonly name: string,
    private readonly perMinute: number,
  ) {}

  /** Counts one request of `key`; throws {@link TooManyRequests} beyond the limit. */
  count(key: string, reply: FastifyReply): void {
    if (this.perMinute === 0) return;
    const now = Date.now();
    this.sweep(now);
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) this.windows.set(key, (window = { used: 0, endsAt: now + windowSeconds * 1000 }));
    window.used += 1;
    const reset = Math.ceil((window.endsAt - now) / 1000);
    void reply.header('RateLimit-Policy', `"${this.name}";q=${this.perMinute};w=${windowSeconds}`);
    void reply.header('RateLimit', `"${this.name}";r=${Math.max(0, this.perMinute - window.used)};t=${reset}`);
    if (window.used > this.perMinute) throw new TooManyRequests({ retryAfter: reset });
  }

  /** Forgets ended windows once a minute, so that memory is bounded by the callers of two minutes. */
  private sweep(now: number): void {
    if (now < this.nextSweep) return;
    this.nextSweep = now + windowSeconds * 1000;
    for (const [key, window] of this.windows) if (window.endsAt <= now) this.windows.delete(key);
  }
}

/** The paths where guessing pays: limited far more strictly. */
const guessable = new Set(['/api/auth/login', '/api/auth/register', '/api/auth/password/forgot', '/api/auth/password/reset']);

/** The hook that counts each request by client address. */
export function rateLimitHook(config: { RATE_LIMIT_PER_MINUTE: number; AUTH_RATE_LIMIT_PER_MINUTE: number }) {
  const general = new RateLimit('general', config.RATE_LIMIT_PER_MINUTE);
  const strict = new RateLimit('auth', config.AUTH_RATE_LIMIT_PER_MINUTE);
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const limit = request.method === 'POST' && guessable.has(request.url.split('?')[0] ?? '') ? strict : general;
    limit.count(request.ip, reply);
  };
}
