/** The `error` object of an answer: Razorpay's docs, "About Errors". `NA` stands where there is nothing to say. */
export interface RazorpayError {
  readonly code: 'BAD_REQUEST_ERROR' | 'GATEWAY_ERROR' | 'SERVER_ERROR';
  readonly description: string;
  readonly source: string;
  readonly step: string;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly field?: string;
}

/** A call that is refused and has no effect. */
export class RazorpayRefusal extends Error {
  readonly error: RazorpayError;

  constructor(
    description: string,
    error: Partial<RazorpayError> = {},
    readonly status = 400,
  ) {
    super(description);
    this.error = { code: 'BAD_REQUEST_ERROR', description, source: 'NA', step: 'NA', reason: 'NA', metadata: {}, ...error };
  }
}

/** 400 because of a field of the request, or of the state of things. */
export function invalid(description: string, field?: string, reason = 'input_validation_failed'): RazorpayRefusal {
  return new RazorpayRefusal(description, { source: 'business', step: 'payment_initiation', reason, ...(field && { field }) });
}
