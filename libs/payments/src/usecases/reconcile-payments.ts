import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { PaymentProgress } from './payment-progress';
import { ResumeRefunds } from './resume-refunds';

/** How many payments (and refunds) are asked about at most, so that the request that asked for it ends. */
const mostAtOnce = 200;

export interface Reconciliation {
  readonly asked: number;
  readonly changed: number;
  /** Some were left for the next time. */
  readonly more: boolean;
}

/**
 * Asks the gateways at once about every payment and refund that has not come to its end (or about those of one order, whatever their state), instead of when
 * the sweeper would. Not in a transaction.
 */
export class ReconcilePayments extends Command<Reconciliation> {
  constructor(readonly input: { readonly orderNumber?: string }) {
    super();
  }
}

@CommandHandler(ReconcilePayments)
export class ReconcilePaymentsHandler implements ICommandHandler<ReconcilePayments> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly progress: PaymentProgress,
    private readonly resumeRefunds: ResumeRefunds,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderNumber } }: ReconcilePayments): Promise<Reconciliation> {
    this.transactions.assertOutside('A payment gateway');
    const payments = orderNumber ? [await this.payments.byNumber(orderNumber)] : await this.payments.unfinished(mostAtOnce);
    const refunds = orderNumber ? await this.refunds.ofOrder(payments[0]!.orderId) : await this.refunds.pending(mostAtOnce);
    let changed = 0;
    for (const payment of payments) if ((await this.progress.ask(payment)).status !== payment.status) changed += 1;
    for (const refund of refunds) if (await this.resumeRefunds.ask(refund)) changed += 1;
    return { asked: payments.length + refunds.length, changed, more: Math.max(payments.length, refunds.length) === mostAtOnce };
  }
}
