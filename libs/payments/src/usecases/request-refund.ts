import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Change, MinorUnits } from '@cartwright/kernel';
import { Transactions } from '@cartwright/platform';
import { RequestRefund } from '../contract/payment-commands';
import { canCapture, refundableAmount, requestCapture, reserveRefund, type Payment } from '../model/payment';
import { requestRefund } from '../model/refund';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { checkStep } from './amount-steps';
import { GatewayCalls } from './gateway-calls';

@CommandHandler(RequestRefund)
export class RequestRefundHandler implements ICommandHandler<RequestRefund> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly calls: GatewayCalls,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: RequestRefund): Promise<void> {
    await this.transactions.run(async () => {
      if (await this.refunds.byKey(input.orderId, input.key)) return;
      const payment = await this.payments.ofOrder(input.orderId);
      if (input.ifAny && refundableAmount(payment) <= 0) return;
      if (input.amount !== undefined) checkStep(this.calls.of(payment), input.amount, payment.currency);
      const taken = this.takenIfNeeded(payment, input.amount);
      const { change, amount, released } = reserveRefund(taken.next, input.amount);
      await this.payments.save({ next: change.next, events: [...taken.events, ...change.events] });
      await this.refunds.save(requestRefund(payment, { key: input.key, amount, reason: input.reason, released }, new Date()));
    });
  }

  /** A provider that takes all or nothing cannot give up a part of what it holds: all of it is taken, and the part is sent back. */
  private takenIfNeeded(payment: Payment, asked: MinorUnits = payment.amount): Change<Payment> {
    const asHeld = !canCapture(payment) || asked >= payment.amount || this.calls.of(payment).capabilities.partialCapture;
    return asHeld ? { next: payment, events: [] } : requestCapture(payment, undefined);
  }
}
