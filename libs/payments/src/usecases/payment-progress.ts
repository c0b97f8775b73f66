import { Injectable } from '@nestjs/common';
import { retryWhenStale } from '@cartwright/platform';
import { PaymentGateways, type PaymentGateway } from '../gateways/payment-gateway';
import type { CollectOutcome, LookUpOutcome } from '../model/gateway-outcome';
import { fail, learn, postpone, type Payment } from '../model/payment';
import { UnknownProvider } from '../contract/refusals';
import { PaymentStore } from '../store/payment.store';

/** The one way in which a payment moves on, whoever brings the news: the first answer, a webhook, the sweeper, a cancellation. */
@Injectable()
export class PaymentProgress {
  constructor(
    private readonly payments: PaymentStore,
    private readonly gateways: PaymentGateways,
  ) {}

  /** Asks the gateway for the money and records what it says. */
  async collect(payment: Payment): Promise<Payment> {
    return this.record(payment, await this.gatewayOf(payment).collect(payment));
  }

  /** Asks the gateway what became of a payment that it knows, and records it. */
  async ask(payment: Payment, reference = payment.reference): Promise<Payment> {
    const outcome = await (reference ? this.gatewayOf(payment).lookUp(reference) : this.gatewayOf(payment).find(payment));
    return outcome.kind === 'none' ? this.collect(payment) : this.recordAsked(payment, outcome);
  }

  /**
   * Withdraws the payment, unless it went through meanwhile; either way what the gateway then says is recorded. One that the gateway does not know is given
   * up: should it turn up after all, it is late money, and goes back.
   */
  async cancel(payment: Payment): Promise<Payment> {
    if (payment.reference) return this.withdraw(payment, payment.reference);
    const found = await this.gatewayOf(payment).find(payment);
    if (found.kind === 'ok') return this.withdraw(payment, found.payment.reference);
    return found.kind === 'none' ? this.decide(payment, (current) => fail(current, 'not_collected')) : payment;
  }

  private async withdraw(payment: Payment, reference: string): Promise<Payment> {
    return this.recordAsked(payment, await this.gatewayOf(payment).cancel({ ...payment, reference }));
  }

  gatewayOf({ provider }: { readonly provider: string }): PaymentGateway {
    const gateway = this.gateways.find(provider);
    if (!gateway) throw new UnknownProvider({ provider });
    return gateway;
  }

  private async record(known: Payment, outcome: CollectOutcome): Promise<Payment> {
    return this.decide(known, (payment, now) => {
      if (outcome.kind === 'unknown') return null;
      if (outcome.kind === 'declined') return fail(payment, outcome.failureCode, outcome.reference);
      if (outcome.kind === 'rejected') return fail(payment, outcome.failureCode);
      return learn(payment, outcome.payment, 'answer', now);
    });
  }

  private async recordAsked(known: Payment, outcome: LookUpOutcome): Promise<Payment> {
    return this.decide(known, (payment, now) => {
      if (outcome.kind === 'unknown') return null;
      return learn(payment, outcome.payment, 'asked', now) ?? (payment.nextCheckAt ? postpone(payment, now) : null);
    });
  }

  /** Decides on the payment as it was known before the gateway was asked; if it has moved on since, on what it is now. */
  private async decide(known: Payment, decision: (payment: Payment, now: Date) => ReturnType<typeof learn>): Promise<Payment> {
    let first = true;
    return retryWhenStale(async () => {
      const payment = first ? known : await this.payments.ofOrder(known.orderId);
      first = false;
      const change = decision(payment, new Date());
      return change ? this.payments.save(change) : payment;
    });
  }
}
