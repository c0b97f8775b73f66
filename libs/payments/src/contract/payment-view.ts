import type { Currency, MinorUnits } from '@cartwright/kernel';

/** How far a payment is. `requested`: nobody knows yet what the gateway made of it. */
export type PaymentStatus = 'requested' | 'action_required' | 'confirming' | 'captured' | 'failed' | 'cancelled';

/** What others may know of a payment. */
export interface PaymentView {
  readonly orderId: string;
  readonly provider: string;
  readonly status: PaymentStatus;
  readonly amount: MinorUnits;
  readonly currency: Currency;
  /** Money that has gone back or is on its way back. */
  readonly refundedAmount: MinorUnits;
  /** The gateway's own id of the payment. */
  readonly transactionId?: string;
  /** For the buyer's client, to finish a payment that needs the buyer. */
  readonly clientSecret?: string;
  readonly nextAction?: Readonly<Record<string, unknown>>;
  /** Why it failed, in the gateway's words. */
  readonly failureCode?: string;
}
