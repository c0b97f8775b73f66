import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { CancelPayment } from '../contract/payment-commands';
import type { PaymentView } from '../contract/payment-view';
import { isOpen, viewOf, withdraw } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { PaymentProgress } from './payment-progress';

@CommandHandler(CancelPayment)
export class CancelPaymentHandler implements ICommandHandler<CancelPayment> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly progress: PaymentProgress,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: CancelPayment): Promise<PaymentView> {
    this.transactions.assertOutside('A payment gateway');
    const payment = await retryWhenStale(async () => {
      const current = await this.payments.ofOrder(input.orderId);
      return isOpen(current) && !current.withdrawnAt ? this.payments.save(withdraw(current, new Date())) : current;
    });
    return viewOf(isOpen(payment) ? await this.progress.cancel(payment) : payment);
  }
}
