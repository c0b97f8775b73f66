import { Injectable } from '@nestjs/common';
import type { Change } from '@cartwright/kernel';
import { retryWhenStale, Transactions, Unanswered } from '@cartwright/platform';
import { AmountMismatch } from '../contract/refusals';
import type { CaptureOutcome, CollectOutcome, LookUpOutcome } from '../model/gateway-outcome';
import {
  fail,
  giveUpUncollected,
  isGivenUp,
  isOpen,
  learn,
  lookForLateMoney,
  lookLater,
  mayCollect,
  mayComeLate,
  postpone,
  stopAsking,
  type Payment,
} from '../model/payment';
import { sendInstead } from '../model/refund';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { GatewayCalls } from './gateway-calls';

/** The one way in which a payment moves on, whoever brings the news: the first answer, a webhook, the sweeper, a cancellation. */
@Injectable()
export class PaymentProgress {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly calls: GatewayCalls,
    private readonly transactions: Transactions,
  ) {}

  /** Asks the gateway for the money and records what it says. */
  async collect(payment: Payment): Promise<Payment> {
    const outcome = await this.calls.collect(payment);
    return outcome.kind === 'unknown' ? this.unanswered(payment) : this.record(payment, outcome);
  }

  /** Asks the gateway what became of a payment that it knows, and records it. Throws {@link Unanswered} when nobody would ask again otherwise. */
  async ask(payment: Payment, reference = payment.reference): Promise<Payment> {
    if (isGivenUp(payment) && (payment.nextCheckAt || !reference)) return this.lookAgain(payment, reference);
    if (payment.withdrawnAt && isOpen(payment)) return this.cancel(payment);
    if (!reference) return this.askAgain(payment);
    return this.answered(payment, await this.calls.lookUp({ ...payment, reference }));
  }

  /** A call that was not answered is made again, with its key, and only if that gets no answer either (a gateway may keep a failure under a key) is its payment looked for. */
  private async askAgain(payment: Payment): Promise<Payment> {
    if (mayCollect(payment, new Date())) {
      const outcome = await this.calls.collect(payment);
      if (outcome.kind !== 'unknown') return this.record(payment, outcome);
    }
    const told = await this.calls.find(payment);
    if (told.kind !== 'none') return this.answered(payment, told);
    const current = await this.unanswered(payment);
    return isGivenUp(current) ? current : this.putOff(current);
  }

  private async answered(payment: Payment, outcome: LookUpOutcome): Promise<Payment> {
    if (outcome.kind === 'unknown')
      throw new Unanswered(`Nobody says what became of the payment of order ${payment.orderNumber}: ${outcome.reason}`);
    return this.recordAsked(payment, outcome);
  }

  /** Whatever was wrong when it was asked about: if it still is to be asked about, that is done later, ever more rarely. */
  async putOff(known: Payment): Promise<Payment> {
    return this.decide(known, (payment, now) => {
      if (!payment.nextCheckAt) return null;
      return isGivenUp(payment) ? lookForLateMoney(payment, now) : postpone(payment, now);
    });
  }

  /** Takes the held money that was asked for. Throws {@link Unanswered}. */
  async capture(payment: Payment): Promise<Payment> {
    const { reference, orderNumber } = payment;
    if (!reference) throw new Error(`The payment of order ${orderNumber} is held, but has no reference.`);
    const outcome = await this.calls.capture({ ...payment, reference });
    if (outcome.kind === 'unknown')
      throw new Unanswered(`The capture of the payment of order ${orderNumber} got no answer: ${outcome.reason}`);
    return this.recordAsked(payment, outcome);
  }

  /**
   * Withdraws the payment, unless it went through meanwhile; either way what the gateway then says is recorded. One that the gateway does not know is given
   * up, and looked for once more later: should it turn up after all, it is late money, and goes back.
   */
  async cancel(payment: Payment): Promise<Payment> {
    if (payment.reference) return this.withdraw(payment, payment.reference);
    const found = await this.calls.find(payment);
    if (found.kind === 'ok') return this.withdraw(payment, found.payment.reference);
    return found.kind === 'none' ? this.decide(payment, giveUpUncollected) : payment;
  }

  private async withdraw(payment: Payment, reference: string): Promise<Payment> {
    const outcome = await this.calls.cancel({ ...payment, reference });
    try {
      return await this.recordAsked(payment, outcome);
    } catch (error) {
      // Money of another amount or currency than was due pays for nothing: an order that waits for it is given up like any other. The withdrawal that follows fails for
      // the same reason and is parked, where an admin sees it: the money is at the provider, and none of our doing sends it back.
      if (!(error instanceof AmountMismatch) || payment.status === 'authorized') throw error;
      return this.decide(payment, (current) => fail(current, 'amount_mismatch', reference));
    }
  }

  /**
   * A payment that was given up may be open at the gateway: a call of another process was on its way when it was asked and knew nothing, or it cannot be closed
   * there. It is withdrawn, or late money. It comes to rest as soon as the gateway says that no money can come of it, and after two weeks where it never says so.
   */
  private async lookAgain(payment: Payment, known?: string): Promise<Payment> {
    const found = known ? undefined : await this.calls.find(payment);
    const reference = found?.kind === 'ok' ? found.payment.reference : known;
    const told = reference ? await this.calls.cancel({ ...payment, reference }) : found;
    return this.decide(payment, (current, now) => {
      const learnt = told?.kind === 'ok' ? learn(current, told.payment, 'asked', now) : null;
      if (learnt || !isGivenUp(current)) return learnt;
      const open = told?.kind === 'unknown' || (told?.kind === 'ok' && mayComeLate(current, told.payment, now));
      return open ? lookForLateMoney(current, now) : stopAsking(current);
    });
  }

  /** No answer changes nothing, unless the payment was given up meanwhile: the charge may have been made after nobody found it. */
  private async unanswered({ orderId }: Payment): Promise<Payment> {
    return retryWhenStale(async () => {
      const payment = await this.payments.ofOrder(orderId);
      return isGivenUp(payment) && !payment.reference ? this.payments.save(lookLater(payment, new Date())) : payment;
    });
  }

  private async record(known: Payment, outcome: Exclude<CollectOutcome, { kind: 'unknown' }>): Promise<Payment> {
    return this.decide(known, (payment, now) => {
      if (outcome.kind === 'declined') return fail(payment, outcome.failureCode, outcome.reference);
      if (outcome.kind === 'rejected') return fail(payment, outcome.failureCode);
      // An answer that comes when the payment has been given up meanwhile is the last that anybody hears of that money.
      return learn(payment, outcome.payment, isGivenUp(payment) ? 'asked' : 'answer', now);
    });
  }

  /** Records what the gateway said when asked. No answer changes nothing. */
  async recordAsked(known: Payment, outcome: CaptureOutcome): Promise<Payment> {
    return this.decide(known, (payment, now) => {
      if (outcome.kind === 'unknown') return null;
      if (outcome.kind === 'declined') return fail(payment, outcome.failureCode);
      // It was withdrawn while the gateway was asked: whoever withdraws it hears whether it is held still.
      if (payment.withdrawnAt && !known.withdrawnAt && outcome.payment.status === 'authorized') return null;
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
      return change ? this.keep(payment, change) : payment;
    });
  }

  /** What had been given up and was taken all the same goes back, from the same instant on, by the refunds that were to give it up. */
  private async keep(payment: Payment, change: Change<Payment>): Promise<Payment> {
    if (change.next.releasedAmount === payment.releasedAmount) return this.payments.save(change);
    return this.transactions.run(async () => {
      for (const refund of await this.refunds.ofOrder(payment.orderId)) {
        const instead = sendInstead(refund);
        if (instead) await this.refunds.save(instead);
      }
      return this.payments.save(change);
    });
  }
}
