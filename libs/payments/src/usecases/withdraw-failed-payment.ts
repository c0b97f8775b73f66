import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { OutsideTransaction, Unanswered } from '@cartwright/platform';
import { PaymentFailed } from '../contract/payment-events';
import { PaymentStore } from '../store/payment.store';
import { GatewayCalls } from './gateway-calls';
import { PaymentProgress } from './payment-progress';

/**
 * A declined payment stays open at the gateway, where the buyer's client could still finish it with another card: so it is closed there. No answer is no
 * success: the relay repeats it until there is one.
 */
@OutsideTransaction('cancelling a cancelled payment changes nothing')
@EventsHandler(PaymentFailed)
export class WithdrawFailedPayment implements IEventHandler<PaymentFailed> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly calls: GatewayCalls,
    private readonly progress: PaymentProgress,
  ) {}

  async handle({ data }: PaymentFailed): Promise<void> {
    const payment = await this.payments.ofOrder(data.orderId);
    const { status, reference, orderNumber } = payment;
    if (status !== 'failed' || !reference) return;
    const outcome = await this.calls.cancel({ ...payment, reference });
    if (outcome.kind === 'unknown')
      throw new Unanswered(`The declined payment of order ${orderNumber} may still be open: ${outcome.reason}`);
    await this.progress.recordAsked(payment, outcome);
  }
}
