import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { OutsideTransaction, retryWhenStale, Transactions, Unanswered } from '@cartwright/platform';
import { RefundRequested } from '../contract/internal-events';
import { isGivenUp, releaseRefund } from '../model/payment';
import type { RefundOutcome } from '../model/gateway-outcome';
import { failed, sendAnew, sent, type Refund } from '../model/refund';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { GatewayCalls } from './gateway-calls';
import { PaymentProgress } from './payment-progress';

/** `held`: given up as far as it depends on us; the provider still holds it. `taken`: it was taken there all the same, and with that news it has become another attempt, which sends it. */
export type Outcome = RefundOutcome | { readonly kind: 'released' } | { readonly kind: 'held' } | { readonly kind: 'taken' };
type Answer = Exclude<Outcome, { kind: 'unknown' | 'taken' }>;

/** Sends a recorded refund to its gateway. No answer is no success: the relay repeats it, with the same key, until there is one. */
@OutsideTransaction('the gateway knows a repeated refund by its idempotency key')
@EventsHandler(RefundRequested)
export class SendRefund implements IEventHandler<RefundRequested> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly progress: PaymentProgress,
    private readonly calls: GatewayCalls,
    private readonly transactions: Transactions,
  ) {}

  async handle({ data }: RefundRequested): Promise<void> {
    const refund = await this.refunds.find(data.refundId);
    if (refund?.status !== 'requested') return;
    const outcome = await (refund.released ? this.release(refund) : this.send(refund));
    if (outcome.kind === 'taken') return;
    if (outcome.kind !== 'unknown') return this.record(refund, outcome);
    const anew = 'spent' in outcome && outcome.spent ? sendAnew(refund, new Date()) : null;
    if (!anew) throw new Unanswered(`The refund ${refund.id} got no answer: ${outcome.reason}`);
    await this.refunds.save(anew);
  }

  /**
   * Applies what the gateway says of an attempt at a refund; also used for refunds that were pending. Refuses `amount_mismatch`: the delivery is parked, where an admin sees
   * that money of another amount went back than was to.
   */
  async record({ id, attempt }: Refund, outcome: Answer): Promise<void> {
    await retryWhenStale(() =>
      this.transactions.run(async () => {
        const refund = await this.refunds.find(id);
        if (refund?.attempt !== attempt) return;
        const change = changeOf(refund, outcome);
        if (!change) return;
        await this.refunds.save(change);
        if (change.next.status === 'failed') await this.payments.save(releaseRefund(await this.payments.ofOrder(refund.orderId), refund));
      }),
    );
  }

  private async send(refund: Refund): Promise<RefundOutcome> {
    const payment = await this.payments.ofOrder(refund.orderId);
    // Money that is about to be taken can go back only when it has been.
    if (payment.status === 'authorized') return { kind: 'unknown', reason: 'its payment is still being captured' };
    return this.calls.refund(refund);
  }

  /**
   * A part of what is held is given up by not taking it; when nothing is left to take, the whole is given up at the gateway. One that cannot do that lets it
   * lapse: until then the refund is pending.
   */
  async release(refund: Refund): Promise<Outcome> {
    const payment = await this.payments.ofOrder(refund.orderId);
    if (payment.releasedAmount < payment.amount) return { kind: 'released' };
    const asked = isGivenUp(payment) ? payment : await this.progress.cancel(payment);
    if (isGivenUp(asked)) return { kind: 'released' };
    if (asked.status === 'captured') return { kind: 'taken' };
    if (!this.calls.of(payment).capabilities.voids) return { kind: 'held' };
    return { kind: 'unknown', reason: 'nobody says whether its payment is given up' };
  }
}

function changeOf(refund: Refund, outcome: Answer): ReturnType<typeof sent> {
  if (outcome.kind === 'declined') return failed(refund, outcome.failureCode);
  if (outcome.kind === 'released') return sent(refund, 'ok', undefined, new Date());
  if (outcome.kind === 'held') return sent(refund, 'pending', undefined, new Date());
  return sent(refund, outcome.kind, outcome, new Date());
}
