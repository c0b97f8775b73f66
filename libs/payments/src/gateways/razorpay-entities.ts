/** What we read of Razorpay's objects (razorpay.com/docs/api: "Orders Entity", "Payments Entity", "Refunds Entity"); amounts in the currency's smallest unit. */
export interface RazorpayOrder {
  readonly id: string;
  readonly receipt: string | null;
}

export interface RazorpayPayment {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  /** `created`, `authorized`, `captured`, `refunded` or `failed`; a failed one can become authorized for days ("Late Payment Authorisations"). */
  readonly status: string;
  /** It was taken, whatever went back since. */
  readonly captured: boolean;
  /** Why it failed. */
  readonly error_reason?: string | null;
}

export interface RazorpayRefund {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  /** `pending`, `processed` or `failed`. */
  readonly status: string;
  readonly receipt: string | null;
}

export interface Collection<T> {
  readonly items: readonly T[];
}

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

export function isOrder(body: unknown): body is RazorpayOrder {
  return hasTexts(body, 'id') && isTextOrNull(body.receipt);
}

export function isPayment(body: unknown): body is RazorpayPayment {
  return (
    hasTexts(body, 'id', 'currency', 'status') &&
    Number.isSafeInteger(body.amount) &&
    typeof body.captured === 'boolean' &&
    isTextOrNull(body.error_reason)
  );
}

export function isRefund(body: unknown): body is RazorpayRefund {
  return hasTexts(body, 'id', 'currency', 'status') && Number.isSafeInteger(body.amount) && isTextOrNull(body.receipt);
}

export function collectionOf<T>(fits: (item: unknown) => item is T): (body: unknown) => body is Collection<T> {
  return (body): body is Collection<T> => isFields(body) && Array.isArray(body.items) && body.items.every(fits);
}

function hasTexts(body: unknown, ...names: readonly string[]): body is Fields {
  return isFields(body) && names.every((name) => typeof body[name] === 'string' && body[name] !== '');
}

function isTextOrNull(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'string';
}
