import type { Currency, MinorUnits } from '@cartwright/kernel';

/** How far a payment is. `requested`: nobody knows yet what the gateway made of it. `authorized`: the money is held for us and not yet taken. */
export const paymentStatuses = ['requested', 'action_required', 'confirming', 'authorized', 'captured', 'failed', 'cancelled'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** The providers that there are adapters for; which of them a shop has is a matter of its configuration. */
export const paymentProviders = ['stripe', 'razorpay'] as const;

/** A provider that buyers can choose. */
export interface ProviderView {
  readonly provider: string;
  /** The buyer's client gets a token from the provider before it places the order; otherwise the order comes first, and says what to do. */
  readonly tokenFirst: boolean;
}

/** What others may know of a payment. */
export interface PaymentView {
  readonly orderId: string;
  /** Grows with each change of the payment, seen here or not. */
  readonly version: number;
  readonly provider: string;
  readonly status: PaymentStatus;
  readonly amount: MinorUnits;
  readonly currency: Currency;
  /** What the gateway has taken; less than `amount` after a partial capture. */
  readonly capturedAmount: MinorUnits;
  /** Money that has gone back or is on its way back. */
  readonly refundedAmount: MinorUnits;
  /** What could still go back, or be given up. */
  readonly refundableAmount: MinorUnits;
  /** What of the amount was left when it was decided how much of the held money is taken: nobody will take it. Not what was given up for a refund. */
  readonly forgoneAmount: MinorUnits;
  /** Whether an order is paid by it now: its money was taken, or is held where that is enough. Money that is to be taken as soon as it is held is none until it was. */
  readonly pays: boolean;
  /** The gateway's own id of the payment. */
  readonly transactionId?: string;
  /** For the buyer's client, to finish a payment that needs the buyer. */
  readonly clientSecret?: string;
  readonly nextAction?: Readonly<Record<string, unknown>>;
  /** Why it failed, in the gateway's words. */
  readonly failureCode?: string;
}
