import type { Currency, MinorUnits } from '@cartwright/kernel';
import type { CollectOutcome, FindOutcome, GatewayEvent, LookUpOutcome, RefundOutcome } from '../model/gateway-outcome';
import type { Payment } from '../model/payment';
import type { Refund } from '../model/refund';

/**
 * The way to a payment provider. Calls never throw for what a provider does to us: each outcome has a name, `unknown` among
 * them. Every call has a timeout and an idempotency key made from our own record, so that repeating one is always right.
 */
export abstract class PaymentGateway {
  abstract readonly provider: string;

  /** The least and the most that the provider takes in one payment, in minor units. */
  abstract limits(currency: Currency): { readonly least: MinorUnits; readonly most: MinorUnits };

  /** Asks for the payment's whole amount with its one-time token. */
  abstract collect(payment: Payment): Promise<CollectOutcome>;

  /** Looks for the payment of an attempt whose call was never answered: by our own order, as no reference is known. */
  abstract find(payment: Payment): Promise<FindOutcome>;

  /** What the provider says of a payment now. */
  abstract lookUp(reference: string): Promise<LookUpOutcome>;

  /** Withdraws a payment that has not succeeded; answers with what the provider then says of it. */
  abstract cancel(payment: Payment & { readonly reference: string }): Promise<LookUpOutcome>;

  abstract refund(refund: Refund): Promise<RefundOutcome>;

  /** What became of a refund that was pending, or may have failed since. */
  abstract lookUpRefund(reference: string): Promise<RefundOutcome>;

  /** Checks a webhook's signature over its raw body and its age, and reads it. Refuses with `BadSignature`. */
  abstract readWebhook(rawBody: Buffer, headers: Readonly<Record<string, string | undefined>>, now: Date): GatewayEvent;
}

/** The gateways of this shop, by provider. */
export abstract class PaymentGateways {
  abstract find(provider: string): PaymentGateway | undefined;
}
