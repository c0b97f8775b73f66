/** The `error` object of an answer. Shape: Stripe's API reference, "Errors". */
export interface ErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly doc_url?: string;
  readonly charge?: string;
  readonly payment_intent?: object;
  readonly payment_method?: object;
  readonly setup_intent?: object;
  readonly [extra: string]: unknown;
}

/** A call that is refused and has no effect. */
export class Refusal extends Error {
  readonly error: ErrorBody;

  /** `kept`: whether the answer is stored under the idempotency key. Stripe keeps none for calls that failed validation ("Idempotent requests"). */
  constructor(
    readonly status: number,
    error: ErrorBody,
    readonly kept = true,
  ) {
    super(error.message);
    this.error = documented(error);
  }
}

/** Every error with a code links to the page that explains it. */
export function documented(error: ErrorBody): ErrorBody {
  if (!error.code) return error;
  return { ...error, doc_url: `https://docs.stripe.com/error-codes/${error.code.replaceAll('_', '-')}` };
}

/** 400 because of a parameter; nothing has been tried yet. */
export function badParam(message: string, param: string, code?: string): Refusal {
  return new Refusal(400, { type: 'invalid_request_error', message, param, ...(code && { code }) }, false);
}

/** 400 because of the state of things. */
export function notPossible(message: string, more: Partial<ErrorBody> = {}): Refusal {
  return new Refusal(400, { type: 'invalid_request_error', message, ...more });
}

/** The object in the path does not exist: 404. As a parameter it would be 400. */
export function noSuch(label: string, id: string, param = label === 'payment_intent' ? 'intent' : 'id', status: 404 | 400 = 404): Refusal {
  return new Refusal(status, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${label}: '${id}'`, param });
}
