import { Injectable } from '@nestjs/common';
import { retryWhenStale, Transactions, Unanswered } from '@cartwright/platform';
import type { GatewayRefund } from '../model/gateway-outcome';
import { reserveRefund, type Payment } from '../model/payment';
import { keyOfTheirs, refundMadeElsewhere, requestRefund, type Refund } from '../model/refund';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { GatewayCalls } from './gateway-calls';
import { SendRefund } from './send-refund';

/** What becomes of a refund that a provider tells of: ours is asked about, and one that was made there goes on record. */
@Injectable()
export class RefundNews {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly calls: GatewayCalls,
    private readonly sendRefund: SendRefund,
    private readonly transactions: Transactions,
  ) {}

  /** Asks what became of a refund of ours, and records it. Throws {@link Unanswered}. */
  async follow(refund: Refund): Promise<void> {
    const { reference, status } = refund;
    if (!reference || status === 'failed') return;
    const outcome = await this.calls.lookUpRefund({ ...refund, reference });
    if (outcome.kind === 'unknown') throw new Unanswered(`Nobody says what became of the refund ${refund.id}: ${outcome.reason}`);
    await this.sendRefund.record(refund, outcome);
  }

  /**
   * Puts a refund on record that was made at the provider itself, unless it failed. Money that has gone back there cannot go back once more: without the record, the next
   * refund of ours would ask for more than is left, and be refused for ever. What was only held and given up is no such refund, even where the provider says so. Throws {@link Unanswered}, and
   * `refund_too_large` while refunds of ours hold its money, of which one will be refused: then it is tried again.
   */
  async adopt(payment: Payment, reference: string): Promise<void> {
    const wish = { key: keyOfTheirs(reference), amount: payment.capturedAmount, reason: '', released: false };
    const outcome = await this.calls.lookUpRefund({ ...requestRefund(payment, wish, new Date()).next, reference });
    if (outcome.kind === 'unknown') throw new Unanswered(`Nobody says what became of the refund ${reference}: ${outcome.reason}`);
    if (outcome.kind === 'declined') return;
    await retryWhenStale(() =>
      this.transactions.run(async () => {
        if (await this.refunds.byReference(payment.provider, reference)) return;
        const current = await this.payments.ofOrder(payment.orderId);
        if (await this.wasGivenUp(current, outcome)) return;
        const made = refundMadeElsewhere(current, outcome, new Date());
        await this.payments.save(reserveRefund(current, outcome.amount).change);
        await this.refunds.save(made);
      }),
    );
  }

  /** Whether it is what a capture in part has given up: all that went back of what was taken is on record already. */
  private async wasGivenUp({ provider, reference = '' }: Payment, { amount, returned }: GatewayRefund): Promise<boolean> {
    if (returned === undefined) return false;
    const ours = (await this.refunds.ofPayment(provider, reference)).filter(({ released, status }) => !released && status !== 'failed');
    const known = ours.reduce((sum, refund) => sum + refund.amount, 0);
    if (known + amount <= returned) return false;
    if (ours.some(({ status }) => status === 'requested'))
      throw new Unanswered('A refund of ours is under way; what went back beside it is asked then.');
    return true;
  }
}
