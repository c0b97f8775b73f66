import { applyDecorators, Header } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

interface Deprecation {
  /** The day from which clients should use something else, `2026-01-31`. */
  readonly since: string;
  /** The day from which the operation may be gone; not known yet, when it is left out. */
  readonly sunset?: string;
  /** The path of what to use instead. */
  readonly use?: string;
}

/** Tells the clients of an operation that it will go: by `Deprecation` (RFC 9745), `Sunset` and a link to what follows (RFC 8594), and in the API document. */
export function Deprecated({ since, sunset, use }: Deprecation): MethodDecorator {
  return applyDecorators(
    Header('Deprecation', `@${Date.parse(since) / 1000}`),
    ...(sunset ? [Header('Sunset', new Date(sunset).toUTCString())] : []),
    ...(use ? [Header('Link', `<${use}>; rel="successor-version"`)] : []),
    ApiExtension('x-deprecation', { since, ...(sunset ? { sunset } : {}), ...(use ? { use } : {}) }),
  );
}
