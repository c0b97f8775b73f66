import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { retryWhenStale, Transactions } from '@cartwright/platform';
import { ForgetPayer } from '../contract/payment-commands';
import { forgetPayer } from '../model/payment';
import { forgetReason } from '../model/refund';
import { PaymentStore } from '../store/payment.store';
import { RefundStore } from '../store/refund.store';
import { WebhookStore } from '../store/webhook.store';

@CommandHandler(ForgetPayer)
export class ForgetPayerHandler implements ICommandHandler<ForgetPayer> {
  constructor(
    private readonly payments: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly webhooks: WebhookStore,
    private readonly transactions: Transactions,
  ) {}

  /** What providers wrote of a payment may say who made it, so of their words nothing stays but what they were about. */
  async execute({ input: { orderId } }: ForgetPayer): Promise<void> {
    await retryWhenStale(() =>
      this.transactions.run(async () => {
        for (const payment of await this.payments.ofOrders([orderId])) {
          const change = forgetPayer(payment);
          if (change) await this.payments.save(change);
          if (payment.reference) await this.webhooks.forgetWords(payment.provider, payment.reference);
        }
        for (const refund of await this.refunds.ofOrder(orderId)) {
          const change = forgetReason(refund);
          if (change) await this.refunds.save(change);
        }
      }),
    );
  }
}
