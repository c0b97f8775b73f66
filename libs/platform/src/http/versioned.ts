import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  SetMetadata,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Refuses } from './operation';
import { PreconditionFailed, PreconditionRequired } from './problem';

const tag = Symbol('etag');

/** Marks an answer with the version of what it shows; it becomes the strong `ETag`. `detail` names whatever else the answer depends on. */
export function tagged<T extends object>(dto: T, version: number, detail?: string | number): T {
  Object.defineProperty(dto, tag, { value: detail === undefined ? `"${version}"` : `"${version}-${detail}"`, enumerable: false });
  return dto;
}

/** Sends the `ETag` of tagged answers, and 304 for a GET whose `If-None-Match` names it (RFC 9110, 13.1.2). */
@Injectable()
export class ETagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    return next
      .handle()
      .pipe(map((body: unknown) => this.apply(body, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>())));
  }

  private apply(body: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
    const etag = typeof body === 'object' && body !== null ? (body as { [tag]?: string })[tag] : undefined;
    if (!etag) return body;
    void reply.header('ETag', etag);
    if (request.method !== 'GET' || !matches(request.headers['if-none-match'], etag)) return body;
    void reply.code(304);
    return undefined;
  }
}

const required = Symbol('If-Match required');

/** Marks an edit that is refused without `If-Match` (RFC 6585, 3): where several people administrate, nobody undoes unseen what another one did. */
export function RequiresIfMatch(): MethodDecorator {
  return applyDecorators(SetMetadata(required, true), Refuses(PreconditionRequired));
}

/** A version that nothing has. */
const nobodys = -1;

/** The version that `If-Match` names, `undefined` without the header or for `*`. A tag that this server never gave is that of no version. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined && Reflect.getMetadata(required, context.getHandler()) === true) throw new PreconditionRequired({});
  if (header === undefined || header === '*') return undefined;
  const [, version] = /^"(\d{1,15})(?:-[^"]*)?"$/.exec(header.trim()) ?? [];
  return version === undefined ? nobodys : Number(version);
});

/** Refuses an edit of a version that is not the current one. */
export function checkVersion(current: { readonly version: number }, expected: number | undefined): void {
  if (expected !== undefined && current.version !== expected) throw new PreconditionFailed({ currentETag: `"${current.version}"` });
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((candidate) => candidate.trim() === '*' || candidate.trim().replace(/^W\//, '') === etag);
}
