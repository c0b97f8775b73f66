import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions, Unanswered } from '@cartwright/platform';
import { ConfirmPayment } from '../contract/payment-commands';
import type { PaymentView } from '../contract/payment-view';
import { BadSignature } from '../contract/refusals';
import { viewOf, type Payment } from '../model/payment';
import { PaymentStore } from '../store/payment.store';
import { GatewayCalls } from './gateway-calls';
import { PaymentProgress } from './payment-progress';

/** The client's word only wakes us, as a webhook does: what happened is what the gateway says when asked. */
@CommandHandler(ConfirmPayment)
export class ConfirmPaymentHandler implements ICommandHandler<ConfirmPayment> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly calls: GatewayCalls,
    private readonly progress: PaymentProgress,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input: { orderId, proof } }: ConfirmPayment): Promise<PaymentView> {
    this.transactions.assertOutside('A payment gateway');
    const payment = await this.payments.ofOrder(orderId);
    const { reference } = payment;
    if (!reference) throw new BadSignature({}); // nobody can have signed what nobody was told
    this.calls.of(payment).checkReturn({ ...payment, reference }, proof);
    return viewOf(payment.status === 'captured' ? payment : await this.asked(payment));
  }

  /** What the gateway does not say now, its webhook tells, or the sweeper finds out: the client hears how far we know. */
  private async asked(payment: Payment): Promise<Payment> {
    try {
      return await this.progress.ask(payment);
    } catch (error) {
      if (error instanceof Unanswered) return payment;
      throw error;
    }
  }
}
