import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { OutsideTransaction, retryWhenStale, Transactions } from '@cartwright/platform';
import { RefundRequested } from '../contract/internal-events';
import { releaseRefund } from '../model/payment';
import type { RefundOutcome } from '../model/gateway-outcome';
import { failed, sent } from '../model/refund';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { PaymentProgress } from './payment-progress';

/** Sends a recorded refund to its gateway. No answer is no success: the relay repeats it, with the same key, until there is one. */
@OutsideTransaction('the gateway knows a repeated refund by its idempotency key')
@EventsHandler(RefundRequested)
export class SendRefund implements IEventHandler<RefundRequested> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly progress: PaymentProgress,
    private readonly transactions: Transactions,
  ) {}

  async handle({ data }: RefundRequested): Promise<void> {
    const refund = await this.refunds.find(data.refundId);
    if (refund?.status !== 'requested') return;
    const outcome = await this.progress.gatewayOf(refund).refund(refund);
    if (outcome.kind === 'unknown') throw new Error(`The refund ${refund.id} got no answer: ${outcome.reason}`);
    await this.record(refund.id, outcome);
  }

  /** Applies what the gateway says of a refund; also used for refunds that were pending. */
  async record(refundId: string, outcome: RefundOutcome): Promise<void> {
    if (outcome.kind === 'unknown') return;
    await retryWhenStale(() =>
      this.transactions.run(async () => {
        const refund = await this.refunds.find(refundId);
        if (!refund) return;
        const change =
          outcome.kind === 'declined' ? failed(refund, outcome.failureCode) : sent(refund, outcome.kind, outcome.reference, new Date());
        if (!change) return;
        await this.refunds.save(change);
        if (change.next.status === 'failed')
          await this.payments.save(releaseRefund(await this.payments.ofOrder(refund.orderId), refund.amount));
      }),
    );
  }
}
