import type { Currency, MinorUnits } from '@cartwright/kernel';

/** What a gateway says of a payment, in our words. */
export interface GatewayPayment {
  readonly reference: string;
  readonly status: 'succeeded' | 'authorized' | 'processing' | 'action_required' | 'failed' | 'cancelled';
  readonly amountCaptured: MinorUnits;
  /** What is held for us and not yet taken. */
  readonly amountCapturable: MinorUnits;
  readonly currency: Currency;
  readonly clientSecret?: string;
  readonly nextAction?: Readonly<Record<string, unknown>>;
  readonly failureCode?: string;
  /** It is over as far as we are concerned, and the provider has no way to close it: a buyer or a bank may still pay it. */
  readonly stillPayable?: boolean;
}

/**
 * The answer to a call that moves money. `declined`: the buyer's bank or the gateway said no, another card may work. `rejected`: the
 * request itself is impossible (a token that does not exist). `unknown`: a timeout, a reset, a 5xx, a 429: it may or may not have happened, so
 * it is looked up or repeated with the same key, and never taken for a no.
 */
export type CollectOutcome =
  | { readonly kind: 'ok' | 'action_required'; readonly payment: GatewayPayment }
  | { readonly kind: 'declined'; readonly failureCode: string; readonly reference?: string }
  | { readonly kind: 'rejected'; readonly failureCode: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export type LookUpOutcome =
  { readonly kind: 'ok'; readonly payment: GatewayPayment } | { readonly kind: 'unknown'; readonly reason: string };

/** The answer to "take what is held". `declined`: it cannot be taken any more, such as when the authorisation has lapsed. */
export type CaptureOutcome = LookUpOutcome | { readonly kind: 'declined'; readonly failureCode: string };

/** The answer to "do you know a payment of ours?" when all there is to go by is our own order. */
export type FindOutcome = LookUpOutcome | { readonly kind: 'none' };

/** What a gateway says of a refund that it has made, or is making. */
export interface GatewayRefund {
  readonly reference: string;
  readonly amount: MinorUnits;
  readonly currency: Currency;
  /**
   * What of the money that was taken has gone back altogether. Told of a payment of which a part was taken and the rest given up, where the gateway calls that rest a refund,
   * too.
   */
  readonly returned?: MinorUnits;
}

export type RefundOutcome =
  | ({ readonly kind: 'ok' | 'pending' } & GatewayRefund)
  | { readonly kind: 'declined'; readonly failureCode: string }
  /**
   * `spent`: the gateway keeps a failure under the key of this attempt and gives it to every repetition, so nothing can come of the key any more; and among the refunds that were
   * made this one is not.
   */
  | { readonly kind: 'unknown'; readonly reason: string; readonly spent?: boolean };

/** A webhook whose signature was good. `reference` is the payment it is about, when it is about one. */
export interface GatewayEvent {
  readonly id: string;
  readonly type: string;
  readonly reference?: string;
  /** The gateway's id of the refund it is about, when it is about one. */
  readonly refund?: string;
  /** Our order, as we told the gateway when we asked for the money. */
  readonly orderId?: string;
  /** Whether what it tells could change a payment or a refund of ours. */
  readonly matters: boolean;
  /** The customer whose saved methods it could change. */
  readonly customer?: string;
}
