import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Refusal } from '@cartwright/kernel';
import { Audit, publicCode, sweep, Transactions, Unanswered } from '@cartwright/platform';
import type { Payment } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { PaymentProgress } from './payment-progress';
import { ResumeRefunds } from './resume-refunds';

/** How many payments (and refunds) are asked about at most, so that the request that asked for it ends. */
const mostAtOnce = 200;
const soonMs = 600_000;

/** A payment or a refund about which asking was of no avail, and why: `provider_unavailable`, or the code of a refusal of ours. */
export interface Unlearnt {
  readonly what: 'payment' | 'refund';
  readonly id: string;
  readonly code: string;
}

export interface Reconciliation {
  readonly asked: number;
  readonly changed: number;
  /** Those of which nothing could be learnt. */
  readonly failed: readonly Unlearnt[];
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
  private readonly logger = new Logger(ReconcilePaymentsHandler.name);

  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly progress: PaymentProgress,
    private readonly resumeRefunds: ResumeRefunds,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
  ) {}

  async execute({ input: { orderNumber } }: ReconcilePayments): Promise<Reconciliation> {
    this.transactions.assertOutside('A payment gateway');
    const payments = orderNumber ? [await this.payments.byNumber(orderNumber)] : await this.payments.unfinished(mostAtOnce);
    const refunds = orderNumber ? await this.refunds.ofOrder(payments[0]!.orderId) : await this.refunds.pending(mostAtOnce);
    const about = [
      ...payments.map((payment) =>
        this.question('payment', payment, async () => (await this.progress.ask(payment)).status !== payment.status),
      ),
      ...refunds.map((refund) => this.question('refund', refund, () => this.resumeRefunds.ask(refund))),
    ];
    const failed: Unlearnt[] = [];
    let changed = 0;
    await sweep(
      async () => about.shift() ?? null,
      async (question) => {
        const answer = await question();
        if (typeof answer === 'object') failed.push(answer);
        else if (answer) changed += 1;
      },
    );
    const asked = payments.length + refunds.length;
    // What the providers said has entries of its own, each with its change.
    const done = { type: 'payment', id: orderNumber ?? 'unfinished' };
    await this.transactions.run(() => Promise.resolve(this.audit.recordDone(done, { asked, changed, failed: failed.length })));
    return { asked, changed, failed, more: wasLeft(payments) || refunds.length === mostAtOnce };
  }

  /** Whether something changed; what stood in the way of one is no matter of the others. */
  private question(what: Unlearnt['what'], { id }: { readonly id: string }, ask: () => Promise<boolean>) {
    return async (): Promise<boolean | Unlearnt> => {
      try {
        return await ask();
      } catch (error) {
        this.logger.error(`Nothing was learnt of the ${what} ${id}.`, error);
        return { what, id, code: codeOf(error) };
      }
    };
  }
}

/** Whether there may be more that is soon to be asked about anyhow; of money that is only held there is more as long as it is held. */
function wasLeft(payments: readonly Payment[]): boolean {
  const last = payments.length === mostAtOnce ? payments.at(-1)?.nextCheckAt : undefined;
  return last !== undefined && last.getTime() < Date.now() + soonMs;
}

function codeOf(error: unknown): string {
  if (error instanceof Unanswered) return 'provider_unavailable';
  return error instanceof Refusal ? publicCode(error.code) : 'internal_error';
}
