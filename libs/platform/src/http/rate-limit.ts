import type { FastifyReply, FastifyRequest } from 'fastify';
import { secondsUntil, type Quota, type SharedState, type Taken } from '../state/shared-state';
import { clientOf } from './client-address';
import { TooManyRequests } from './problem';

const windowSeconds = 60;

/**
 * Counts requests in windows of a minute, for each key. Headers as in the IETF draft "RateLimit header fields for HTTP"
 * (draft-ietf-httpapi-ratelimit-headers).
 */
class RateLimit {
  private readonly quota: Quota;

  /** With `slackShare` each process may let that share of the limit pass before it hears of the others. */
  constructor(
    private readonly shared: SharedState,
    name: string,
    perMinute: number,
    slackShare = 0,
  ) {
    this.quota = { name, most: perMinute, windowMs: windowSeconds * 1000, slack: Math.floor(perMinute * slackShare) };
  }

  /** Counts one request of `key`; throws {@link TooManyRequests} beyond the limit, at once where nobody else must be asked. */
  count(key: string, reply: FastifyReply): void | Promise<void> {
    if (this.quota.most === 0) return;
    const taken = this.shared.take(this.quota, key);
    return taken instanceof Promise ? taken.then((answer) => this.answer(answer, reply)) : this.answer(taken, reply);
  }

  private answer({ granted, used, endsAt }: Taken, reply: FastifyReply): void {
    const { name, most } = this.quota;
    const reset = secondsUntil(endsAt);
    void reply.header('RateLimit-Policy', `"${name}";q=${most};w=${windowSeconds}`);
    void reply.header('RateLimit', `"${name}";r=${Math.max(0, most - used)};t=${reset}`);
    if (!granted) throw new TooManyRequests({ retryAfter: reset });
  }
}

/** The routes where guessing pays: limited far more strictly. */
const guessable = ['/api/auth/login', '/api/auth/register', '/api/auth/password/forgot', '/api/auth/password/reset'];

/** Nothing is guessed here, but each request leaves a session behind: as strict, and counted by itself, as many buyers may share an address. */
const beginsAsGuest = '/api/auth/guest';

/** One in a hundred of the general limit: what a round trip for each request would cost is worth more than to count so closely. */
const generalSlack = 0.01;

/**
 * The hook that counts each request by client address, over all processes that share a state. Which limit it is counted by is a matter of the route that it reaches:
 * there are many ways to write a path.
 */
export function rateLimitHook(config: { RATE_LIMIT_PER_MINUTE: number; AUTH_RATE_LIMIT_PER_MINUTE: number }, shared: SharedState) {
  const general = new RateLimit(shared, 'general', config.RATE_LIMIT_PER_MINUTE, generalSlack);
  const [guesses, guests] = ['auth', 'guests'].map((name) => new RateLimit(shared, name, config.AUTH_RATE_LIMIT_PER_MINUTE));
  const strict = new Map([...guessable.map((route) => [route, guesses] as const), [beginsAsGuest, guests]]);
  return (request: FastifyRequest, reply: FastifyReply): void | Promise<void> => {
    const limit = request.method === 'POST' ? strict.get(request.routeOptions.url ?? '') : undefined;
    return (limit ?? general).count(clientOf(request.ip), reply);
  };
}
