import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { refusal } from '@cartwright/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, map, type Observable } from 'rxjs';
import { isOutsideTransaction } from '../messaging/reactions';
import { Transactions } from '../store/transactions';

export const DryRunNotPossible = refusal(
  'dry_run_not_possible',
  'unprocessable',
  () => 'This operation reaches outside of the database, so that it cannot be tried without being done. Nothing was done.',
);

const reads = new Set(['GET', 'HEAD']);

/**
 * What a writing request prefers (RFC 7240). `return=minimal`: no body where the answer says where to read it again, by `Location` or `ETag`. `handling=dry-run`: the
 * answer or the refusal that would come, 200 in place of 201, with nothing kept; refused on a route that reaches outside, as a client that prefers a dry run must not get
 * the real thing. `Preference-Applied` says what was heeded; any other preference is left alone.
 */
@Injectable()
export class PreferInterceptor implements NestInterceptor {
  constructor(private readonly transactions: Transactions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { prefer } = request.headers;
    if (prefer === undefined || reads.has(request.method)) return next.handle();
    const preferences = read(String(prefer));
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const answer = preferences.has('handling=dry-run') ? from(this.rehearse(context, next, reply)) : next.handle();
    return preferences.has('return=minimal') ? answer.pipe(map((body: unknown) => withoutBody(body, reply))) : answer;
  }

  private async rehearse(context: ExecutionContext, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    if (isOutsideTransaction(context.getHandler())) throw new DryRunNotPossible({});
    // A rehearsal is not the first request with its key, and is not given again to the real one.
    delete reply.request.headers['idempotency-key'];
    const body: unknown = await this.transactions.rehearse(() => lastValueFrom(next.handle(), { defaultValue: undefined }));
    applied(reply, 'handling=dry-run');
    reply
      .removeHeader('Location')
      .removeHeader('ETag')
      .code(body === undefined ? 204 : 200);
    return body;
  }
}

/** The preferences of a header, in lower case: `return=minimal, handling="dry-run"; x=1`. */
function read(header: string): Set<string> {
  return new Set(header.split(',').map((one) => one.replace(/;.*/, '').replace(/["\s]/g, '').toLowerCase()));
}

function withoutBody(body: unknown, reply: FastifyReply): unknown {
  const isReadable =
    reply.hasHeader('Location') || reply.hasHeader('ETag') || /dry-run/.test(String(reply.getHeader('Preference-Applied')));
  if (body === undefined || reply.statusCode >= 300 || !isReadable) return body;
  applied(reply, 'return=minimal');
  if (reply.statusCode === 200) void reply.code(204);
  return undefined;
}

function applied(reply: FastifyReply, preference: string): void {
  const before = reply.getHeader('Preference-Applied');
  void reply.header('Preference-Applied', before === undefined ? preference : `${String(before)}, ${preference}`);
}
