import { Injectable, Logger } from '@nestjs/common';
import { Repeats, sweep } from '@cartwright/platform';
import type { Payment } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { PaymentProgress } from './payment-progress';

const leaseMs = 30_000;

/** Finishes what a crash left half done, and asks the gateway about payments that nobody reported. */
@Injectable()
export class ResumePayments {
  private readonly logger = new Logger(ResumePayments.name);

  constructor(
    private readonly payments: PaymentStore,
    private readonly progress: PaymentProgress,
  ) {}

  @Repeats('payments.resume', 1_000)
  async run(): Promise<void> {
    await sweep(
      () => this.payments.takeDue(new Date(), leaseMs),
      (payment) => this.resume(payment),
    );
  }

  /** One that cannot be asked about now, or of which nothing can be made, is asked about later, ever more rarely, and holds up no other. */
  private async resume(payment: Payment): Promise<void> {
    try {
      await this.progress.ask(payment);
    } catch (error) {
      this.logger.error(`Nothing was learnt of the payment of order ${payment.orderNumber}; it is asked about again.`, error);
      await this.progress.putOff(payment).catch((late: unknown) => this.logger.error('It is due when its lease ends.', late));
    }
  }
}
