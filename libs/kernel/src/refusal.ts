/** What kind of "no" a refusal is; the HTTP filter turns it into a status. */
export type RefusalKind =
  | 'invalid'
  | 'unauthenticated'
  | 'payment_required'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition'
  | 'precondition_required'
  | 'unprocessable'
  | 'too_many'
  | 'unavailable';

/**
 * A "no" that the shop means: declared once with {@link refusal}, thrown as a class, answered in one filter. Not a bug and not a crash;
 * nothing has been changed when one is thrown.
 */
export abstract class Refusal<Details extends object = object> extends Error {
  abstract readonly code: string;
  abstract readonly kind: RefusalKind;
  constructor(
    message: string,
    readonly details: Readonly<Details>,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** A declared refusal: its code, its kind, and a constructor that takes the details. */
export interface RefusalClass<Details extends object> {
  new (details: Details): Refusal<Details>;
  readonly code: string;
  readonly kind: RefusalKind;
  /** Details as they may come, for the API document; what stands in all of them always comes. */
  readonly examples: readonly Details[];
}

const declared = new Map<string, RefusalClass<never>>();

/**
 * Declares a refusal. `code` is stable for ever and documented in `docs/errors.md`: `snake_case`, optionally after `context.`;
 * what stands behind the last dot is the `code` of the problem document. `explain` words it for the caller. A refusal with details has an
 * example of them, and one more without those that may be missing.
 */
export function refusal<Details extends object = Record<string, never>>(
  code: string,
  kind: RefusalKind,
  explain: (details: Details) => string,
  ...examples: Details extends Record<string, never> ? [] : [Details, ...Details[]]
): RefusalClass<Details> {
  if (declared.has(code)) throw new Error(`Refusal "${code}" is declared twice.`);
  class Declared extends Refusal<Details> {
    static readonly code = code;
    static readonly kind = kind;
    static readonly examples = examples as readonly object[] as readonly Details[];
    readonly code = code;
    readonly kind = kind;
    constructor(details: Details) {
      super(explain(details), details);
      this.name = code;
    }
  }
  declared.set(code, Declared as unknown as RefusalClass<never>);
  return Declared;
}

/** Every refusal declared by the modules loaded so far, by code. */
export function declaredRefusals(): ReadonlyMap<string, RefusalClass<never>> {
  return declared;
}

/** A move that a lifecycle's table does not have. */
export const IllegalTransition = refusal<{ subject: string; from: string; to: string }>(
  'illegal_transition',
  'conflict',
  ({ subject, from, to }) => `The ${subject} is ${from} and cannot become ${to}.`,
  { subject: 'order', from: 'Delivered', to: 'Cancelled' },
);
