import type { FastifyRequest } from 'fastify';
import passport, { Strategy } from 'passport';
import type { Caller } from '../http/access';

const scheme = 'Bearer test.';

/** The `Authorization` header of a caller, for specs of contexts that cannot ask the identity context for a token. */
export function bearer(caller: Caller): string {
  return scheme + Buffer.from(JSON.stringify(caller)).toString('base64url');
}

/** Stands in for the identity context's strategy `jwt`, which takes its place when that context is loaded. */
class TestCallers extends Strategy {
  override readonly name = 'jwt';

  override authenticate(this: TestCallers & { success(user: Caller): void; fail(): void }, request: unknown): void {
    const header = (request as FastifyRequest).headers.authorization ?? '';
    if (!header.startsWith(scheme)) return this.fail();
    this.success(JSON.parse(Buffer.from(header.slice(scheme.length), 'base64url').toString()) as Caller);
  }
}

export function acceptTestCallers(): void {
  passport.use(new TestCallers());
}
