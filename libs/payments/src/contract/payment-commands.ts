import { Command, Query } from '@nestjs/cqrs';
import type { Currency, MinorUnits } from '@cartwright/kernel';
import type { PaymentView, ProviderView } from './payment-view';

/** Records that an order is to be paid, in the caller's transaction; the money moves when {@link RunPayment} follows, or the sweeper. */
export class RequestPayment extends Command<void> {
  constructor(
    readonly input: {
      readonly orderId: string;
      readonly orderNumber: string;
      readonly amount: MinorUnits;
      readonly currency: Currency;
      readonly provider: string;
      /** The one-time token that the buyer's client got from the provider; for those that give one, and only for those. */
      readonly token?: string;
      /** The account that pays with a saved method, or is to keep what is paid with. */
      readonly userId?: string;
      readonly savedMethodId?: string;
      readonly saveMethod?: boolean;
      readonly email: string;
    },
  ) {
    super();
  }
}

/** Asks the gateway for the money, and tells what it said. Repeating it never charges twice. Not in a transaction. */
export class RunPayment extends Command<PaymentView> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/**
 * Checks what the buyer's client brought back from a provider that asks the buyer itself, and asks the provider what became of the payment. Refuses with
 * `bad_signature`, or with `not_supported_by_provider` where clients bring nothing back. Not in a transaction.
 */
export class ConfirmPayment extends Command<PaymentView> {
  constructor(readonly input: { readonly orderId: string; readonly proof: Readonly<Record<string, string>> }) {
    super();
  }
}

/** Withdraws an order's unfinished payment at the gateway; one that went through meanwhile is told as captured. Not in a transaction. */
export class CancelPayment extends Command<PaymentView> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/**
 * Records that held money is to be taken, in the caller's transaction; it is taken afterwards. Without an amount, all that is held. Refuses with
 * `capture_too_large` when nothing (or not so much) is held; with `ifHeld` it then does nothing. Refuses `invalid_input` an `amount` that the provider does not take (`step`).
 */
export class CapturePayment extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly amount?: MinorUnits; readonly ifHeld?: boolean }) {
    super();
  }
}

/**
 * Records that captured or held money is to go back, in the caller's transaction; it is sent afterwards. The same `key` again does nothing. Refuses with
 * `refund_too_large` what is not there (any more); with `ifAny` it then does nothing. Refuses `invalid_input` an `amount` that the provider does not send (`step`).
 */
export class RequestRefund extends Command<void> {
  constructor(
    readonly input: {
      readonly orderId: string;
      readonly key: string;
      /** All that is left, when not given. */
      readonly amount?: MinorUnits;
      readonly ifAny?: boolean;
      readonly reason: string;
    },
  ) {
    super();
  }
}

/**
 * A refund that failed is about to be sent again, in the caller's transaction. Done by whoever asked for it: counts its goods and money as refunded again, or refuses
 * with `refunded_otherwise`.
 */
export class RefundAgain extends Command<void> {
  constructor(readonly input: { readonly orderId: string; readonly key: string }) {
    super();
  }
}

/** An order is at rest, and who paid for it is to be forgotten: amounts, states and the provider's references stay. In the caller's transaction; repeating it changes nothing. */
export class ForgetPayer extends Command<void> {
  constructor(readonly input: { readonly orderId: string }) {
    super();
  }
}

/** The providers of this shop; the first is the one that is meant when none is named. */
export class GetPaymentProviders extends Query<readonly ProviderView[]> {}

/** What a provider counts in: all that it takes or sends back in this currency is a multiple of it. 1 where the shop does not have the provider (any more): nothing goes back there. */
export class GetAmountStep extends Query<MinorUnits> {
  constructor(readonly input: { readonly provider: string; readonly currency: Currency }) {
    super();
  }
}

/** The payments of some orders, by order id; orders without one are missing. */
export class GetPayments extends Query<Readonly<Record<string, PaymentView>>> {
  constructor(readonly input: { readonly orderIds: readonly string[] }) {
    super();
  }
}

/** Makes sure that the provider knows a user, so that what the user pays with can be kept. Refuses with `provider_unavailable`. Not in a transaction. */
export class OpenWallet extends Command<void> {
  constructor(readonly input: { readonly userId: string; readonly provider: string }) {
    super();
  }
}

/** At which provider a user's saved method is kept. Refuses with `saved_method_not_found`. */
export class GetSavedMethod extends Query<{ readonly provider: string }> {
  constructor(readonly input: { readonly userId: string; readonly methodId: string }) {
    super();
  }
}
