import { Injectable } from '@nestjs/common';
import { Repeats } from '@cartwright/platform';
import { PaymentStore } from '../store/payment.store';
import { PaymentProgress } from './payment-progress';

const leaseMs = 30_000;
const mostPerRound = 200;

/** Finishes what a crash left half done, and asks the gateway about payments that nobody reported. */
@Injectable()
export class ResumePayments {
  constructor(
    private readonly payments: PaymentStore,
    private readonly progress: PaymentProgress,
  ) {}

  @Repeats('payments.resume', 1_000)
  async run(): Promise<void> {
    for (let done = 0; done < mostPerRound; done += 1) {
      const payment = await this.payments.takeDue(new Date(), leaseMs);
      if (!payment) return;
      await this.progress.ask(payment);
    }
  }
}
