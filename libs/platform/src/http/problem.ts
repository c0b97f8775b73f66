import { HttpException } from '@nestjs/common';
import { Refusal, refusal, type RefusalKind } from '@cartwright/kernel';
import { isOutage } from '../store/outage';
import { MalformedUrl } from './url';

/** One bad field of the input: where it stands (`items.0.quantity`), what kind of mistake, and what to do. */
export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The input has fields that are missing, unknown or wrong; every one of them is named. */
export const InvalidInput = refusal<{ errors: readonly FieldError[] }>(
  'invalid_input',
  'invalid',
  ({ errors }) => (errors.length === 1 ? `${errors[0]?.path}: ${errors[0]?.message}` : `${errors.length} fields are wrong; see errors.`),
  { errors: [{ path: 'quantity', code: 'min', message: 'quantity must not be less than 1.' }] },
);
export const Unauthenticated = refusal<{ reason?: string }>(
  'unauthenticated',
  'unauthenticated',
  ({ reason }) => reason ?? 'A valid access token is needed.',
  {},
  { reason: 'Send the access token or the refresh token of the session.' },
);
export const Forbidden = refusal('forbidden', 'forbidden', () => 'Your role does not allow this.');
export const NotFound = refusal<{ path: string }>('not_found', 'not_found', ({ path }) => `There is nothing at ${path}.`, {
  path: '/api/nothing',
});
export const PreconditionFailed = refusal<{ currentETag: string }>(
  'precondition_failed',
  'precondition',
  ({ currentETag }) => `This was changed since you read it: If-Match does not name its current version, ${currentETag}. Read it again.`,
  { currentETag: '"8"' },
);
export const PreconditionRequired = refusal(
  'precondition_required',
  'precondition_required',
  () => 'Say in If-Match which version you edit (the ETag that you read), or * for whatever it has become since.',
);
export const TooManyRequests = refusal<{ retryAfter: number }>(
  'too_many_requests',
  'too_many',
  ({ retryAfter }) => `Too many requests; try again in ${retryAfter} s.`,
  { retryAfter: 12 },
);
export const UnsupportedApiVersion = refusal<{ asked: string }>(
  'unsupported_api_version',
  'invalid',
  ({ asked }) => `API-Version ${asked.slice(0, 20)} does not exist; this server speaks version 1.`,
  { asked: '9' },
);

export const statusOf: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition: 412,
  precondition_required: 428,
  unprocessable: 422,
  too_many: 429,
  unavailable: 503,
};

/** RFC 9457, with our `code`, `requestId`, `errors`, and whatever details the refusal carries. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: string;
  readonly requestId?: string;
  readonly errors?: readonly FieldError[];
  readonly [detail: string]: unknown;
}

/** The stable code that callers see: what stands behind the context's name. */
export function publicCode(code: string): string {
  return code.slice(code.lastIndexOf('.') + 1);
}

/** A commit whose answer was lost may have happened. */
const sameAgain = 'Please send the same request again, with the same Idempotency-Key if it had one.';

/** How any error is answered. What is not a refusal and not the caller's mistake is a 500 that tells nothing of the inside. */
export function toProblem(error: unknown): Problem {
  if ((error as { code?: unknown } | null)?.code === 'FST_ERR_BAD_URL') return toProblem(new MalformedUrl({}));
  if (error instanceof Refusal) return problem(statusOf[error.kind], publicCode(error.code), error.message, error.details);
  if (error instanceof HttpException) return fromHttp(error);
  const status = clientErrorStatus(error);
  if (status) return problem(status, codeOfStatus(status), 'The request could not be read: ' + (error as Error).message);
  if (isOutage(error)) return problem(503, 'unavailable', 'The shop cannot reach its database right now. ' + sameAgain);
  return problem(500, 'internal_error', 'Something went wrong on our side. The request id finds it in our log.');
}

function problem(status: number, code: string, detail: string, details: object = {}): Problem {
  const title = code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ');
  return { ...details, type: `urn:cartwright:problem:${code}`, title, status, detail, code };
}

function fromHttp(error: HttpException): Problem {
  const status = error.getStatus();
  return problem(status, codeOfStatus(status), status < 500 ? error.message : 'Something went wrong on our side.');
}

/** Errors of the HTTP layer itself (malformed JSON, a body too large, a wrong content type) carry a 4xx `statusCode`. */
function clientErrorStatus(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function codeOfStatus(status: number): string {
  const codes: Record<number, string> = {
    400: 'malformed_request',
    404: 'not_found',
    405: 'method_not_allowed',
    413: 'body_too_large',
    414: 'url_too_long',
    415: 'unsupported_media_type',
    431: 'headers_too_large',
  };
  return codes[status] ?? (status < 500 ? 'bad_request' : 'internal_error');
}
