/** A way of paying as a provider keeps it. */
export interface KnownMethod {
  /** The provider's id of it. */
  readonly reference: string;
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
}

/** How far the saving of a method is. `method_required`: the buyer's client has yet to give one, or another one. */
export const setupStatuses = ['method_required', 'action_required', 'processing', 'succeeded', 'cancelled'] as const;

/** The saving of one method, as the provider tells of it. */
export interface MethodSetup {
  readonly status: (typeof setupStatuses)[number];
  readonly clientSecret?: string;
  readonly nextAction?: Readonly<Record<string, unknown>>;
  /** The method that is being saved, once given. */
  readonly method?: string;
}

interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

export type CustomerOutcome = { readonly kind: 'ok'; readonly reference: string } | Unknown;

/** `declined`: the bank or the provider does not take this method; another one may do. */
export type SetupOutcome =
  { readonly kind: 'ok'; readonly setup: MethodSetup } | { readonly kind: 'declined'; readonly failureCode: string } | Unknown;

/** `gone`: the provider does not know the customer any more. */
export type MethodsOutcome = { readonly kind: 'ok'; readonly methods: readonly KnownMethod[] } | { readonly kind: 'gone' } | Unknown;

/** `ok`, too, when it was let go before. */
export type DetachOutcome = { readonly kind: 'ok' } | Unknown;
