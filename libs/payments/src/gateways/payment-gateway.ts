import type { Currency, MinorUnits } from '@cartwright/kernel';
import type { CaptureOutcome, CollectOutcome, FindOutcome, GatewayEvent, LookUpOutcome, RefundOutcome } from '../model/gateway-outcome';
import type { Payment } from '../model/payment';
import type { Refund } from '../model/refund';
import type { MethodVault } from './method-vault';

/** A payment that the provider knows. */
export type KnownPayment = Payment & { readonly reference: string };

/** What not every provider can do; whoever needs it asks here first, and the shop refuses what is not there. */
export interface Capabilities {
  /** Money can be held first and taken later. */
  readonly separateCapture: boolean;
  /** Less than what is held can be taken. */
  readonly partialCapture: boolean;
  /** Held money can be given up at once, instead of waiting until its authorisation lapses. */
  readonly voids: boolean;
  /** A buyer's way of paying can be kept at the provider and used again. */
  readonly savedMethods: boolean;
  /** The buyer's client gets a token before the order is placed; otherwise the order comes first and the provider asks the buyer. */
  readonly tokenFirst: boolean;
}

/** Amounts of a currency as a provider takes them, in minor units. */
export interface GatewayLimits {
  readonly least: MinorUnits;
  readonly most: MinorUnits;
  /** Every amount, of payments, captures and refunds, is a multiple of it. */
  readonly step: MinorUnits;
}

/**
 * The way to a payment provider. Calls never throw for what a provider does to us: each outcome has a name, `unknown` among
 * them. Every call has a timeout and is made from our own record, with a key where the provider takes one, so that repeating one is always right.
 */
export abstract class PaymentGateway {
  abstract readonly provider: string;
  abstract readonly capabilities: Capabilities;

  /** Where buyers' ways of paying are kept; there exactly when `savedMethods` is. */
  readonly vault?: MethodVault;

  /** What the provider takes in one payment. */
  abstract limits(currency: Currency): GatewayLimits;

  /** Asks for the payment's whole amount, to take or (in `manual` mode) to hold. */
  abstract collect(payment: Payment): Promise<CollectOutcome>;

  /** Looks for the payment of an attempt whose call was never answered: by our own order, as no reference is known. */
  abstract find(payment: Payment): Promise<FindOutcome>;

  /** What the provider says of a payment now. */
  abstract lookUp(payment: KnownPayment): Promise<LookUpOutcome>;

  /** Takes `captureRequested` of the money that is held. */
  abstract capture(payment: KnownPayment): Promise<CaptureOutcome>;

  /** Withdraws a payment that has not been captured; answers with what the provider then says of it. */
  abstract cancel(payment: KnownPayment): Promise<LookUpOutcome>;

  abstract refund(refund: Refund): Promise<RefundOutcome>;

  /** What became of a refund that was pending, or may have failed since. */
  abstract lookUpRefund(refund: Refund & { readonly reference: string }): Promise<RefundOutcome>;

  /**
   * Checks what the buyer's client brings back from a provider that asks the buyer itself. It proves that the buyer was there; whether there is money is
   * told by {@link lookUp} only. Refuses with `BadSignature`, or with `NotSupportedByProvider` where clients bring nothing back.
   */
  abstract checkReturn(payment: KnownPayment, proof: Readonly<Record<string, string>>): void;

  /** Checks a webhook's signature over its raw body (and its age, where it is signed), and reads it. Refuses with `BadSignature`. */
  abstract readWebhook(rawBody: Buffer, headers: Readonly<Record<string, string | undefined>>, now: Date): GatewayEvent;
}

/** The gateways of this shop; the first is the one that is meant when no provider is named. */
export abstract class PaymentGateways {
  abstract readonly all: readonly PaymentGateway[];
  abstract find(provider: string): PaymentGateway | undefined;
}
