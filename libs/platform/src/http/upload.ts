import {
  applyDecorators,
  createParamDecorator,
  HttpException,
  Injectable,
  Logger,
  PayloadTooLargeException,
  SetMetadata,
  UnsupportedMediaTypeException,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { RouteConfig, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Uploads, UploadTooLarge, type Upload } from '../store/uploads';
import { InvalidInput } from './problem';

interface UploadRule {
  /** Media types that the route takes, each with an example of a body. */
  readonly types: Readonly<Record<string, string>>;
  /** In bytes. */
  readonly limit: number;
  readonly description: string;
}

interface RouteFlags {
  readonly takesUpload?: boolean;
}

/** What a route was sent: how the sender calls its type, and where its bytes are. */
export interface ReceivedUpload extends Upload {
  /** The media type, without parameters. */
  readonly type: string;
}

const ruleKey = Symbol('upload');
const longestSilenceMs = 30_000;
const received = new WeakMap<FastifyRequest, ReceivedUpload>();

/**
 * The route's body is one long text or file, which no process holds in memory: it is received into the database before anything of the route runs, who calls and what type it is having
 * been checked before that. The route gets it by {@link UploadedBody}, and is otherwise like any other: it runs in the transaction of an `Idempotency-Key`, and can be rehearsed.
 */
export function TakesUpload(rule: UploadRule): MethodDecorator {
  const { types, limit, description } = rule;
  return applyDecorators(
    SetMetadata(ruleKey, rule),
    RouteConfig({ takesUpload: true } satisfies RouteFlags),
    ApiConsumes(...Object.keys(types)),
    ApiExtension(uploadExamplesKey, types),
    ApiBody({ required: true, schema: { type: 'string', maxLength: limit, description } }),
  );
}

/** Carries the examples to the document's maker; it is not in the document. */
export const uploadExamplesKey = 'x-upload-examples';

/** Hands the {@link ReceivedUpload} to a route that {@link TakesUpload}. */
export const UploadedBody = createParamDecorator((_: unknown, context: ExecutionContext) => uploadOf(context.switchToHttp().getRequest()));

/** What came with a request instead of a body, once it is there. */
export function uploadOf(request: FastifyRequest): ReceivedUpload | undefined {
  return received.get(request);
}

export function takesUpload(request: FastifyRequest): boolean {
  return (request.routeOptions.config as RouteFlags).takesUpload === true;
}

/** Lets the bodies of routes that take such types through unread; elsewhere these types are 415, as any other. */
export function passUploads(app: NestFastifyApplication, types: readonly string[]): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addContentTypeParser([...types], (request, _payload, done) => {
      done(takesUpload(request) ? null : new UnsupportedMediaTypeException('The body of this operation is application/json.'));
    });
}

function ruleOf(context: ExecutionContext): UploadRule | undefined {
  return Reflect.getMetadata(ruleKey, context.getHandler()) as UploadRule | undefined;
}

function typeOf({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

/** Refuses what the route cannot take before any of it is read: another type, or more than may come. A guard, after the one that asks who is calling. */
@Injectable()
export class UploadTypes implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const rule = ruleOf(context);
    if (!rule) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity', 'content-length': length } = request.headers;
    if (!Object.hasOwn(rule.types, typeOf(request)))
      throw new UnsupportedMediaTypeException(`The body is ${Object.keys(rule.types).join(' or ')}.`);
    const [, charset = 'utf-8'] = /;\s*charset="?([^";\s]*)/i.exec(type) ?? [];
    if (charset.toLowerCase() !== 'utf-8') throw new UnsupportedMediaTypeException('The body is written in UTF-8.');
    if (!['identity', 'gzip'].includes(encoding)) throw new UnsupportedMediaTypeException('The body is sent as it is, or as gzip.');
    if (Number(length) > rule.limit) throw tooLarge(rule.limit);
    return true;
  }
}

/** Receives the body of a route that {@link TakesUpload}, and removes it again when the route did not keep it. Goes before all other interceptors. */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  private readonly logger = new Logger('uploads');

  constructor(private readonly uploads: Uploads) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rule = ruleOf(context);
    return rule ? from(this.around(context.switchToHttp().getRequest<FastifyRequest>(), rule, next)) : next.handle();
  }

  private async around(request: FastifyRequest, rule: UploadRule, next: CallHandler): Promise<unknown> {
    const upload = await this.receive(request, rule);
    received.set(request, { ...upload, type: typeOf(request) });
    try {
      return await lastValueFrom(next.handle(), { defaultValue: undefined });
    } finally {
      await this.uploads
        .discardUnlessKept(upload.id)
        .catch((error: unknown) => this.logger.warn(`The upload ${upload.id} is left to be swept.`, error));
    }
  }

  private async receive(request: FastifyRequest, { limit }: UploadRule): Promise<Upload> {
    try {
      const upload = await this.uploads.receive(lively(request.raw), limit);
      if (upload.size > 0) return upload;
      await this.uploads.discardUnlessKept(upload.id);
    } catch (error) {
      if (error instanceof UploadTooLarge) throw tooLarge(limit);
      // Nobody hears it, but it is no mistake of ours.
      if (request.raw.destroyed && !request.raw.complete) throw new HttpException('The body broke off.', 400);
      throw error;
    }
    throw new InvalidInput({ errors: [{ path: 'body', code: 'required', message: 'The body is empty.' }] });
  }
}

/** The bytes of a body, as long as some come every half minute; a sender that is silent for longer is cut off. One whose body is refused midway is not, as it is to hear that. */
async function* lively(raw: FastifyRequest['raw']): AsyncGenerator<Buffer, void> {
  const cut = setTimeout(() => raw.destroy(), longestSilenceMs);
  try {
    for await (const chunk of raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      cut.refresh();
      yield chunk;
    }
  } finally {
    clearTimeout(cut);
  }
}

function tooLarge(limit: number): Error {
  return new PayloadTooLargeException(`The body may have ${limit} bytes (${limit / 1024 / 1024} MiB), and has more.`);
}
