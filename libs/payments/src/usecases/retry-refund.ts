import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isId } from '@cartwright/kernel';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { RefundAgain } from '../contract/payment-commands';
import { RefundNotFound } from '../contract/refusals';
import { reserveRefund } from '../model/payment';
import { retryRefund, type Refund } from '../model/refund';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';

/**
 * Sends a refund that failed once more, as another attempt. Refuses one that has not failed, and one for which the goods or the money are not there any more: they
 * were refunded otherwise.
 */
export class RetryRefund extends Command<Refund> {
  constructor(readonly input: { readonly refundId: string }) {
    super();
  }
}

@CommandHandler(RetryRefund)
export class RetryRefundHandler implements ICommandHandler<RetryRefund> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly transactions: Transactions,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { refundId } }: RetryRefund): Promise<Refund> {
    return retryWhenStale(() =>
      this.transactions.run(async () => {
        const refund = isId(refundId) ? await this.refunds.find(refundId) : null;
        if (!refund) throw new RefundNotFound({ refundId });
        const change = retryRefund(refund);
        const { change: setAside } = reserveRefund(await this.payments.ofOrder(refund.orderId), refund.amount);
        await this.payments.save(setAside);
        await this.commands.execute(new RefundAgain(refund));
        return this.refunds.save(change);
      }),
    );
  }
}
