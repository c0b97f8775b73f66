import { Logger } from '@nestjs/common';
import Stripe from 'stripe';
import type { CustomerOutcome, DetachOutcome, KnownMethod, MethodSetup, MethodsOutcome, SetupOutcome } from '../model/vault-outcome';
import { MethodVault, type NewCustomer, type NewSetup } from './method-vault';

/** A customer has at most so many cards that are shown; Stripe gives no more at once. */
const mostMethods = 100;

/** Stripe's clock and ours differ by so much at most. */
const clockSkewSeconds = 300;

/** Customers, SetupIntents and PaymentMethods of Stripe (docs.stripe.com/payments/save-and-reuse). */
export class StripeVault extends MethodVault {
  private readonly logger = new Logger(StripeVault.name);

  constructor(private readonly stripe: Stripe) {
    super();
  }

  async createCustomer(customer: NewCustomer): Promise<CustomerOutcome> {
    const { walletId, userId, attempt } = customer;
    const metadata = { userId, walletId, attempt: String(attempt) };
    try {
      const made = await this.stripe.customers.create({ metadata }, { idempotencyKey: `customer:${walletId}:${attempt}` });
      return { kind: 'ok', reference: made.id };
    } catch (error) {
      return this.findCustomer(customer, this.unknown(error));
    }
  }

  async setUp({ walletId, number, customer, token }: NewSetup): Promise<SetupOutcome> {
    try {
      const setup = await this.stripe.setupIntents.create(
        {
          customer,
          usage: 'on_session',
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          metadata: { walletId },
          ...(token === undefined ? {} : { payment_method: token, confirm: true }),
        },
        { idempotencyKey: `setup:${walletId}:${number}` },
      );
      return { kind: 'ok', setup: readSetup(setup) };
    } catch (error) {
      if (error instanceof Stripe.errors.StripeCardError)
        return { kind: 'declined', failureCode: error.decline_code ?? error.code ?? 'card_declined' };
      if (isRefusal(error)) return { kind: 'declined', failureCode: error.code ?? 'invalid_request' };
      return this.unknown(error);
    }
  }

  async methodsOf(customer: string): Promise<MethodsOutcome> {
    try {
      const { data } = await this.stripe.customers.listPaymentMethods(customer, { type: 'card', limit: mostMethods });
      return { kind: 'ok', methods: data.reverse().flatMap((method) => readMethod(method) ?? []) };
    } catch (error) {
      return isMissing(error) ? { kind: 'gone' } : this.unknown(error);
    }
  }

  async forgetCustomer(customer: string): Promise<DetachOutcome> {
    try {
      // Deleting is once by nature; with a key of ours Stripe would keep a failure for a day.
      await this.stripe.customers.del(customer);
      return { kind: 'ok' };
    } catch (error) {
      return isMissing(error) ? { kind: 'ok' } : this.unknown(error);
    }
  }

  async detach(method: string): Promise<DetachOutcome> {
    try {
      // Without a key of ours, under which Stripe would keep a failure for a day: a method is detached once by nature.
      await this.stripe.paymentMethods.detach(method);
      return { kind: 'ok' };
    } catch (error) {
      return this.isDetached(method, error);
    }
  }

  /** Stripe keeps even a 500 under our key: whether there is a customer of this attempt is seen among those of that time. */
  private async findCustomer({ walletId, attempt, since }: NewCustomer, unknown: CustomerOutcome): Promise<CustomerOutcome> {
    const gte = Math.floor(since.getTime() / 1000) - clockSkewSeconds;
    try {
      for await (const { id, metadata } of this.stripe.customers.list({ created: { gte }, limit: 100 })) {
        if (metadata.walletId === walletId && metadata.attempt === String(attempt)) return { kind: 'ok', reference: id };
      }
      return unknown;
    } catch (error) {
      return this.unknown(error);
    }
  }

  /** What belongs to nobody cannot be detached, and need not be. */
  private async isDetached(method: string, error: unknown): Promise<DetachOutcome> {
    if (isMissing(error)) return { kind: 'ok' };
    try {
      const { customer } = await this.stripe.paymentMethods.retrieve(method);
      return customer === null ? { kind: 'ok' } : this.unknown(error);
    } catch (other) {
      return this.unknown(other);
    }
  }

  private unknown(error: unknown): { readonly kind: 'unknown'; readonly reason: string } {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.logger.warn(`Stripe gave no answer about saved methods: ${reason}`);
    return { kind: 'unknown', reason };
  }
}

/** The request as such is refused; a key that is in use (409) is no refusal. */
function isRefusal(error: unknown): error is Stripe.errors.StripeInvalidRequestError {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409;
}

function isMissing(error: unknown): boolean {
  return isRefusal(error) && error.code === 'resource_missing';
}

const statuses: Readonly<Record<Stripe.SetupIntent.Status, MethodSetup['status']>> = {
  requires_payment_method: 'method_required',
  requires_confirmation: 'method_required',
  requires_action: 'action_required',
  processing: 'processing',
  succeeded: 'succeeded',
  canceled: 'cancelled',
};

function readSetup({ status, client_secret, next_action, payment_method }: Stripe.SetupIntent): MethodSetup {
  return {
    status: statuses[status] ?? 'processing',
    clientSecret: client_secret ?? undefined,
    nextAction: next_action ? (JSON.parse(JSON.stringify(next_action)) as Record<string, unknown>) : undefined,
    method: typeof payment_method === 'object' ? payment_method?.id : payment_method,
  };
}

function readMethod({ id, card }: Stripe.PaymentMethod): KnownMethod | undefined {
  return card && { reference: id, brand: card.brand, last4: card.last4, expMonth: card.exp_month, expYear: card.exp_year };
}
