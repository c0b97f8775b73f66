import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { CancelPayment } from '../contract/payment-commands';
import type { PaymentView } from '../contract/payment-view';
import { paymentLifecycle, viewOf } from '../model/payment';
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
    const payment = await this.payments.ofOrder(input.orderId);
    // Held money makes the order paid, or goes back the way of refunds.
    const open = payment.status !== 'authorized' && paymentLifecycle.allows(payment.status, 'cancelled');
    return viewOf(open ? await this.progress.cancel(payment) : payment);
  }
}
