import type { CustomerOutcome, DetachOutcome, MethodsOutcome, SetupOutcome } from '../model/vault-outcome';

/** Whom the provider is to know. */
export interface NewCustomer {
  readonly walletId: string;
  readonly userId: string;
  readonly attempt: number;
  /** When this attempt began. */
  readonly since: Date;
}

/** The set-up of a method: the `number`-th of its wallet. */
export interface NewSetup {
  readonly walletId: string;
  readonly number: number;
  readonly customer: string;
  /** What the buyer's client got from the provider; without one, the client gives it to the provider itself. */
  readonly token?: string;
}

/**
 * Where a provider keeps its customers' ways of paying: the part of a gateway that has the capability `savedMethods`. As with payments, each outcome has
 * a name, and whoever repeats a call repeats that one.
 */
export abstract class MethodVault {
  /** Makes the provider know a customer; the same attempt of the same wallet is the same customer. */
  abstract createCustomer(customer: NewCustomer): Promise<CustomerOutcome>;

  /** Begins to save a method, for payments at which the buyer is present. */
  abstract setUp(setup: NewSetup): Promise<SetupOutcome>;

  /** The methods that are kept for a customer, oldest first. */
  abstract methodsOf(customer: string): Promise<MethodsOutcome>;

  /** Lets a customer go, for good, with all methods; who is gone already is gone. */
  abstract forgetCustomer(customer: string): Promise<DetachOutcome>;

  /** Lets a method go, for good. */
  abstract detach(method: string): Promise<DetachOutcome>;
}
