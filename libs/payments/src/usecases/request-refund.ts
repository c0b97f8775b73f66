import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Transactions } from '@cartwright/platform';
import { RequestRefund } from '../contract/payment-commands';
import { refundableAmount, reserveRefund } from '../model/payment';
import { requestRefund } from '../model/refund';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';

@CommandHandler(RequestRefund)
export class RequestRefundHandler implements ICommandHandler<RequestRefund> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly transactions: Transactions,
  ) {}

  async execute({ input }: RequestRefund): Promise<void> {
    await this.transactions.run(async () => {
      if (await this.refunds.byKey(input.orderId, input.key)) return;
      const payment = await this.payments.ofOrder(input.orderId);
      if (input.ifAny && refundableAmount(payment) <= 0) return;
      const { change, amount, released } = reserveRefund(payment, input.amount);
      await this.payments.save(change);
      await this.refunds.save(requestRefund(payment, { key: input.key, amount, reason: input.reason, released }, new Date()));
    });
  }
}
