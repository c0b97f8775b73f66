import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from './problem';

/** Answers every error as `application/problem+json`; the only place where errors become HTTP. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

/** Used by the filter, and by the HTTP server for what fails before Nest is reached. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger?: Logger): void {
  const problem = toProblem(error);
  if (problem.status >= 500) logger?.error(`${request.method} ${request.url.split('?')[0]} failed.`, error);
  if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="cartwright"');
  const retryAfter = typeof problem.retryAfter === 'number' ? problem.retryAfter : problem.status === 503 ? 1 : undefined;
  if (retryAfter !== undefined) void reply.header('Retry-After', String(retryAfter));
  // What a route said of its success, which did not come about: its transaction may have failed after that.
  void reply
    .removeHeader('Location')
    .removeHeader('ETag')
    .code(problem.status)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .send(JSON.stringify({ ...problem, instance: request.url.split('?')[0], requestId: request.id }));
}
