import { Injectable } from '@nestjs/common';
import { sum } from '@cartwright/kernel';
import { Invariant, Transactions, type Finding } from '@cartwright/platform';
import type { Payment } from '../model/payment';
import type { Refund } from '../model/refund';
import { LedgerStore } from '../store/ledger.store';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';

const batch = 200;

/** What must be true of money at every instant. */
@Injectable()
export class PaymentChecks {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly ledger: LedgerStore,
    private readonly transactions: Transactions,
  ) {}

  @Invariant(
    'payments.refunds_add_up',
    'What a payment has set aside for refunds is what its refunds come to, and never more than was captured.',
  )
  async *refundsAddUp(): AsyncGenerator<Finding> {
    for await (const { payment, refunds } of this.withRefunds())
      for (const problem of refundProblems(payment, refunds)) yield found(payment, problem);
  }

  @Invariant(
    'payments.captured_was_told',
    'A captured payment is one of which the gateway said so, with that amount; it is all that was due, unless some of it was held.',
  )
  async *capturedWasTold(): AsyncGenerator<Finding> {
    for await (const { payment } of this.withRefunds()) {
      if (payment.status !== 'captured') continue;
      const { orderId, reference, amount, capturedAmount, captureMode } = payment;
      if (captureMode === 'automatic' && capturedAmount !== amount) yield found(payment, `${capturedAmount} is captured of ${amount}`);
      if (!(await this.ledger.saysCaptured({ orderId, reference, amount: capturedAmount })))
        yield found(payment, `${capturedAmount} is captured, but the ledger has no such answer`);
    }
  }

  /** Every payment with its refunds, some at a time, each time at one instant. */
  private async *withRefunds(): AsyncGenerator<{ payment: Payment; refunds: Refund[] }> {
    for (let last: string | undefined; ;) {
      const page = await this.transactions.run(async () => {
        const payments = await this.payments.after(last, batch);
        const refunds = await this.refunds.ofOrders(payments.map(({ orderId }) => orderId));
        return payments.map((payment) => ({ payment, refunds: refunds.filter(({ orderId }) => orderId === payment.orderId) }));
      });
      yield* page;
      if (page.length < batch) return;
      last = page.at(-1)?.payment.id;
    }
  }
}

function refundProblems(
  { amount, capturedAmount, captureRequested = 0, refundedAmount, releasedAmount }: Payment,
  refunds: readonly Refund[],
): string[] {
  const live = refunds.filter(({ status }) => status !== 'failed');
  const sent = sum(live.filter(({ released }) => !released).map((refund) => refund.amount));
  const released = sum(live.filter((refund) => refund.released).map((refund) => refund.amount));
  const taken = Math.max(capturedAmount, captureRequested);
  return [
    ...(sent === refundedAmount ? [] : [`${refundedAmount} is set aside for refunds that come to ${sent}`]),
    ...(released === releasedAmount ? [] : [`${releasedAmount} is given up, by refunds that come to ${released}`]),
    ...(refundedAmount <= taken ? [] : [`${refundedAmount} goes back of ${taken} that was captured`]),
    ...(taken + releasedAmount <= amount ? [] : [`${taken} captured and ${releasedAmount} given up are more than ${amount}`]),
  ];
}

function found({ orderNumber }: Payment, problem: string): Finding {
  return { record: `payment of order ${orderNumber}`, problem };
}
