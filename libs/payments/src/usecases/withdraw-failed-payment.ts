import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { OutsideTransaction } from '@cartwright/platform';
import { PaymentFailed } from '../contract/payment-events';
import { PaymentStore } from '../store/payment.store';
import { PaymentProgress } from './payment-progress';

/** A declined payment stays open at the gateway, where the buyer's client could still finish it with another card: so it is closed there. */
@OutsideTransaction('cancelling a cancelled payment changes nothing')
@EventsHandler(PaymentFailed)
export class WithdrawFailedPayment implements IEventHandler<PaymentFailed> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly progress: PaymentProgress,
  ) {}

  async handle({ data }: PaymentFailed): Promise<void> {
    const payment = await this.payments.ofOrder(data.orderId);
    if (payment.status === 'failed' && payment.reference) await this.progress.cancel(payment);
  }
}
