import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { RunPayment } from '../contract/payment-commands';
import type { PaymentView } from '../contract/payment-view';
import { mayCollect, viewOf } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { PaymentProgress } from './payment-progress';

@CommandHandler(RunPayment)
export class RunPaymentHandler implements ICommandHandler<RunPayment> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly progress: PaymentProgress,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: RunPayment): Promise<PaymentView> {
    this.transactions.assertOutside('A payment gateway');
    const payment = await this.payments.ofOrder(input.orderId);
    return viewOf(payment.status === 'requested' && mayCollect(payment, new Date()) ? await this.progress.collect(payment) : payment);
  }
}
