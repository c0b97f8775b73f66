import type { ErrorCode } from './generated';
import type { Schemas } from './operation';

/** The further members of problems, by code; docs/errors.md tells what they mean. */
export interface ErrorDetails {
  out_of_stock: { items: { sku: string; asked: number; available: number }[] };
  items_not_for_sale: { items: { sku: string; name: string }[] };
  cart_changed: { currentTotal: number; currency: string };
  payment_declined: { orderNumber: string; declineCode: string };
  method_declined: { declineCode: string };
  illegal_transition: { subject: string; from: string; to: string };
  precondition_failed: { currentETag: string };
  more_than_there: { items: { item: string; asked: number; there: number }[] };
  more_than_sold: { items: { sku: string; asked: number; left: number }[] };
  still_on_backorder: { items: { sku: string; backordered: number }[] };
  below_reserved: { items: { sku: string; location: string; onHand: number; reserved: number }[] };
  on_hand_changed: { sku: string; location: string; expectedOnHand: number; onHand: number };
  return_window_closed: { orderNumber: string; until: string };
  nothing_to_refund: { asked: number; refundable: number };
  refund_too_large: { asked: number; refundable: number };
  capture_too_large: { asked: number; capturable: number };
  amount_not_chargeable: { amount: number; currency: string; least: number; most: number };
  not_supported_by_provider: { provider: string; what: string };
}

export type DetailsOf<Code extends ErrorCode> = Code extends keyof ErrorDetails ? ErrorDetails[Code] : Record<string, unknown>;

type Problem = Partial<Schemas['ProblemDto']>;

/** The shop refused a call: `code` says why, for programs, and `message` for people. */
export class ApiError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'ApiError';
  /** Stable for ever. `unreadable_answer` when something in between answered instead of the shop. */
  readonly code: Code | 'unreadable_answer';
  /** Of HTTP. */
  readonly status: number;
  /** For `invalid_input`: every bad field. */
  readonly errors: Schemas['FieldErrorDto'][];
  /** Finds the request in the shop's log. */
  readonly requestId: string | undefined;
  /** Seconds until it makes sense to try again, where the shop says so. */
  readonly retryAfter: number | undefined;
  /** The whole problem document; the members of a code are typed once `is` has told which it is. */
  readonly details: DetailsOf<Code>;

  constructor(response: Response, answer: unknown) {
    const problem: Problem = typeof answer === 'object' && answer !== null ? answer : {};
    super(problem.detail ?? problem.title ?? `The answer was ${response.status}, and no problem document.`);
    this.code = (problem.code as Code | undefined) ?? 'unreadable_answer';
    this.status = response.status;
    this.errors = problem.errors ?? [];
    this.requestId = problem.requestId ?? response.headers.get('x-request-id') ?? undefined;
    this.retryAfter = secondsUntil(response.headers.get('retry-after'), Date.now());
    this.details = problem as unknown as DetailsOf<Code>;
  }

  /** Whether it is this error; then its `details` have the members of the code. */
  is<Wanted extends ErrorCode>(code: Wanted): this is ApiError<Wanted> {
    return (this.code as string) === code;
  }
}

/** Whether something that was caught is an error of the shop, and of this code where one is given. */
export function isApiError<Code extends ErrorCode = ErrorCode>(error: unknown, code?: Code): error is ApiError<Code> {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/** No answer came, not even at the last attempt; `cause` is what `fetch` said. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(
    readonly attempts: number,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`No answer came in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${why}`, { cause });
  }
}

/** `Retry-After`, which is in seconds or a date (RFC 9110, 10.2.3), in seconds. */
export function secondsUntil(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
